package picture

import (
	"fmt"
	"maps"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/infile"
)

// Labels are the numbered objects of one picture.
type Labels struct {
	Objects map[int]annotate.Mask // those that have pixels
	Void    annotate.Mask         // pixels that are not to be judged
}

// void is the number of pixels that are not to be judged, in numbers of objects.
const void = -1

// Labels reads a picture that numbers objects: by index, by grey value, or by
// colour (as in the VOC and DAVIS palettes; other colours are numbered as they
// appear in the order of reading). A picture of one mask is object 1.
func (s *Set) Labels(path string) (Labels, error) {
	var read Labels
	err := infile.Within(s.ctx, func() error {
		p, err := s.decode(path)
		if err == nil {
			read, err = s.labels(path, p)
		}
		return err
	})
	if err != nil {
		return Labels{}, err
	}
	return read, nil
}

func (s *Set) labels(path string, p *pixels) (Labels, error) {
	number, err := s.numbering(path)
	if err != nil {
		return Labels{}, err
	}
	bitmaps := map[int]*annotate.Bitmap{}
	for i := range p.w * p.h {
		id := number(p, i)
		if id == 0 {
			continue
		}
		b := bitmaps[id]
		if b == nil {
			b = annotate.NewBitmap(p.w, p.h)
			bitmaps[id] = b
		}
		b.Pix[i] = 255
	}
	l := Labels{Objects: map[int]annotate.Mask{}, Void: annotate.EmptyMask(p.w, p.h)}
	for id, b := range bitmaps {
		if id == void {
			l.Void = annotate.MaskFromBitmap(b)
		} else {
			l.Objects[id] = annotate.MaskFromBitmap(b)
		}
	}
	return l, nil
}

// numbering returns how a pixel gets its object: 0 for none.
func (s *Set) numbering(path string) (func(p *pixels, i int) int, error) {
	one := func() (func(p *pixels, i int) int, error) {
		r := s.decide()
		s.note("the pictures show one mask: it is read as object 1")
		return func(p *pixels, i int) int {
			if r.on(p, i) {
				return 1
			}
			return 0
		}, nil
	}
	switch {
	case s.alpha && len(s.colours) <= 2 && !s.indexed:
		return one()
	case s.grey:
		v := s.greys()
		if len(v) == 2 && v[0] == 0 && v[1] > mostIDs || len(v) > 2 && !s.numbersInGrey() && v[len(v)-1] <= 255 {
			return one()
		}
		return func(p *pixels, i int) int { return indexed(int(p.grey[i])) }, nil
	case s.indexed && !s.adaptive():
		return func(p *pixels, i int) int { return indexed(int(p.index[i])) }, nil
	}
	if s.allGrey() || len(s.colours) == 2 && !s.inPalette() {
		return one()
	}
	if len(s.colours) > manyColours {
		return nil, fmt.Errorf("%w: %s is no picture of flat colours (there are more than %d)", export.ErrImport, path, manyColours)
	}
	return s.byColour(), nil
}

func indexed(v int) int {
	if v == Void {
		return void
	}
	return v
}

// adaptive reports whether the palette was made from a picture: its index 0 is
// not the background.
func (s *Set) adaptive() bool {
	if s.clashes {
		return true
	}
	first, ok := s.used[0]
	if !ok || first.distance(0) <= 8 {
		return false
	}
	for _, c := range s.used {
		if c.distance(0) <= 8 {
			return true
		}
	}
	return false
}

// inPalette reports whether all colours are those of the VOC or DAVIS palette.
func (s *Set) inPalette() bool {
	index := paletteIndex()
	for c := range s.colours {
		if _, ok := index[c]; !ok {
			return false
		}
	}
	return true
}

// byColour numbers objects by their colours.
func (s *Set) byColour() func(p *pixels, i int) int {
	if s.inPalette() {
		index := paletteIndex()
		return func(p *pixels, i int) int {
			if p.alpha != nil && p.alpha[i] == 0 {
				return 0
			}
			return indexed(index[p.at(i)])
		}
	}
	background := s.background()
	s.note("objects are told apart by their colours, numbered as they appear")
	return func(p *pixels, i int) int {
		c := p.at(i)
		if p.alpha != nil && p.alpha[i] == 0 || c == background {
			return 0
		}
		if s.numbered[c] == 0 {
			s.numberColours(p, background)
		}
		return s.numbered[c]
	}
}

// numberColours gives numbers to the colours of a picture that have none yet, in
// the order of their values.
func (s *Set) numberColours(p *pixels, background rgb) {
	fresh := map[rgb]bool{}
	for i := range p.w * p.h {
		if c := p.at(i); c != background && s.numbered[c] == 0 && (p.alpha == nil || p.alpha[i] > 0) {
			fresh[c] = true
		}
	}
	for _, c := range slices.Sorted(maps.Keys(fresh)) {
		s.numbered[c] = len(s.numbered) + 1
	}
}

// Numbers returns the IDs of the objects in order.
func (l Labels) Numbers() []int { return slices.Sorted(maps.Keys(l.Objects)) }
