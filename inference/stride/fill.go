package stride

import (
	"context"
	"fmt"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
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
			continue // the user came first
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
		used = append(used, p.side(k.Frame, *before, float32(after.frame-k.Frame)/gap))
	}
	if after.joined {
		used = append(used, p.side(k.Frame, *after, float32(k.Frame-before.frame)/gap))
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

// way is how to get from a frame to an anchor.
type way struct {
	there Field
	sure  []float32 // agreement of the motion there and back
}

// wayTo joins the steps between a frame and an anchor, once for all objects.
func (p *propagation) wayTo(frame, anchor int) way {
	key := [2]int{frame, anchor}
	if w, ok := p.ways[key]; ok {
		return w
	}
	for k := range p.ways {
		if k[0] != frame {
			delete(p.ways, k)
		}
	}
	var there, back []Field
	for f := min(frame, anchor); f < max(frame, anchor); f++ {
		there, back = append(there, p.steps[f].There), append(back, p.steps[f].Back)
	}
	slices.Reverse(back)
	if anchor < frame {
		there, back = back, there
	}
	out := follow(there)
	w := way{out, agreement(out, follow(back))}
	p.ways[key] = w
	return w
}

// side returns what an anchor says about a frame; share is its weight.
func (p *propagation) side(frame int, a anchor, share float32) side {
	w := p.wayTo(frame, a.frame)
	return side{a.mask.Bitmap(), a.mask.Bounds(), w.there, w.sure, share}
}
