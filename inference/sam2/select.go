package sam2

import (
	"math"
	"slices"
)

// window says how much memory a frame may attend to.
type window struct {
	frames   int // memory frames, conditioning included in the count as trained (7)
	pointers int // pointers (16); 0: none at all
	stride   int // distance of recent memory frames, 1 as trained
	every    int // tracked frames are at most so many apart; above 1, memory counts tracked frames
	maxCond  int // most conditioning frames; below 2: all
	norm     int // divisor of the pointers' frame distance
}

// SpatialRef names a frame whose memory is attended to and the row of the time
// table that marks it.
type SpatialRef struct{ Frame, Row int }

// PointerRef names a frame whose pointer is attended to and how far it lies in
// the past, in tracking direction.
type PointerRef struct{ Frame, Delta int }

// Selection is what one frame of one object attends to.
type Selection struct {
	Spatial  []SpatialRef
	Pointers []PointerRef
	Norm     int // Delta is divided by it
}

// stored is the view of an object's stores that selection needs.
type stored struct {
	cond []int // conditioning frames, in the order in which they are attended to
	has  func(frame int) bool
	all  func() []int // every frame that was tracked or guides, ascending
}

// before lists the tracked frames on the side that tracking comes from, nearest
// to t first, those whose memory was dropped included.
func (s stored) before(t int, reverse bool) []int {
	all := s.all()
	at, is := slices.BinarySearch(all, t)
	if !reverse {
		out := slices.Clone(all[:at])
		slices.Reverse(out)
		return out
	}
	if is {
		at++
	}
	return all[at:]
}

// choose decides what frame t attends to. Rows: conditioning frames always
// have the last row, the frame just before row 0, the one before that row 1.
// frames is the length of the video.
func (w window) choose(s stored, t, frames int, reverse bool, condRow int) Selection {
	selected := w.nearest(s.cond, t)
	usable := func(x int) bool {
		return s.has(x) || slices.Contains(s.cond, x) && !slices.Contains(selected, x)
	}
	p := w.past(s, t, frames, reverse)
	out := Selection{Norm: w.norm}
	for _, c := range selected {
		out.Spatial = append(out.Spatial, SpatialRef{c, condRow})
	}
	for rel := w.frames - 1; rel >= 1; rel-- {
		if x, ok := p.memory(rel); ok && usable(x) {
			out.Spatial = append(out.Spatial, SpatialRef{x, rel - 1})
		}
	}
	if w.pointers == 0 {
		return out
	}
	for _, c := range selected {
		if d := p.distance(c); d >= 0 {
			out.Pointers = append(out.Pointers, PointerRef{c, d})
		}
	}
	for d := 1; d < min(frames, w.pointers); d++ {
		x, ok := p.pointer(d)
		if !ok {
			break
		}
		if usable(x) {
			out.Pointers = append(out.Pointers, PointerRef{x, d})
		}
	}
	return out
}

// past says which frames lie before frame t in tracking direction.
type past interface {
	// memory returns the frame whose memory is rel steps back.
	memory(rel int) (frame int, ok bool)
	// pointer returns the frame whose pointer is d steps back.
	pointer(d int) (frame int, ok bool)
	// distance returns how many steps back a frame lies, or a negative number.
	distance(frame int) int
}

func (w window) past(s stored, t, frames int, reverse bool) past {
	if w.every > 1 {
		return trackedPast{t, s.before(t, reverse)}
	}
	return everyPast{w, t, frames, reverse}
}

// everyPast is the past where every frame is tracked: steps are frames.
type everyPast struct {
	w       window
	t       int
	frames  int
	reverse bool
}

func (p everyPast) memory(rel int) (int, bool) { return p.w.recent(p.t, rel, p.reverse), true }

func (p everyPast) pointer(d int) (int, bool) {
	if p.reverse {
		d = -d
	}
	x := p.t - d
	return x, x >= 0 && x < p.frames
}

func (p everyPast) distance(frame int) int {
	if p.reverse {
		return frame - p.t
	}
	return p.t - frame
}

// trackedPast is the past where some frames are left out: steps are tracked
// frames, as if the others were not in the video.
type trackedPast struct {
	t      int
	before []int // nearest first
}

func (p trackedPast) memory(rel int) (int, bool) { return p.pointer(rel) }

func (p trackedPast) pointer(d int) (int, bool) {
	if d > len(p.before) {
		return 0, false
	}
	return p.before[d-1], true
}

func (p trackedPast) distance(frame int) int {
	if frame == p.t {
		return 0
	}
	if i := slices.Index(p.before, frame); i >= 0 {
		return i + 1
	}
	return -1
}

// recent returns the frame that is rel steps back in tracking direction: the
// frame just before, then frames at multiples of the stride.
func (w window) recent(t, rel int, reverse bool) int {
	r := w.stride
	switch {
	case rel == 1 && reverse:
		return t + 1
	case rel == 1:
		return t - 1
	case reverse:
		return -floorDiv(-(t+2), r)*r + (rel-2)*r
	}
	return floorDiv(t-2, r)*r - (rel-2)*r
}

// reach is the distance within which recent reads.
func (w window) reach() int { return max(1, w.frames*w.stride*max(1, w.every)) }

// nearest picks the conditioning frames to use when there are more than the
// limit: the nearest before t, the nearest at or after t, then the nearest of
// the rest, of equally distant ones the first in cond.
func (w window) nearest(cond []int, t int) []int {
	if w.maxCond < 2 || len(cond) <= w.maxCond {
		return cond
	}
	before, after := -1, -1
	for _, c := range cond {
		if c < t {
			before = max(before, c)
		} else if after < 0 || c < after {
			after = c
		}
	}
	var out []int
	for _, c := range []int{before, after} {
		if c >= 0 {
			out = append(out, c)
		}
	}
	rest := slices.DeleteFunc(slices.Clone(cond), func(c int) bool { return slices.Contains(out, c) })
	slices.SortStableFunc(rest, func(a, b int) int { return abs(a-t) - abs(b-t) })
	return append(out, rest[:w.maxCond-len(out)]...)
}

func floorDiv(a, b int) int { return int(math.Floor(float64(a) / float64(b))) }

func abs(v int) int {
	if v < 0 {
		return -v
	}
	return v
}
