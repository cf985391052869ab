package classic

import (
	"slices"

	"masklet/annotate"
	"masklet/inference"
)

// How the answer for one object on one frame is used.
type role int

const (
	guide role = iota // only to go on from: the frame gets no new mask
	first             // kept until the pass from the other side joins it
	final             // the new mask
	join              // joined with the first pass's answer into the new mask
)

// passKey names one pass over one stretch of frames: away from a keyframe,
// forward or backward in time.
type passKey struct {
	from     int // the keyframe
	backward bool
}

// task is one object to be tracked on one frame.
type task struct {
	object annotate.ObjectID
	pass   passKey
	role   role
	before int // the keyframe before the frame; -1 if there is none
	after  int // the keyframe after it; -1 if there is none
}

// step is all that happens on one frame in one pass.
type step struct {
	frame int
	tasks []task
}

// planner lists the steps of a propagation.
type planner struct {
	req    inference.PropagateRequest
	frames int
	steps  map[stepKey]*step
}

type stepKey struct {
	backward bool
	frame    int
}

// plan returns the steps in order: forward in time first, then backward.
func plan(req inference.PropagateRequest, frames int, objects map[annotate.ObjectID]*object) []step {
	p := planner{req: req, frames: frames, steps: map[stepKey]*step{}}
	for _, id := range req.Objects {
		p.object(id, objects[id])
	}
	var out []step
	for f := range frames {
		if s := p.steps[stepKey{false, f}]; s != nil {
			out = append(out, *s)
		}
	}
	for f := frames - 1; f >= 0; f-- {
		if s := p.steps[stepKey{true, f}]; s != nil {
			out = append(out, *s)
		}
	}
	return out
}

func (p *planner) object(id annotate.ObjectID, o *object) {
	before := -1
	keys := o.keyframes()
	for _, after := range append(slices.Clone(keys), -1) {
		p.stretch(id, o, before, after)
		before = after
	}
}

// stretch plans the frames between two neighbouring keyframes, or before the
// first (before is -1), or after the last (after is -1).
func (p *planner) stretch(id annotate.ObjectID, o *object, before, after int) {
	lo, hi := before+1, after-1
	if after < 0 {
		hi = p.frames - 1
	}
	// Frames that get a new mask.
	wanted := func(f int) bool {
		return p.req.Range.Contains(f) && !(p.req.Skip != nil && p.req.Skip(annotate.FrameKey{Object: id, Frame: f}))
	}
	var todo []int
	for f := max(lo, p.req.Range.First); f <= min(hi, p.req.Range.Last); f++ {
		if wanted(f) {
			todo = append(todo, f)
		}
	}
	if len(todo) == 0 {
		return
	}
	forward := before >= 0 && p.req.Direction != inference.Backward
	backward := after >= 0 && p.req.Direction != inference.Forward
	both := forward && backward
	add := func(f int, back bool, r role) {
		from := before
		if back {
			from = after
		}
		k := stepKey{back, f}
		if p.steps[k] == nil {
			p.steps[k] = &step{frame: f}
		}
		p.steps[k].tasks = append(p.steps[k].tasks, task{id, passKey{from, back}, r, before, after})
	}
	// A frame that needs no new mask but has one is replayed without a step of
	// its own; one without is tracked to go on from.
	guided := func(f int, back bool) {
		if _, ok := o.done[f]; !ok {
			add(f, back, guide)
		}
	}
	if forward {
		for f := lo; f <= todo[len(todo)-1]; f++ {
			_, halfway := o.half[f]
			switch {
			case !wanted(f):
				guided(f, false)
			case !both:
				add(f, false, final)
			case !halfway:
				add(f, false, first)
			}
		}
	}
	if backward {
		for f := hi; f >= todo[0]; f-- {
			switch {
			case !wanted(f):
				guided(f, true)
			case both:
				add(f, true, join)
			default:
				add(f, true, final)
			}
		}
	}
}
