package inference

import "github.com/masklet/masklet/annotate"

// Coverage is how far a propagation is.
//
// People think of a video in frames, engines work in smaller pieces: one object
// on one frame, once for each pass over it. Both are told here: Frames and
// Finished say what is ready to look at, Work and Worked how much of the time
// has passed.
type Coverage struct {
	Frames   int // frames of the range that the propagation covers
	Finished int // of these, frames on which nothing is left to do
	Work     int // pieces of work in all, those outside the range included
	Worked   int // pieces of work that are done
}

// Tally counts the pieces of work of a propagation and the frames that they
// finish. Engines keep one for each propagation. The zero value is not valid.
type Tally struct {
	first int     // frame of open[0]
	open  []int32 // pieces left by frame of the range; notCovered: not counted
	c     Coverage
}

const notCovered = -1

// NewTally returns the count of a propagation over the frames of r for which
// covers is true. Nothing is planned yet: every frame counts as finished.
func NewTally(r annotate.Range, covers func(frame int) bool) *Tally {
	t := &Tally{first: r.First, open: make([]int32, max(0, r.Len()))}
	for i := range t.open {
		if !covers(r.First + i) {
			t.open[i] = notCovered
			continue
		}
		t.c.Frames++
	}
	t.c.Finished = t.c.Frames
	return t
}

// Plan adds pieces of work on a frame, which need not lie in the range.
func (t *Tally) Plan(frame, pieces int) {
	t.c.Work += pieces
	if i, ok := t.at(frame); ok && pieces > 0 {
		if t.open[i] == 0 {
			t.c.Finished--
		}
		t.open[i] += int32(pieces)
	}
}

// Done tells that planned pieces of work on a frame are done, or not needed any
// more.
func (t *Tally) Done(frame, pieces int) {
	t.c.Worked += pieces
	if i, ok := t.at(frame); ok && pieces > 0 {
		if t.open[i] -= int32(pieces); t.open[i] == 0 {
			t.c.Finished++
		}
	}
}

// Coverage returns the count.
func (t *Tally) Coverage() Coverage { return t.c }

func (t *Tally) at(frame int) (i int, ok bool) {
	i = frame - t.first
	return i, i >= 0 && i < len(t.open) && t.open[i] != notCovered
}
