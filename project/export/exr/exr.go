// Package exr is the format of OpenEXR pictures with the alpha of each object in
// a layer of its own, as compositors take it.
package exr

import (
	"cmp"
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
	"github.com/masklet/masklet/project/natural"
)

const (
	layerPrefix = "object"
	labelPrefix = "masklet.object" // of the text in the header that has the label
	maxChannels = 1023             // as many layers a reader can be expected to take
)

// Format describes the format.
func Format() export.Format {
	return export.Format{
		Name: "exr", Label: "OpenEXR, one layer per object", Place: "exr", Takes: export.Takes{Feather: true},
		About: "`exr/<frame>.exr`: half-float alpha of all objects in `A` and of each in `object<id>.A` (zip), edges softened with `-feather`",
		Holds: export.Holds{Overlaps: true, Holes: true, Parts: true, Labels: true, IDs: true},
		Write: write, Read: read,
		Ours: func(v export.Video, _ string, e os.DirEntry) bool { return v.IsFrameFile(e, ".exr") },
	}
}

func write(ctx context.Context, folder string, src export.Source, opt export.Options) (export.Report, error) {
	v, objects := src.Video(), src.Objects()
	if len(objects) > maxChannels {
		return export.Report{}, fmt.Errorf("%w: %d objects are more than the %d layers of a picture", export.ErrSource, len(objects), maxChannels)
	}
	var notes []note
	for _, o := range objects {
		if o.Label != "" {
			notes = append(notes, note{labelPrefix + strconv.Itoa(int(o.ID)), o.Label})
		}
	}
	name := v.Namer(opt.Names)
	return export.EachAtOnce(ctx, src, func(frame int, masks []export.FrameMask) (export.Report, error) {
		path := filepath.Join(folder, name(frame)+".exr")
		err := writeFile(path, v.W, v.H, planesOf(v, objects, masks, opt.Feather), notes)
		if err == nil {
			err = check(ctx, path, v, masks)
		}
		if err != nil {
			err = fmt.Errorf("frame %d: %w", frame, err)
		}
		return export.Report{Files: 1, Frames: 1, Masks: len(masks)}, err
	})
}

// planesOf returns the channels of a frame in the order of their names.
func planesOf(v export.Video, objects []export.Object, masks []export.FrameMask, feather float64) []plane {
	all := plane{"A", image.Rect(0, 0, v.W, v.H), make([]float32, v.W*v.H)}
	by := map[annotate.ObjectID]plane{}
	for _, m := range masks {
		p := softened(m.Mask, feather)
		by[m.Object] = p
		for i, a := range p.alpha {
			x, y := p.box.Min.X+i%p.box.Dx(), p.box.Min.Y+i/p.box.Dx()
			all.alpha[y*v.W+x] = max(all.alpha[y*v.W+x], a)
		}
	}
	planes := []plane{all}
	for _, o := range objects {
		p := by[o.ID] // without a mask all 0
		p.name = layerPrefix + strconv.Itoa(int(o.ID)) + ".A"
		planes = append(planes, p)
	}
	slices.SortFunc(planes, func(a, b plane) int { return cmp.Compare(a.name, b.name) })
	return planes
}

// softened returns a mask as alpha that goes from 1 to 0 over so many pixels to
// either side of the edge, where it is a half.
func softened(m annotate.Mask, pixels float64) plane {
	if m.Empty() {
		return plane{}
	}
	b := m.Bitmap()
	reach := 0
	if pixels > 0 {
		reach = int(math.Ceil(pixels)) + 1
	}
	p := plane{box: m.Bounds().Inset(-reach).Intersect(image.Rect(0, 0, b.W, b.H))}
	w, h := p.box.Dx(), p.box.Dy()
	p.alpha = make([]float32, w*h)
	inside, outside := make([]bool, w*h), make([]bool, w*h)
	for i := range p.alpha {
		inside[i] = b.At(p.box.Min.X+i%w, p.box.Min.Y+i/w)
		outside[i] = !inside[i]
		if inside[i] {
			p.alpha[i] = 1
		}
	}
	if pixels <= 0 {
		return p
	}
	toInside, toOutside := annotate.SquaredDistance(inside, w, h), annotate.SquaredDistance(outside, w, h)
	for i := range p.alpha {
		edge := math.Sqrt(toOutside[i]) - 0.5
		if !inside[i] {
			edge = 0.5 - math.Sqrt(toInside[i])
		}
		p.alpha[i] = float32(min(1, max(0, 0.5+edge/(2*pixels))))
	}
	return p
}

// check reads a file back: half the alpha or more is the mask.
func check(ctx context.Context, path string, v export.Video, masks []export.FrameMask) error {
	want := map[string]annotate.Mask{}
	for _, m := range masks {
		if !m.Mask.Empty() {
			want[layerPrefix+strconv.Itoa(int(m.Object))] = m.Mask
		}
	}
	got, _, err := masksOf(ctx, path, func(w, h int) error {
		if w != v.W || h != v.H {
			return fmt.Errorf("%w: it is %dx%d", export.ErrVerify, w, h)
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("%w: %v", export.ErrVerify, err)
	}
	for name, m := range got {
		if name == "" {
			continue
		}
		w, ok := want[name]
		if ok && !w.Equal(m) || !ok && !m.Empty() {
			return fmt.Errorf("%w: layer %s", export.ErrVerify, name)
		}
		delete(want, name)
	}
	if len(want) > 0 {
		return fmt.Errorf("%w: %d layers are missing", export.ErrVerify, len(want))
	}
	return nil
}

// masksOf reads the layers of a file that have alpha.
func masksOf(ctx context.Context, path string, checkSize func(w, h int) error) (map[string]annotate.Mask, map[string]string, error) {
	f, err := parse(ctx, path, checkSize)
	if err != nil {
		return nil, nil, err
	}
	bitmaps := map[int]*annotate.Bitmap{}
	for i, c := range f.channels {
		if _, ok := c.layer(); ok {
			bitmaps[i] = annotate.NewBitmap(f.w, f.h)
		}
	}
	err = f.alpha(ctx, func(channel, y int, values []float32) {
		b, ok := bitmaps[channel]
		if !ok {
			return
		}
		for x, v := range values {
			if v >= 0.5 {
				b.Pix[y*f.w+x] = 255
			}
		}
	})
	if err != nil {
		return nil, nil, err
	}
	out := map[string]annotate.Mask{}
	for i, b := range bitmaps {
		name, _ := f.channels[i].layer()
		out[name] = annotate.MaskFromBitmap(b)
	}
	return out, f.notes, nil
}

// read takes the folder that write fills, or pictures of other programs: each
// layer with alpha is an object, the picture's own alpha is one where there are
// no layers. The format cannot tell an object that was not seen from one that was
// not tracked.
func read(ctx context.Context, path string, in *export.Input) ([]export.Object, error) {
	dir := export.SubFolder(path, "exr")
	files, err := export.Files(dir, ".exr")
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%w: %s holds no .exr file", export.ErrImport, dir)
	}
	names := make([]string, len(files))
	for i, f := range files {
		names[i] = filepath.Base(f)
	}
	frames, err := in.FramesOf("pictures in "+dir, names)
	if err != nil {
		return nil, err
	}
	r := reader{in: in, objects: export.Known{}}
	for i, f := range files {
		if frames[i] < 0 {
			if err := in.Skip(f, "it is called like no frame"); err != nil {
				return nil, err
			}
			continue
		}
		if err := r.file(ctx, f, frames[i]); err != nil {
			return nil, err
		}
	}
	return r.objects.List(), nil
}

type reader struct {
	in      *export.Input
	others  []string // layers that are not called by a number, in the order of their first frame
	objects export.Known
}

func (r *reader) file(ctx context.Context, path string, frame int) error {
	masks, notes, err := masksOf(ctx, path, func(w, h int) error { return r.in.CheckSize(path, w, h) })
	if err != nil {
		return fmt.Errorf("%w: %s: %w", export.ErrImport, path, err)
	}
	if len(masks) > 1 {
		delete(masks, "")
	}
	layers := make([]string, 0, len(masks))
	for l := range masks {
		layers = append(layers, l)
	}
	slices.SortFunc(layers, natural.Compare)
	for _, l := range layers {
		m := masks[l]
		if m.Empty() {
			continue
		}
		id, label := r.number(l), ""
		if own, ok := strings.CutPrefix(l, layerPrefix); ok && own == strconv.Itoa(id) {
			label = notes[labelPrefix+own]
		} else {
			label = l
		}
		r.objects.Meet(id, label, "")
		if err := r.in.Give(id, frame, m); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	}
	return nil
}

// firstOther is the number of the first layer that is called otherwise.
const firstOther = 1001

// number returns the object of a layer.
func (r *reader) number(layer string) int {
	if layer == "" {
		return 1
	}
	if own, ok := strings.CutPrefix(layer, layerPrefix); ok {
		if id, err := strconv.Atoi(own); err == nil && id >= 1 && id <= export.MaxObjectID && strconv.Itoa(id) == own {
			return id
		}
	}
	i := slices.Index(r.others, layer)
	if i < 0 {
		i = len(r.others)
		r.others = append(r.others, layer)
		r.in.Note("layer %q is object %d", layer, firstOther+i)
	}
	return firstOther + i
}
