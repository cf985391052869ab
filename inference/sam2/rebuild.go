package sam2

import (
	"context"

	"github.com/masklet/masklet/annotate"
)

// Outputs that were dropped to save memory, and masks that the session was only
// told of, are made whole again from their mask when something reads them.

// knownOutput stands for a mask that was not computed here.
func knownOutput(mask annotate.Mask, protected bool) *output {
	out := &output{mask: mask, score: maskPromptVal, iou: 1, protected: protected}
	if mask.Empty() {
		out.score = -maskPromptVal
	}
	return out
}

// logits returns an output's logits, from its mask if they were dropped.
func (p *Predictor) logits(out *output) []float32 {
	if out.low != nil {
		return out.low
	}
	return p.m.maskLow(p.m.maskInput(out.mask))
}

// whole returns a stored output with pointer and memory, and puts what it had
// to compute into the store.
func (p *Predictor) whole(ctx context.Context, o *object, frame int, cond bool) (*output, error) {
	out, err := p.withPointer(ctx, o, frame, cond)
	if err != nil || out.mem != nil {
		return out, err
	}
	c := *out
	c.low = p.logits(out)
	mem, err := p.remember(ctx, frame, c.low, c.score, true)
	if err != nil {
		return nil, err
	}
	c.mem = mem
	o.replace(frame, out, &c)
	return &c, nil
}

// withPointer returns a stored output with its pointer.
func (p *Predictor) withPointer(ctx context.Context, o *object, frame int, cond bool) (*output, error) {
	out := o.find(frame, cond)
	if out.ptr != nil {
		return out, nil
	}
	made, err := p.maskOutput(ctx, o.id, frame, out.mask)
	if err != nil {
		return nil, err
	}
	c := *out
	c.low, c.ptr, c.score = made.low, made.ptr, made.score
	o.replace(frame, out, &c)
	return &c, nil
}

func (o *object) replace(frame int, old, with *output) {
	for _, store := range []map[int]*output{o.non, o.cond} {
		if store[frame] == old {
			store[frame] = with
		}
	}
}

// evict drops memories and logits that passes cannot read soon. Of ordinary
// frames, those near frame t, where a pass is, and near the first and the last
// conditioning frame, where passes begin, are kept; of accepted frames, those
// that frame t attends to.
func (p *Predictor) evict(o *object, t int) {
	if !p.opt.Evict {
		return
	}
	w := p.window()
	cond := o.stored(-1).cond
	near := []int{t}
	if len(cond) > 0 {
		near = append(near, cond[0], cond[len(cond)-1])
	}
	for x, out := range o.non {
		if out.heavy() && !within(x, near, w.reach()) {
			o.non[x] = out.light()
		}
	}
	if len(cond) == 0 {
		return
	}
	used := w.nearest(cond, t)
	for x, out := range o.cond {
		if out.protected && out.heavy() && !within(x, used, 0) {
			o.cond[x] = out.light()
		}
	}
}

func within(x int, list []int, reach int) bool {
	for _, n := range list {
		if abs(x-n) <= reach {
			return true
		}
	}
	return false
}
