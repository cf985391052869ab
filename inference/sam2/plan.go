package sam2

import (
	"fmt"
	"maps"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// pass is one frame of a plan: which objects are tracked there and in which
// direction.
type pass struct {
	frame   int
	reverse bool
	objects []annotate.ObjectID
}

func (s *Session) checkRequest(req inference.PropagateRequest) error {
	if len(req.Objects) == 0 {
		return fmt.Errorf("%w: no object to track", inference.ErrUsage)
	}
	for _, f := range []int{req.Range.First, req.Range.Last} {
		if err := s.p.checkFrame(f); err != nil {
			return err
		}
	}
	if req.Range.Len() == 0 {
		return fmt.Errorf("%w: the range %d to %d is empty", inference.ErrUsage, req.Range.First, req.Range.Last)
	}
	switch req.Direction {
	case inference.Both, inference.Forward, inference.Backward:
	default:
		return fmt.Errorf("%w: direction %q (have both, forward, backward)", inference.ErrUsage, req.Direction)
	}
	for _, id := range req.Objects {
		if o := s.p.object(id); o == nil || !o.hasCond() {
			return fmt.Errorf("%w: object %d has no prompt to track from", inference.ErrUsage, id)
		}
	}
	return nil
}

// plan lists the frames to compute, finished ones left out. So are keyframes
// that come before one that is finished: the run that this one goes on with has
// passed them, and has cleared the memory around them if that was asked for.
func (s *Session) plan(req inference.PropagateRequest) []pass {
	skipped := func(k annotate.FrameKey) bool { return req.Skip != nil && req.Skip(k) }
	reached, at := map[annotate.ObjectID]int{}, 0
	s.walk(req, func(t int, _ bool, id annotate.ObjectID) {
		at++
		if k := (annotate.FrameKey{Object: id, Frame: t}); skipped(k) && (req.Left == nil || !req.Left(k)) {
			reached[id] = at
		}
	})
	var out []pass
	at = 0
	s.walk(req, func(t int, reverse bool, id annotate.ObjectID) {
		at++
		key := annotate.FrameKey{Object: id, Frame: t}
		if skipped(key) || s.isProtected(key) || at < reached[id] && s.p.object(id).guides(t) {
			return
		}
		if n := len(out); n == 0 || out[n-1].frame != t || out[n-1].reverse != reverse {
			out = append(out, pass{frame: t, reverse: reverse})
		}
		if last := &out[len(out)-1]; !slices.Contains(last.objects, id) {
			last.objects = append(last.objects, id)
		}
	})
	return out
}

// walk visits what a request covers, in the order in which it is tracked.
func (s *Session) walk(req inference.PropagateRequest, visit func(frame int, reverse bool, id annotate.ObjectID)) {
	first, last := map[annotate.ObjectID]int{}, map[annotate.ObjectID]int{}
	start := s.p.video.Frames
	for _, id := range req.Objects {
		first[id], last[id] = s.p.object(id).span()
		start = min(start, first[id])
	}
	each := func(t int, reverse bool, covers func(annotate.ObjectID) bool) {
		for _, id := range req.Objects {
			if covers(id) {
				visit(t, reverse, id)
			}
		}
	}
	if req.Direction != inference.Backward {
		for t := req.Range.First; t <= req.Range.Last; t++ {
			each(t, false, func(id annotate.ObjectID) bool { return t >= first[id] || s.strict && t >= start })
		}
	}
	if req.Direction != inference.Forward {
		for t := req.Range.Last; t >= req.Range.First; t-- {
			each(t, true, func(id annotate.ObjectID) bool {
				switch {
				case s.strict:
					return t <= start && start > 0
				case req.Direction == inference.Both:
					return t < first[id]
				}
				return t <= last[id]
			})
		}
	}
}

// guides reports whether an object has a conditioning frame there, a pending one
// included.
func (o *object) guides(frame int) bool { return o.cond[frame] != nil || o.pendCond[frame] != nil }

// covers says which frames a request is about: those on the asked side of some
// object's keyframes, the keyframes included.
func (s *Session) covers(req inference.PropagateRequest) func(frame int) bool {
	first, last := s.p.video.Frames, -1
	for _, id := range req.Objects {
		a, b := s.p.object(id).span()
		first, last = min(first, a), max(last, b)
	}
	if s.strict {
		last = first
	}
	return req.Direction.Side(first, last)
}

// span returns the first and the last conditioning frame, pending ones
// included.
func (o *object) span() (first, last int) {
	frames := slices.Collect(maps.Keys(o.cond))
	frames = slices.AppendSeq(frames, maps.Keys(o.pendCond))
	return slices.Min(frames), slices.Max(frames)
}

func (s *Session) isProtected(key annotate.FrameKey) bool {
	o := s.p.object(key.Object)
	if o == nil {
		return false
	}
	c := o.cond[key.Frame]
	return c != nil && c.protected
}
