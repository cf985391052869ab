// Package mots is the format of MOTS (multi-object tracking and segmentation) as
// MOTSChallenge and KITTI MOTS have it: one line of text per mask, and a 16-bit
// picture per frame. No pixel belongs to two objects.
package mots

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/picture"
	"github.com/masklet/masklet/project/infile"
)

// The classes that the format knows, and how many objects each can have.
const (
	car        = 1
	pedestrian = 2
	ignore     = 10
	perClass   = 1000
)

// Format describes the format. An object is called 1000 times its class and its
// number: class 1 is a car, everything else 2, a pedestrian.
//
// Source: MOTSChallenge and KITTI MOTS, "Annotation format".
func Format() export.Format {
	return export.Format{
		Name: "mots", Label: "MOTS text and PNG", Place: "mots",
		About: "`mots/gt/gt.txt`: frame from 1, 1000 x class + object id, class (1 car, 2 any other), size, compressed RLE; `mots/instances/<frame>.png`: the same in 16 bits; `mots/seqinfo.ini`",
		Holds: export.Holds{Holes: true, Parts: true, IDs: true, MaxID: perClass - 1},
		Write: write, Read: read, Ours: ours,
	}
}

func ours(_ export.Video, _ string, e os.DirEntry) bool {
	switch e.Name() {
	case "gt", "instances":
		return e.IsDir()
	case "seqinfo.ini":
		return !e.IsDir()
	}
	return false
}

func classOf(o export.Object) int {
	if strings.EqualFold(o.Class, "car") {
		return car
	}
	return pedestrian
}

func write(ctx context.Context, folder string, src export.Source, _ export.Options) (export.Report, error) {
	rep, v := export.Report{Files: 2}, src.Video()
	for _, dir := range []string{"gt", "instances"} {
		if err := os.Mkdir(filepath.Join(folder, dir), 0o755); err != nil {
			return rep, err
		}
	}
	f, err := os.Create(filepath.Join(folder, "gt", "gt.txt"))
	if err != nil {
		return rep, err
	}
	w := bufio.NewWriter(f)
	class := map[annotate.ObjectID]int{}
	for _, o := range src.Objects() {
		class[o.ID] = classOf(o)
	}
	err = export.Each(ctx, src, func(frame int, masks []export.FrameMask) error {
		rep.Frames++
		rep.Files++
		rep.Masks += len(masks)
		lost, err := export.Overlaps(masks)
		if err != nil {
			return err
		}
		if rep.OverlapPixels += lost; lost > 0 {
			rep.OverlapFrames++
		}
		held, err := Format().Holds.Held(masks)
		if err != nil {
			return err
		}
		img := image.NewGray16(image.Rect(0, 0, v.W, v.H))
		for _, m := range held {
			c := class[m.Object]
			if c == 0 {
				return fmt.Errorf("%w: frame %d has object %d, which is not in the list of objects", export.ErrSource, frame, m.Object)
			}
			id := c*perClass + int(m.Object)
			if _, err := fmt.Fprintf(w, "%d %d %d %d %d %s\n", frame+1, id, c, v.H, v.W, m.Mask.RLEString()); err != nil {
				return err
			}
			paint(img, m.Mask, uint16(id))
		}
		_, err = picture.WritePNG(filepath.Join(folder, "instances", fmt.Sprintf("%06d.png", frame+1)), img)
		return err
	})
	if err == nil {
		err = w.Flush()
	}
	if err := errors.Join(err, f.Close()); err != nil {
		return rep, err
	}
	if err := os.WriteFile(filepath.Join(folder, "seqinfo.ini"), []byte(seqinfo(v)), 0o644); err != nil {
		return rep, err
	}
	return rep, export.Check(ctx, Format(), folder, src)
}

func paint(img *image.Gray16, m annotate.Mask, id uint16) {
	for i, on := range m.Bitmap().Pix {
		if on != 0 {
			img.SetGray16(i%img.Rect.Dx(), i/img.Rect.Dx(), color.Gray16{Y: id})
		}
	}
}

func seqinfo(v export.Video) string {
	fps := 25.0
	if n := len(v.Timestamps); n > 1 && v.Timestamps[n-1] > v.Timestamps[0] {
		fps = float64(n-1) / (v.Timestamps[n-1] - v.Timestamps[0])
	}
	return fmt.Sprintf("[Sequence]\nname=%s\nimDir=img1\nframeRate=%g\nseqLength=%d\nimWidth=%d\nimHeight=%d\nimExt=.jpg\n",
		strings.TrimSuffix(v.Name, filepath.Ext(v.Name)), fps, v.Frames, v.W, v.H)
}

// read takes a text file, or a folder with gt/gt.txt or gt.txt, else one with
// 16-bit pictures. Frames count from 1 unless there is a frame 0 (KITTI).
func read(ctx context.Context, path string, in *export.Input) ([]export.Object, error) {
	path = export.SubFolder(path, "mots")
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("import MOTS: %w", err)
	}
	if !info.IsDir() {
		return readText(ctx, path, in)
	}
	for _, name := range []string{filepath.Join("gt", "gt.txt"), "gt.txt"} {
		if _, err := os.Stat(filepath.Join(path, name)); err == nil {
			return readText(ctx, filepath.Join(path, name), in)
		}
	}
	return readPictures(ctx, export.SubFolder(path, "instances"), in)
}

// line is one mask of the text.
type line struct {
	frame, id, class, w, h int
	rle                    string
}

func eachLine(ctx context.Context, path string, f func(n int, l line, ok bool) error) error {
	file, err := infile.Open(ctx, path, infile.Text)
	if err != nil {
		return fmt.Errorf("import MOTS: %w", err)
	}
	defer file.Close()
	s := bufio.NewScanner(file)
	s.Buffer(nil, 64<<20)
	for n := 1; s.Scan(); n++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		fields := strings.Fields(s.Text())
		if len(fields) == 0 {
			continue
		}
		l, ok := parseLine(fields)
		if err := f(n, l, ok); err != nil {
			return err
		}
	}
	if err := s.Err(); err != nil {
		return fmt.Errorf("%w: %s: %v", export.ErrImport, path, err)
	}
	return nil
}

func parseLine(fields []string) (l line, ok bool) {
	if len(fields) != 6 {
		return l, false
	}
	for i, to := range []*int{&l.frame, &l.id, &l.class, &l.h, &l.w} {
		n, err := strconv.Atoi(fields[i])
		if err != nil {
			return l, false
		}
		*to = n
	}
	l.rle = fields[5]
	return l, l.frame >= 0 && l.w > 0 && l.h > 0
}

// object returns the number of the object; 0 marks what is not to be judged.
func (l line) object() int {
	if l.class == ignore || l.id >= ignore*perClass {
		return 0
	}
	if l.id >= perClass && l.id/perClass == l.class {
		return l.id % perClass
	}
	return l.id
}

func readText(ctx context.Context, path string, in *export.Input) ([]export.Object, error) {
	first, last := 1, 0
	err := eachLine(ctx, path, func(_ int, l line, ok bool) error {
		if ok {
			last = max(last, l.frame)
			if l.frame == 0 {
				first = 0
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if in.Video.Frames == 0 {
		in.Video.Frames = last - first + 1
	}
	objects, seen := export.Known{}, map[annotate.FrameKey]bool{}
	err = eachLine(ctx, path, func(n int, l line, ok bool) error {
		which := fmt.Sprintf("line %d of %s", n, path)
		if !ok {
			return in.Skip(which, "it is not frame, id, class, height, width and mask")
		}
		id := l.object()
		if id == 0 {
			return nil
		}
		if err := in.CheckSize(which, l.w, l.h); err != nil {
			return in.Skip(which, "its size is not that of the video")
		}
		if l.frame-first >= in.Video.Frames {
			return in.Skip(which, "it is for no frame of the video")
		}
		m, err := annotate.MaskFromRLEString(l.w, l.h, l.rle)
		if err != nil || m.Empty() {
			return in.Skip(which, "its mask is empty or cannot be read")
		}
		key := annotate.FrameKey{Object: annotate.ObjectID(id), Frame: l.frame - first}
		if seen[key] {
			return in.Skip(which, "the object has another mask on the frame")
		}
		seen[key] = true
		objects.Meet(id, "", className(l.class))
		return in.Give(id, l.frame-first, m)
	})
	return objects.List(), err
}

func className(class int) string {
	if class == car {
		return "car"
	}
	return ""
}

func readPictures(ctx context.Context, dir string, in *export.Input) ([]export.Object, error) {
	files, err := export.Files(dir, ".png")
	if err != nil {
		return nil, err
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = filepath.Base(f)
	}
	frames, err := frameNumbers(dir, names, in)
	if err != nil {
		return nil, err
	}
	set, err := picture.Survey(ctx, files, in.CheckSize)
	if err != nil {
		return nil, err
	}
	objects := export.Known{}
	for i, f := range files {
		labels, err := set.Labels(f)
		if err != nil {
			return nil, err
		}
		for _, v := range labels.Numbers() {
			l := line{id: v, class: v / perClass}
			id := l.object()
			if id == 0 || frames[i] < 0 {
				continue
			}
			objects.Meet(id, "", className(l.class))
			if err := in.Give(id, frames[i], labels.Objects[v]); err != nil {
				return nil, err
			}
		}
	}
	return objects.List(), nil
}

// frameNumbers reads the frames of pictures: from 1 unless one is called 0, as
// in the text.
func frameNumbers(dir string, names []string, in *export.Input) ([]int, error) {
	if in.Match != export.MatchAuto || len(in.Video.FrameNames) > 0 {
		return in.FramesOf("pictures in "+dir, names)
	}
	out, first, last := make([]int, len(names)), 1, 0
	for i, n := range names {
		number, err := strconv.Atoi(strings.TrimSuffix(n, filepath.Ext(n)))
		if err != nil {
			return in.FramesOf("pictures in "+dir, names)
		}
		if out[i] = number; number == 0 {
			first = 0
		}
		last = max(last, number)
	}
	if in.Video.Frames == 0 {
		in.Video.Frames = last - first + 1
	}
	for i := range out {
		if out[i] -= first; out[i] >= in.Video.Frames {
			out[i] = -1
		}
	}
	return out, nil
}
