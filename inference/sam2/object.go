package sam2

import (
	"maps"
	"slices"

	"github.com/masklet/masklet/annotate"
)

// output is what is known of one object on one frame. It is never changed once
// it is in a store: a changed output is a new one.
type output struct {
	low   []float32     // q x q logits; nil once dropped
	ptr   []float32     // d; nil for a known mask whose pointer was not needed yet
	mem   []uint16      // T x m, bfloat16; nil before preflight and once dropped
	mask  annotate.Mask // at video size, where low and mem may be dropped
	score float32
	iou   float32
	// protected: accepted by the user; never computed or returned again.
	protected bool
}

// heavy reports whether the output holds what light would give back.
func (o *output) heavy() bool { return !o.mask.IsZero() && (o.low != nil || o.mem != nil) }

// light returns a copy that has given back what can be computed again from the
// mask. Outputs without a mask are kept whole.
func (o *output) light() *output {
	if !o.heavy() {
		return o
	}
	c := *o
	c.low, c.mem = nil, nil
	return &c
}

// object is the state of one object. Objects share nothing but features.
type object struct {
	id       annotate.ObjectID
	points   map[int]annotate.Prompt // points and box so far, by frame
	masks    map[int]bool            // frames with a mask prompt
	cond     map[int]*output
	non      map[int]*output
	pendCond map[int]*output // prompted since the last preflight
	pendNon  map[int]*output
	tracked  map[int]bool // frames that were propagated over, and whether backwards
	prompted []int        // conditioning frames in the order of their first prompts
	at       int          // the frame that was tracked last
}

func newObject(id annotate.ObjectID) *object {
	return &object{
		id: id, points: map[int]annotate.Prompt{}, masks: map[int]bool{},
		cond: map[int]*output{}, non: map[int]*output{},
		pendCond: map[int]*output{}, pendNon: map[int]*output{}, tracked: map[int]bool{},
	}
}

// untracked returns a copy that knows its prompts but was never tracked.
func (o *object) untracked() *object {
	c := newObject(o.id)
	c.points, c.masks = maps.Clone(o.points), maps.Clone(o.masks)
	c.cond, c.pendCond = maps.Clone(o.cond), maps.Clone(o.pendCond)
	c.prompted = slices.Clone(o.prompted)
	return c
}

// byPrompt sorts conditioning frames by their first prompts. Frames that were
// never prompted come last, in the order that they have.
func (o *object) byPrompt(frames []int) {
	rank := func(frame int) int {
		if i := slices.Index(o.prompted, frame); i >= 0 {
			return i
		}
		return len(o.prompted)
	}
	slices.SortStableFunc(frames, func(a, b int) int { return rank(a) - rank(b) })
}

// stored returns the stores as selection sees them; frame skip is left out
// (-1: none).
func (o *object) stored(skip int) stored {
	cond := slices.Sorted(maps.Keys(o.cond))
	if i := slices.Index(cond, skip); i >= 0 {
		cond = slices.Delete(cond, i, i+1)
	}
	has := func(x int) bool { return o.non[x] != nil }
	return stored{cond, has, func() []int {
		all := slices.AppendSeq(slices.Clone(cond), maps.Keys(o.tracked))
		slices.Sort(all)
		return slices.Compact(all)
	}}
}

// find returns the stored output of a frame that was selected: non-conditioning
// first, as selection prefers it, except for conditioning references.
func (o *object) find(frame int, cond bool) *output {
	if !cond && o.non[frame] != nil {
		return o.non[frame]
	}
	return o.cond[frame]
}

// latest returns the newest output of a frame for display and as prior mask.
func (o *object) latest(pend map[int]*output, frame int) *output {
	for _, store := range []map[int]*output{pend, o.cond, o.non} {
		if out := store[frame]; out != nil {
			return out
		}
	}
	return nil
}

// pending returns the answer to a frame's prompt since the last preflight. A
// frame that was corrected before and after it was tracked over may have one
// of each kind; the conditioning one was made first.
func (o *object) pending(frame int) *output {
	if out := o.pendNon[frame]; out != nil {
		return out
	}
	return o.pendCond[frame]
}

// hasCond reports whether there is something to propagate from.
func (o *object) hasCond() bool { return len(o.cond)+len(o.pendCond) > 0 }

// hasPending reports whether preflight has work to do.
func (o *object) hasPending() bool { return len(o.pendCond)+len(o.pendNon) > 0 }
