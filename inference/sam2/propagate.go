package sam2

import (
	"context"
	"fmt"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// Tracked is the result of one object on one frame.
type Tracked struct {
	Object annotate.ObjectID
	Cond   bool      // a conditioning frame: its stored mask
	Low    []float32 // q x q logits
	Ptr    []float32 // d
	Mem    []float32 // T x m, nil if there is none yet
	Score  float32
	IoU    float32 // predicted by the decoder for the chosen mask; 1 for mask prompts
}

// Preflight encodes the memories of all prompts since the last one and makes
// them part of the memory bank. It fails, and changes nothing, if there is no
// object or one has no conditioning frame.
func (p *Predictor) Preflight(ctx context.Context) error {
	if len(p.objects) == 0 {
		return fmt.Errorf("%w: there is nothing to track: add a prompt first", inference.ErrUsage)
	}
	return p.preflight(ctx, p.objects)
}

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

// Order returns the frames of a propagation in the order of the reference.
// start below 0 means the first conditioning frame of any object; n below 0
// means as many frames as there are. Forward, n+1 frames are returned, both
// ends included.
func (p *Predictor) Order(start, n int, reverse bool) ([]int, error) {
	if start < 0 {
		start = p.firstCond()
		if start < 0 {
			return nil, fmt.Errorf("%w: there is nothing to track: add a prompt first", inference.ErrUsage)
		}
	}
	if err := p.checkFrame(start); err != nil {
		return nil, err
	}
	if n < 0 {
		n = p.video.Frames
	}
	var out []int
	if reverse {
		for t := start; start > 0 && t >= max(start-n, 0); t-- {
			out = append(out, t)
		}
		return out, nil
	}
	for t := start; t <= min(start+n, p.video.Frames-1); t++ {
		out = append(out, t)
	}
	return out, nil
}

func (p *Predictor) firstCond() int {
	first := -1
	for _, o := range p.objects {
		for _, store := range []map[int]*output{o.cond, o.pendCond} {
			for t := range store {
				if first < 0 || t < first {
					first = t
				}
			}
		}
	}
	return first
}

// Track propagates to one frame and returns the results of all objects in
// order. Preflight must have been called since the last prompt.
func (p *Predictor) Track(ctx context.Context, frame int, reverse bool) ([]Tracked, error) {
	if err := p.checkFrame(frame); err != nil {
		return nil, err
	}
	outs := make([]*output, len(p.objects))
	for i, o := range p.objects {
		if o.cond[frame] != nil {
			continue
		}
		if len(o.cond) == 0 {
			return nil, fmt.Errorf("%w: object %d has no prompt to track from", inference.ErrUsage, o.id)
		}
		out, err := p.track(ctx, o, frame, reverse)
		if err != nil {
			return nil, fmt.Errorf("object %d, frame %d: %w", o.id, frame, err)
		}
		outs[i] = out
	}
	results := make([]Tracked, len(p.objects))
	for i, o := range p.objects {
		p.commit(o, frame, reverse, outs[i])
		results[i] = o.result(frame)
	}
	return results, nil
}

// commit stores what was tracked; a nil output stands for a conditioning frame.
func (p *Predictor) commit(o *object, frame int, reverse bool, out *output) {
	if out != nil {
		o.non[frame] = out
	} else {
		p.clearAround(o, frame)
	}
	o.tracked[frame] = reverse
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

func (o *object) result(frame int) Tracked {
	out := o.latest(nil, frame)
	t := Tracked{Object: o.id, Cond: o.cond[frame] != nil, Low: out.low, Ptr: out.ptr, Score: out.score, IoU: out.iou}
	for _, v := range out.mem {
		t.Mem = append(t.Mem, fromBF16(v))
	}
	return t
}
