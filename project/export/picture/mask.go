package picture

import (
	"context"
	"fmt"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/infile"
)

// channel is what of a picture says where the object is.
type channel int

const (
	byAlpha  channel = iota
	byGrey           // values
	byIndex          // any index but 0 and Void
	byColour         // difference to the background
)

// rule is how masks of one object are read from a set.
type rule struct {
	channel    channel
	background rgb
	above      float64 // values above it are on the object
}

// Mask reads the mask of one object. Numbered objects are refused unless
// together is set, which joins them.
func (s *Set) Mask(path string, together bool) (m annotate.Mask, err error) {
	if !together && s.grey && s.Numbered() {
		return m, errNumbered(path)
	}
	var read annotate.Mask
	err = infile.Within(s.ctx, func() error {
		p, err := s.decode(path)
		if err != nil {
			return err
		}
		if s.mask == nil {
			r := s.decide()
			s.mask = &r
		}
		read = s.mask.read(p)
		return nil
	})
	if err != nil {
		return m, err
	}
	return read, nil
}

// decide finds out how the set shows one object.
func (s *Set) decide() rule {
	switch {
	case s.alpha:
		return rule{channel: byAlpha, above: 127.5}
	case s.grey:
		if s.Numbered() {
			return rule{channel: byGrey}
		}
		return rule{channel: byGrey, above: s.threshold(toFloats(s.greys()))}
	case s.indexed && s.standardPalette():
		return rule{channel: byIndex}
	}
	background := s.background()
	r := rule{channel: byColour, background: background}
	if len(s.colours) > 2 && s.flat(background) {
		return r // several flat colours: all but the background
	}
	distances := map[int]bool{}
	for c := range s.colours {
		distances[c.distance(background)] = true
	}
	var values []float64
	for d := range 256 {
		if distances[d] {
			values = append(values, float64(d))
		}
	}
	r.above = s.threshold(values)
	return r
}

func toFloats(v []uint16) []float64 {
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = float64(x)
	}
	return out
}

// threshold returns the value above which pixels are on: two values are off and
// on; of more, the middle parts them. values are in order.
func (s *Set) threshold(values []float64) float64 {
	switch n := len(values); n {
	case 0, 1:
		return 0
	case 2:
		return (values[0] + values[1]) / 2
	default:
		middle := (values[0] + values[n-1]) / 2
		s.note("the masks are soft (%d values from %g to %g): what is above %g counts as the object", n, values[0], values[n-1], middle)
		return middle
	}
}

func (r rule) read(p *pixels) annotate.Mask {
	b := annotate.NewBitmap(p.w, p.h)
	for i := range b.Pix {
		if r.on(p, i) {
			b.Pix[i] = 255
		}
	}
	return annotate.MaskFromBitmap(b)
}

func (r rule) on(p *pixels, i int) bool {
	switch r.channel {
	case byAlpha:
		return p.alpha != nil && float64(p.alpha[i]) > r.above
	case byGrey:
		return p.grey != nil && float64(p.grey[i]) > r.above
	case byIndex:
		return p.index != nil && p.index[i] != 0 && p.index[i] != Void
	}
	return float64(p.at(i).distance(r.background)) > r.above
}

// Read reads one picture by itself, of any size that a video can have. Where it
// numbers several objects, the one with the given number is meant, if it is
// there, else all of them. Notes say how it was read.
func Read(ctx context.Context, path string, object int) (m annotate.Mask, notes []string, err error) {
	s, err := Survey(ctx, []string{path}, AnySize)
	if err != nil {
		return annotate.Mask{}, nil, err
	}
	if s.Numbered() {
		l, err := s.Labels(path)
		if err != nil {
			return annotate.Mask{}, nil, err
		}
		if m, ok := l.Objects[object]; ok {
			s.note("%s numbers several objects: number %d is taken", path, object)
			return m, s.notes, nil
		}
		s.note("%s numbers several objects, none of them %d: all are taken together", path, object)
	}
	m, err = s.Mask(path, true)
	return m, s.notes, err
}

// AnySize is a check for Survey that lets every size pass that a video can have.
func AnySize(path string, w, h int) error {
	if w > annotate.MaxSide || h > annotate.MaxSide || w*h > export.MaxPixels {
		return fmt.Errorf("%w: %s: %dx%d pixels are too many", export.ErrImport, path, w, h)
	}
	return nil
}
