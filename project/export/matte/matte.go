// Package matte is the formats of videos that show masks: mattes with an alpha
// channel (prores, vp9) or as grey pictures (ffv1), and a preview (h264).
package matte

import (
	"context"
	"fmt"
	"image"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/overlay"
	"github.com/masklet/masklet/project/media/mattes"
)

// Formats returns the formats. Each matte has all frames of the video, at their
// times; where an object has no mask it is transparent.
func Formats() []export.Format {
	times := "times are exact"
	return []export.Format{
		format(mattes.ProRes, "ProRes 4444 with alpha", "one ProRes 4444 video per object (or `all.mov`), the video's colours with the mask as alpha; "+times),
		format(mattes.VP9, "VP9 with alpha", "one VP9 video per object (or `all.webm`), the video's colours with the mask as lossless alpha; times to the millisecond"),
		format(mattes.FFV1, "FFV1 grey mattes", "one lossless grey video per object (or `all.mkv`), 255 on the object; times to the millisecond"),
		preview(),
	}
}

const (
	together = "all"     // the matte of all objects
	shown    = "preview" // the video with the masks over it
)

func format(k mattes.Kind, label, about string) export.Format {
	name := string(k)
	return export.Format{
		Name: name, Label: label, Place: name, Pictures: k.Colours(), Takes: export.Takes{Together: true},
		About: "`" + name + "/<object id>" + k.Extension() + "`: " + about,
		Holds: export.Holds{Overlaps: true, Holes: true, Parts: true, IDs: true, Times: true},
		Ours:  ours(k),
		Write: func(ctx context.Context, folder string, src export.Source, opt export.Options) (export.Report, error) {
			return write(ctx, k, folder, src, opt)
		},
		Read: func(ctx context.Context, path string, in *export.Input) ([]export.Object, error) {
			return nil, read(ctx, k, path, in)
		},
	}
}

func preview() export.Format {
	k := mattes.H264
	return export.Format{
		Name: string(k), Label: "H.264 preview", Place: string(k), Pictures: true, Ours: ours(k),
		About: "`h264/preview.mp4`: the video with coloured masks over it, for looking at",
		Holds: export.Holds{Overlaps: true, Holes: true, Parts: true, Times: true},
		Write: func(ctx context.Context, folder string, src export.Source, _ export.Options) (export.Report, error) {
			return writePreview(ctx, folder, src)
		},
	}
}

// ours accepts the files that a kind makes.
func ours(k mattes.Kind) func(export.Video, string, os.DirEntry) bool {
	return func(_ export.Video, _ string, e os.DirEntry) bool {
		stem, is := strings.CutSuffix(e.Name(), k.Extension())
		return is && !e.IsDir() && (stem == together || stem == shown || strings.Trim(stem, "0123456789") == "")
	}
}

// atOnce is how many mattes are written in one walk over the video: each has an
// encoder, which holds some pictures.
const atOnce = 8

// written is a matte that is being written.
type written struct {
	path    string
	objects []annotate.ObjectID // nil: all
	w       *mattes.Writer
}

func write(ctx context.Context, k mattes.Kind, folder string, src export.Source, opt export.Options) (export.Report, error) {
	rep := export.Report{}
	if err := k.Check(); err != nil {
		return rep, err
	}
	var all []*written
	if opt.Together {
		all = []*written{{path: filepath.Join(folder, together+k.Extension())}}
	} else {
		for _, o := range src.Objects() {
			all = append(all, &written{path: filepath.Join(folder, strconv.Itoa(int(o.ID))+k.Extension()), objects: []annotate.ObjectID{o.ID}})
		}
	}
	for some := range slices.Chunk(all, atOnce) {
		if err := writeSome(ctx, k, some, src); err != nil {
			return rep, err
		}
		if err := check(ctx, some, src); err != nil {
			return rep, err
		}
	}
	rep.Files = len(all)
	err := export.Each(ctx, src, func(_ int, masks []export.FrameMask) error {
		rep.Frames++
		rep.Masks += len(masks)
		return nil
	})
	return rep, err
}

func writeSome(ctx context.Context, k mattes.Kind, some []*written, src export.Source) (err error) {
	v := src.Video()
	defer func() {
		for _, m := range some {
			if m.w != nil {
				m.w.Discard()
			}
		}
	}()
	for _, m := range some {
		if m.w, err = mattes.Create(m.path, k, v.W, v.H, v.Times()); err != nil {
			return err
		}
	}
	err = export.EachFrame(ctx, src, func(frame int, masks []export.FrameMask) error {
		var img *image.RGBA
		if k.Colours() {
			var err error
			if img, err = v.Picture(ctx, frame); err != nil {
				return err
			}
		}
		for _, m := range some {
			mask, err := m.of(v, masks)
			if err != nil {
				return err
			}
			if err := m.w.Write(img, mask.Bitmap().Pix); err != nil {
				return fmt.Errorf("%s: %w", filepath.Base(m.path), err)
			}
		}
		return nil
	})
	for _, m := range some {
		if err == nil {
			err = m.w.Close()
		}
	}
	return err
}

// of returns what a matte shows of the masks of a frame.
func (m *written) of(v export.Video, masks []export.FrameMask) (annotate.Mask, error) {
	out := annotate.EmptyMask(v.W, v.H)
	for _, f := range masks {
		if m.objects != nil && !slices.Contains(m.objects, f.Object) {
			continue
		}
		var err error
		if out, err = annotate.Union(out, f.Mask); err != nil {
			return out, err
		}
	}
	return out, nil
}

// check reads mattes back and compares every frame.
func check(ctx context.Context, some []*written, src export.Source) error {
	v := src.Video()
	times, alpha := v.Times(), make([]uint8, v.W*v.H)
	readers := make([]*mattes.Reader, len(some))
	defer func() {
		for _, r := range readers {
			if r != nil {
				r.Close()
			}
		}
	}()
	for i, m := range some {
		var err error
		if readers[i], err = mattes.Open(m.path); err != nil {
			return fmt.Errorf("%w: %v", export.ErrVerify, err)
		}
	}
	return export.EachFrame(ctx, src, func(frame int, masks []export.FrameMask) error {
		for i, m := range some {
			at, ok, err := readers[i].Next(alpha)
			if err != nil || !ok {
				return fmt.Errorf("%w: %s, frame %d: %v", export.ErrVerify, filepath.Base(m.path), frame, err)
			}
			mask, err := m.of(v, masks)
			if err != nil {
				return err
			}
			if !matches(alpha, mask) || math.Abs(at-times[frame]) > 0.001 {
				return fmt.Errorf("%w: %s, frame %d", export.ErrVerify, filepath.Base(m.path), frame)
			}
		}
		return nil
	})
}

// matches compares alpha with a mask by the mask's own runs.
func matches(alpha []uint8, m annotate.Mask) bool {
	w, h := m.Size()
	at := 0
	for i, run := range m.Runs() {
		want := uint8(255 * (i % 2))
		for range run {
			if alpha[at%h*w+at/h] != want {
				return false
			}
			at++
		}
	}
	return true
}

// writePreview writes the video with its masks over it.
func writePreview(ctx context.Context, folder string, src export.Source) (export.Report, error) {
	v, rep := src.Video(), export.Report{Files: 1}
	path := filepath.Join(folder, shown+mattes.H264.Extension())
	w, err := mattes.Create(path, mattes.H264, v.W, v.H, v.Times())
	if err != nil {
		return rep, err
	}
	defer w.Discard()
	err = export.EachFrame(ctx, src, func(frame int, masks []export.FrameMask) error {
		img, err := v.Picture(ctx, frame)
		if err != nil {
			return err
		}
		if len(masks) > 0 {
			rep.Frames++
			rep.Masks += len(masks)
			img = overlay.Paint(img, masks)
		}
		return w.Write(img, nil)
	})
	if err == nil {
		err = w.Close()
	}
	if err == nil {
		err = checkPreview(ctx, path, v)
	}
	return rep, err
}

// checkPreview sees that all frames are there, at their times.
func checkPreview(ctx context.Context, path string, v export.Video) error {
	r, err := mattes.OpenAny(path)
	if err != nil {
		return fmt.Errorf("%w: %v", export.ErrVerify, err)
	}
	defer r.Close()
	luma, times := make([]uint8, r.W*r.H), v.Times()
	for frame := range v.Frames {
		if err := ctx.Err(); err != nil {
			return err
		}
		at, ok, err := r.Next(luma)
		if err != nil || !ok || math.Abs(at-times[frame]) > 0.001 {
			return fmt.Errorf("%w: %s, frame %d: %v", export.ErrVerify, filepath.Base(path), frame, err)
		}
	}
	return nil
}
