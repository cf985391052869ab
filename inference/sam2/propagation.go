package sam2

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"

	"masklet/annotate"
	"masklet/inference"
)

// pass is one frame of a plan: which objects are tracked there and in which
// direction.
type pass struct {
	frame   int
	reverse bool
	objects []annotate.ObjectID
}

// propagation implements inference.Propagation.
type propagation struct {
	s      *Session
	plan   []pass
	at     int
	closed bool
}

// Propagate implements inference.Session.
//
// Forward covers the frames from an object's first keyframe on, Backward those
// up to its last; Both covers each frame once: forward from the first keyframe
// on, backward before it. Keyframes are returned with the mask they have,
// protected frames not at all.
func (s *Session) Propagate(req inference.PropagateRequest) (inference.Propagation, error) {
	leave, err := s.enter()
	if err != nil {
		return nil, err
	}
	defer leave()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.checkRequest(req); err != nil {
		return nil, err
	}
	return &propagation{s: s, plan: s.plan(req)}, nil
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

// plan lists the frames to compute, finished ones left out.
func (s *Session) plan(req inference.PropagateRequest) []pass {
	first, last := map[annotate.ObjectID]int{}, map[annotate.ObjectID]int{}
	start := s.p.video.Frames
	for _, id := range req.Objects {
		first[id], last[id] = s.p.object(id).span()
		start = min(start, first[id])
	}
	var out []pass
	add := func(t int, reverse bool, covers func(annotate.ObjectID) bool) {
		step := pass{frame: t, reverse: reverse}
		for _, id := range req.Objects {
			key := annotate.FrameKey{Object: id, Frame: t}
			done := req.Skip != nil && req.Skip(key) || s.isProtected(key)
			if !done && covers(id) && !slices.Contains(step.objects, id) {
				step.objects = append(step.objects, id)
			}
		}
		if len(step.objects) > 0 {
			out = append(out, step)
		}
	}
	if req.Direction != inference.Backward {
		for t := req.Range.First; t <= req.Range.Last; t++ {
			add(t, false, func(id annotate.ObjectID) bool { return t >= first[id] || s.strict && t >= start })
		}
	}
	if req.Direction != inference.Forward {
		for t := req.Range.Last; t >= req.Range.First; t-- {
			add(t, true, func(id annotate.ObjectID) bool {
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
	return out
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

// Total implements inference.Propagation.
func (p *propagation) Total() int { return len(p.plan) }

// Next implements inference.Propagation. Prompts that were made since the last
// call guide the frames from here on; objects that lost their last prompt or
// were removed are left out.
func (p *propagation) Next(ctx context.Context) (inference.FrameResults, error) {
	leave, err := p.s.enter()
	if err != nil {
		return inference.FrameResults{}, err
	}
	defer leave()
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	if p.closed {
		return inference.FrameResults{}, fmt.Errorf("propagation: %w", inference.ErrClosed)
	}
	for p.at < len(p.plan) {
		results, err := p.s.trackPass(ctx, p.plan[p.at], p.at == 0)
		if err != nil {
			return inference.FrameResults{}, err
		}
		frame := p.plan[p.at].frame
		p.at++
		if len(results) > 0 {
			return inference.FrameResults{Frame: frame, Results: results}, nil
		}
	}
	return inference.FrameResults{}, io.EOF
}

// Close implements inference.Propagation.
func (p *propagation) Close() {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.closed = true
}

// trackPass computes one frame for its objects and stores all of it or nothing.
// Prompts that it moved into the memory bank before it failed stay there: they
// mean the same in both places.
func (s *Session) trackPass(ctx context.Context, step pass, first bool) (map[annotate.ObjectID]annotate.Result, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	var objects, pending []*object
	for _, id := range step.objects {
		o := s.p.object(id)
		if o == nil || !o.hasCond() || s.isProtected(annotate.FrameKey{Object: id, Frame: step.frame}) {
			continue
		}
		objects = append(objects, o)
		if o.hasPending() && (first || !s.strict) {
			pending = append(pending, o)
		}
	}
	s.changed()
	if err := s.p.preflight(ctx, pending); err != nil {
		return nil, err
	}
	outs := make([]*output, len(objects))
	results := make(map[annotate.ObjectID]annotate.Result, len(objects))
	for i, o := range objects {
		if c := o.cond[step.frame]; c != nil {
			results[o.id] = s.stored(o, step.frame, c)
			continue
		}
		out, err := s.p.track(ctx, o, step.frame, step.reverse)
		if err != nil {
			return nil, fmt.Errorf("object %d, frame %d: %w", o.id, step.frame, err)
		}
		r := s.result(out, annotate.Mask{}, annotate.Tracked)
		if !s.strict {
			if out.mask, err = r.Mask.Load(); err != nil {
				return nil, fmt.Errorf("object %d, frame %d: %w", o.id, step.frame, err)
			}
		}
		outs[i], results[o.id] = out, r
	}
	for i, o := range objects {
		s.p.commit(o, step.frame, step.reverse, outs[i])
	}
	return results, nil
}

// stored returns the result of a keyframe.
func (s *Session) stored(o *object, frame int, c *output) annotate.Result {
	if k := s.keys[annotate.FrameKey{Object: o.id, Frame: frame}]; k != nil {
		return s.promptResult(k)
	}
	source := annotate.Prompted
	if o.masks[frame] {
		source = annotate.Painted
	}
	return s.result(c, annotate.Mask{}, source)
}
