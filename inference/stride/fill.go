package stride

import (
	"context"
	"fmt"

	"masklet/annotate"
	"masklet/inference"
)

// anchor is the mask nearest to a frame on one side.
type anchor struct {
	frame  int
	result annotate.Result
	mask   annotate.Mask
	joined bool // no scene cut lies between
}

// fill makes the masks of a frame between. Nothing changes before all of them
// are made.
func (p *propagation) fill(ctx context.Context, gap gapFrame) (inference.FrameResults, error) {
	out := inference.FrameResults{Frame: gap.frame, Results: map[annotate.ObjectID]annotate.Result{}}
	for _, id := range gap.objects {
		k := annotate.FrameKey{Object: id, Frame: gap.frame}
		if p.s.prompts[k] || p.s.protected[k] {
			continue // a person came first
		}
		r, ok, err := p.fillObject(ctx, k)
		if err != nil {
			return inference.FrameResults{}, fmt.Errorf("object %d, frame %d: %w", k.Object, k.Frame, err)
		}
		if ok {
			out.Results[id] = r
		}
	}
	for id, r := range out.Results {
		k := annotate.FrameKey{Object: id, Frame: gap.frame}
		if _, ok := p.s.told[k]; ok { // it was tracked in another range
			if err := p.s.Session.SetKnown(k, annotate.Mask{}, false); err != nil {
				return inference.FrameResults{}, err
			}
			delete(p.s.told, k)
		}
		p.s.between[k] = r
	}
	return out, nil
}

// fillObject makes the mask of one object. It reports false if the masks around
// the frame are gone.
func (p *propagation) fillObject(ctx context.Context, k annotate.FrameKey) (annotate.Result, bool, error) {
	var sides []anchor
	for _, dir := range []int{-1, 1} {
		a, ok, err := p.anchor(k, dir)
		if err != nil || !ok {
			return annotate.Result{}, false, err
		}
		sides = append(sides, a)
	}
	before, after := &sides[0], &sides[1]
	if before.mask.Empty() && after.mask.Empty() {
		return p.result(k.Frame, annotate.EmptyMask(p.size()), 1, before, after), true, nil
	}
	for f := before.frame; f < after.frame; f++ {
		step, err := p.step(ctx, f)
		if err != nil {
			return annotate.Result{}, false, err
		}
		if step.Cut && f < k.Frame {
			before.joined = false
		} else if step.Cut {
			after.joined = false
		}
	}
	var used []side
	gap := float32(after.frame - before.frame)
	if before.joined {
		used = append(used, p.sideBefore(k.Frame, *before, float32(after.frame-k.Frame)/gap))
	}
	if after.joined {
		used = append(used, p.sideAfter(k.Frame, *after, float32(k.Frame-before.frame)/gap))
	}
	mask, quality := annotate.EmptyMask(p.size()), 0.0
	if len(used) > 0 {
		w, h := p.size()
		mask, quality = blend(w, h, used)
	}
	return p.result(k.Frame, mask, quality, before, after), true, nil
}

func (p *propagation) size() (w, h int) { return p.s.video.Size() }

// anchor looks for the nearest frame on one side that is tracked, or has been
// prompted or accepted since.
func (p *propagation) anchor(k annotate.FrameKey, dir int) (anchor, bool, error) {
	at := k
	for at.Frame += dir; !p.grid.has(at.Frame) && !p.s.prompts[at] && !p.s.protected[at]; {
		at.Frame += dir
	}
	r, ok := p.s.stands(at)
	if !ok {
		return anchor{}, false, nil
	}
	m, err := r.Mask.Load()
	return anchor{frame: at.Frame, result: r, mask: m, joined: true}, err == nil, err
}

// step returns the motion from a frame to the next. The steps of one gap are
// kept: all its frames need them.
func (p *propagation) step(ctx context.Context, frame int) (Step, error) {
	if s, ok := p.steps[frame]; ok {
		return s, nil
	}
	for f := range p.steps {
		if f < frame-2*p.grid.every || f > frame+2*p.grid.every {
			delete(p.steps, f)
		}
	}
	a, err := p.s.video.Frame(ctx, frame)
	if err != nil {
		return Step{}, fmt.Errorf("reading frame %d: %w", frame, err)
	}
	b, err := p.s.video.Frame(ctx, frame+1)
	if err != nil {
		return Step{}, fmt.Errorf("reading frame %d: %w", frame+1, err)
	}
	s, err := p.s.motion.Between(ctx, a, b)
	if err != nil {
		return Step{}, fmt.Errorf("motion from frame %d: %w", frame, err)
	}
	w, h := p.size()
	if !s.Cut && (!s.There.valid() || !s.Back.valid() || s.There.W != s.Back.W || s.There.H != s.Back.H || s.There.W > w || s.There.H > h) {
		return Step{}, fmt.Errorf("motion from frame %d: fields of %dx%d and %dx%d on a video of %dx%d",
			frame, s.There.W, s.There.H, s.Back.W, s.Back.H, w, h)
	}
	p.steps[frame] = s
	return s, nil
}

// sideBefore and sideAfter join the steps between a frame and an anchor.
func (p *propagation) sideBefore(frame int, a anchor, share float32) side {
	var there, back []Field
	for f := frame - 1; f >= a.frame; f-- {
		there = append(there, p.steps[f].Back)
	}
	for f := a.frame; f < frame; f++ {
		back = append(back, p.steps[f].There)
	}
	return newSide(a.mask, follow(there), follow(back), share)
}

func (p *propagation) sideAfter(frame int, a anchor, share float32) side {
	var there, back []Field
	for f := frame; f < a.frame; f++ {
		there = append(there, p.steps[f].There)
	}
	for f := a.frame - 1; f >= frame; f-- {
		back = append(back, p.steps[f].Back)
	}
	return newSide(a.mask, follow(there), follow(back), share)
}
