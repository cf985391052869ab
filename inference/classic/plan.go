package classic

import (
	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
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
	// again says that the frame has its mask from an earlier part of the run:
	// it is tracked again, without a new mask, to have what the run had then.
	again bool
}

// fresh reports whether the frame gets a new mask from this task.
func (t task) fresh() bool { return (t.role == final || t.role == join) && !t.again }

// arrived reports whether the frame is the last one of the task's pass before
// another keyframe: nothing goes on from there.
func (t task) arrived(frame int) bool {
	if t.pass.backward {
		return t.before >= 0 && frame == t.before+1
	}
	return t.after >= 0 && frame == t.after-1
}

// step is all that happens on one frame in one pass.
type step struct {
	frame  int
	number int // in the run as a whole, what is finished included
	tasks  []task
}

// planner lists the steps of a run.
type planner struct {
	req    inference.PropagateRequest
	frames int
	steps  map[stepKey]*step
}

type stepKey struct {
	backward bool
	frame    int
}

// plan returns all steps of a run in order, those of finished frames included:
// forward in time first, then backward.
func plan(req inference.PropagateRequest, frames int, objects map[annotate.ObjectID]*object) []step {
	p := planner{req: req, frames: frames, steps: map[stepKey]*step{}}
	for _, id := range req.Objects {
		p.object(id, objects[id])
	}
	var out []step
	add := func(k stepKey) {
		if s := p.steps[k]; s != nil {
			s.number = len(out)
			out = append(out, *s)
		}
	}
	for f := range frames {
		add(stepKey{false, f})
	}
	for f := frames - 1; f >= 0; f-- {
		add(stepKey{true, f})
	}
	return out
}

func (p *planner) object(id annotate.ObjectID, o *object) {
	before := -1
	for _, after := range append(o.roots(), -1) {
		p.stretch(id, o, before, after)
		before = after
	}
}

// stretch plans the frames between two neighbouring roots, or before the
// first (before is -1), or after the last (after is -1).
func (p *planner) stretch(id annotate.ObjectID, o *object, before, after int) {
	lo, hi := before+1, after-1
	if after < 0 {
		hi = p.frames - 1
	}
	from, to := max(lo, p.req.Range.First), min(hi, p.req.Range.Last)
	if from > to {
		return
	}
	forward := before >= 0 && p.req.Direction != inference.Backward
	backward := after >= 0 && p.req.Direction != inference.Forward
	add := func(f int, back bool, r role) {
		if _, weak := o.key(f); weak {
			return // a pass goes on over it, from its mask
		}
		pass := passKey{before, false}
		if back {
			pass = passKey{after, true}
		}
		t := task{object: id, pass: pass, role: r, before: before, after: after}
		if f < from || f > to {
			// Frames on the way to the range: one that has a mask is replayed
			// without a step of its own.
			if _, ok := o.done[f]; ok {
				return
			}
			t.role = guide
		} else {
			t.again = p.req.Skip != nil && p.req.Skip(annotate.FrameKey{Object: id, Frame: f})
		}
		k := stepKey{back, f}
		if p.steps[k] == nil {
			p.steps[k] = &step{frame: f}
		}
		p.steps[k].tasks = append(p.steps[k].tasks, t)
	}
	there, back := final, final
	if forward && backward {
		there, back = first, join
	}
	if forward {
		for f := lo; f <= to; f++ {
			add(f, false, there)
		}
	}
	if backward {
		for f := hi; f >= from; f-- {
			add(f, true, back)
		}
	}
}
