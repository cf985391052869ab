package sam2

import (
	"context"
	"fmt"

	"github.com/masklet/masklet/inference"
)

// preflight encodes the memories of all prompts of some objects since the last
// time and makes them part of the memory bank. It fails, and changes nothing, if
// an object has no conditioning frame.
func (p *Predictor) preflight(ctx context.Context, objects []*object) error {
	type job struct {
		object *object
		store  map[int]*output
		frame  int
		out    *output
	}
	var done []job
	for _, o := range objects {
		if !o.hasCond() {
			return fmt.Errorf("%w: object %d has no prompt to track from", inference.ErrUsage, o.id)
		}
	}
	for _, o := range objects {
		for _, s := range []struct{ from, to map[int]*output }{{o.pendNon, o.non}, {o.pendCond, o.cond}} {
			for frame, out := range s.from {
				c := *out
				if c.mem == nil {
					mem, err := p.remember(ctx, frame, c.low, c.score, true)
					if err != nil {
						return fmt.Errorf("object %d, frame %d: %w", o.id, frame, err)
					}
					c.mem = mem
				}
				done = append(done, job{o, s.to, frame, &c})
			}
		}
	}
	for _, j := range done {
		j.store[j.frame] = j.out
		p.clearAround(j.object, j.frame)
	}
	for _, o := range objects {
		clear(o.pendNon)
		clear(o.pendCond)
		for frame := range o.cond {
			delete(o.non, frame)
		}
	}
	return nil
}

// commit stores what was tracked; a nil output stands for a conditioning frame.
func (p *Predictor) commit(o *object, frame int, reverse bool, out *output) {
	if out != nil {
		o.non[frame] = out
	} else {
		p.clearAround(o, frame)
	}
	o.tracked[frame], o.at = reverse, frame
	p.evict(o, frame)
}

// clearAround drops the ordinary memory around a prompted frame, if asked to.
func (p *Predictor) clearAround(o *object, frame int) {
	if !p.opt.ClearMemoryAround {
		return
	}
	reach := p.m.NumMaskmem * p.opt.Stride * max(1, p.opt.Every)
	for x := range o.non {
		if abs(x-frame) <= reach {
			delete(o.non, x)
		}
	}
}
