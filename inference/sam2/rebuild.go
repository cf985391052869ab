package sam2

import "context"

// Outputs that were dropped to save memory, and masks that the session was only
// told of, are made whole again from their mask when something reads them.

// logits returns an output's logits, from its mask if they were dropped.
func (p *Predictor) logits(out *output) []float32 {
	if out.low != nil {
		return out.low
	}
	return p.m.maskLow(p.m.maskInput(out.mask))
}

// whole returns a stored output with memory and puts what it had to compute
// into the store.
func (p *Predictor) whole(ctx context.Context, o *object, frame int, cond bool) (*output, error) {
	out := o.find(frame, cond)
	if out.mem != nil {
		return out, nil
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
	c.ptr = made.ptr
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

// evict drops memories and logits of ordinary frames that passes cannot read
// soon: those near frame t, where a pass is, and near the first and the last
// conditioning frame, where passes begin, are kept.
func (p *Predictor) evict(o *object, t int) {
	if !p.opt.Evict {
		return
	}
	near := []int{t}
	if cond := o.stored(-1).cond; len(cond) > 0 {
		near = append(near, cond[0], cond[len(cond)-1])
	}
	reach := p.window().reach()
	for x, out := range o.non {
		if out.mem == nil && out.low == nil {
			continue
		}
		keep := false
		for _, n := range near {
			keep = keep || abs(x-n) <= reach
		}
		if !keep {
			o.non[x] = out.light()
		}
	}
}
