package sam2

import (
	"context"
	"fmt"
	"io"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// propagation implements inference.Propagation.
type propagation struct {
	s      *Session
	plan   []pass
	at     int
	tally  *inference.Tally
	closed bool
}

// Propagate implements inference.Session.
//
// Forward covers the frames from an object's first keyframe on, Backward those
// up to its last; Both covers each frame once: forward from the first keyframe
// on, backward before it. Keyframes are returned with the mask they have,
// protected frames not at all.
func (s *Session) Propagate(req inference.PropagateRequest) (inference.Propagation, error) {
	leave, err := s.own()
	if err != nil {
		return nil, err
	}
	defer leave()
	if err := s.checkRequest(req); err != nil {
		return nil, err
	}
	p := &propagation{s: s, plan: s.plan(req), tally: inference.NewTally(req.Range, s.covers(req))}
	for _, step := range p.plan {
		p.tally.Plan(step.frame, len(step.objects))
	}
	return p, nil
}

// Coverage implements inference.Propagation. It counts each object on a frame.
func (p *propagation) Coverage() inference.Coverage {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.tally.Coverage()
}

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
		p.tally.Done(frame, len(p.plan[p.at].objects))
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
	for _, o := range pending {
		if err := s.reviveAll(ctx, o); err != nil {
			return nil, err
		}
	}
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
