package picture

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/infile"
)

// surveyed bounds how many pictures of a large set are looked at beforehand.
const surveyed = 400

// manyColours is more than pictures of flat colours have.
const manyColours = 256

// mostIDs is the highest grey value that is taken for the number of an object
// where a set has more than two values.
const mostIDs = 64

// Void marks, in pictures of numbered objects, pixels that are not to be judged.
const Void = 255

// Set is a set of pictures that are read alike. It is used by one goroutine, and
// not any more when its context has ended.
type Set struct {
	ctx   context.Context // of the whole reading
	check func(path string, w, h int) error

	alpha   bool // of some picture the alpha channel varies
	grey    bool // all pictures are grey
	indexed bool // all are indexed
	values  map[uint16]bool
	colours map[rgb]int // to how often it was met on a border
	used    map[uint8]rgb
	clashes bool // an index has several colours in the set

	notes    []string
	numbered map[rgb]int // objects of colours that are in no palette, by appearance
	mask     *rule       // how masks of one object are read, once decided
}

// Survey looks at the pictures of a set, to read them for what they mean.
// check is asked whether a picture has the right size. Errors wrap
// export.ErrImport, or that of reading the file, and name it, or are that of ctx,
// which ends the reading of the set at any moment.
func Survey(ctx context.Context, paths []string, check func(path string, w, h int) error) (*Set, error) {
	s := &Set{ctx: ctx, check: check, grey: true, indexed: true, values: map[uint16]bool{}, colours: map[rgb]int{},
		used: map[uint8]rgb{}, numbered: map[rgb]int{}}
	step := max(1, len(paths)/surveyed)
	for i := 0; i < len(paths); i += step {
		err := infile.Within(ctx, func() error {
			p, err := s.decode(paths[i])
			if err == nil {
				s.look(p)
			}
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return s, nil
}

// Notes says how pictures were read that could be read in several ways.
func (s *Set) Notes() []string { return s.notes }

func (s *Set) note(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(s.notes, text) {
		s.notes = append(s.notes, text)
	}
}

func (s *Set) decode(path string) (*pixels, error) {
	return decode(s.ctx, path, func(w, h int) error { return s.check(path, w, h) })
}

// look remembers the values and colours of a picture.
func (s *Set) look(p *pixels) {
	s.alpha = s.alpha || p.alpha != nil
	s.grey = s.grey && p.grey != nil
	s.indexed = s.indexed && p.index != nil
	switch {
	case p.grey != nil:
		for _, v := range p.grey {
			s.values[v] = true
		}
		if len(s.values) > manyColours { // 16 bits: no colours
			return
		}
	case p.index != nil:
		s.lookAtIndexes(p)
	}
	s.lookAtColours(p)
}

func (s *Set) lookAtIndexes(p *pixels) {
	var met [256]bool
	for _, v := range p.index {
		met[v] = true
	}
	for v, on := range met {
		if !on {
			continue
		}
		c := p.colourOf(uint8(v))
		if before, known := s.used[uint8(v)]; known && before != c {
			s.clashes = true
		}
		s.used[uint8(v)] = c
	}
}

func (s *Set) lookAtColours(p *pixels) {
	last, first := rgb(0), true
	for i := range p.w * p.h {
		if p.alpha != nil && p.alpha[i] == 0 {
			continue
		}
		c := p.at(i)
		if first || c != last {
			if _, known := s.colours[c]; known || len(s.colours) <= manyColours {
				s.colours[c] += 0
			}
			last, first = c, false
		}
		if x, y := i%p.w, i/p.w; x == 0 || y == 0 || x == p.w-1 || y == p.h-1 {
			if n, known := s.colours[c]; known {
				s.colours[c] = n + 1
			}
		}
	}
}

// greys returns the grey values of the set in order.
func (s *Set) greys() []uint16 { return slices.Sorted(maps.Keys(s.values)) }

// allGrey reports whether every colour of the set is a grey.
func (s *Set) allGrey() bool {
	for c := range s.colours {
		if !c.isGrey() {
			return false
		}
	}
	return true
}

// standardPalette reports whether every index has the colour that it has in the
// VOC or DAVIS palette: the indexes number objects.
func (s *Set) standardPalette() bool {
	if !s.indexed || s.clashes {
		return false
	}
	voc, davis := VOCPalette(), Palette()
	for v, c := range s.used {
		if c != rgbOf(voc[v]) && c != rgbOf(davis[v]) {
			return false
		}
	}
	return true
}

// background returns the colour that is not on an object: black where there is
// any, else the one that is most on the borders.
func (s *Set) background() rgb {
	best, most := rgb(0), -1
	for _, c := range slices.Sorted(maps.Keys(s.colours)) {
		if c.distance(0) <= 8 {
			return c
		}
		if n := s.colours[c]; n > most {
			best, most = c, n
		}
	}
	return best
}

// flat reports whether the colours other than the background are of several
// objects, rather than the shades between the background and one colour.
func (s *Set) flat(background rgb) bool {
	if len(s.colours) > mostIDs {
		return false
	}
	far := background
	for c := range s.colours {
		if c.distance(background) > far.distance(background) {
			far = c
		}
	}
	b, f := background.channels(), far.channels()
	for c := range s.colours {
		share := float64(c.distance(background)) / float64(max(1, far.distance(background)))
		for i, v := range c.channels() {
			if want := float64(b[i]) + share*float64(f[i]-b[i]); want-float64(v) > 24 || float64(v)-want > 24 {
				return true
			}
		}
	}
	return false
}

// Numbered reports whether the pictures number several objects, rather than
// show one.
func (s *Set) Numbered() bool {
	switch {
	case s.alpha:
		return false
	case s.grey:
		return s.numbersInGrey()
	case s.indexed && s.standardPalette():
		n := len(s.used)
		for v := range s.used {
			if v == 0 || v == Void {
				n--
			}
		}
		return n > 1
	case s.allGrey():
		return false
	}
	return len(s.colours) > 2 && s.flat(s.background())
}

// numbersInGrey reports whether grey values are numbers of objects.
func (s *Set) numbersInGrey() bool {
	v := s.greys()
	if n := len(v); n > 0 && v[n-1] == Void {
		v = v[:n-1]
	}
	if len(v) > 0 && v[0] == 0 {
		v = v[1:]
	}
	switch n := len(v); n {
	case 0:
		return false
	case 1: // one object, or with 255 beside it one and what is not to be judged
		return s.values[Void] && v[0] <= mostIDs/4
	default:
		return v[n-1] <= mostIDs && n <= mostIDs
	}
}

// errNumbered refuses to read numbered objects as one.
func errNumbered(path string) error {
	return fmt.Errorf("%w: %s numbers several objects: read it with -format davis", export.ErrImport, path)
}
