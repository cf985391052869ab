package sam2

import (
	"context"
	"fmt"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/sam2/resample"
)

// The calls of the reference predictor that a session has no use for: tests
// replay recorded calls with them, in the order of the reference.

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

func (o *object) result(frame int) Tracked {
	out := o.latest(nil, frame)
	t := Tracked{Object: o.id, Cond: o.cond[frame] != nil, Low: out.low, Ptr: out.ptr, Score: out.score, IoU: out.iou}
	for _, v := range out.mem {
		t.Mem = append(t.Mem, fromBF16(v))
	}
	return t
}

// Objects returns the objects in the order in which they were added.
func (p *Predictor) Objects() []annotate.ObjectID {
	out := make([]annotate.ObjectID, len(p.objects))
	for i, o := range p.objects {
		out[i] = o.id
	}
	return out
}

// ReferenceOptions reproduce the reference predictor as published.
func ReferenceOptions(m *Model) Options {
	return Options{MemoryFrames: m.NumMaskmem, Pointers: m.MaxPointers, Stride: 1, MaxCond: -1, PromptOrder: true}
}

// Pending returns the result of an object's prompt on a frame since the last
// preflight.
func (p *Predictor) Pending(key annotate.FrameKey) (Tracked, bool) {
	o := p.object(key.Object)
	if o == nil {
		return Tracked{}, false
	}
	cond := true
	out := o.pendCond[key.Frame]
	if out == nil {
		out, cond = o.pendNon[key.Frame], false
	}
	if out == nil {
		return Tracked{}, false
	}
	return Tracked{Object: o.id, Cond: cond, Low: out.low, Ptr: out.ptr, Score: out.score, IoU: out.iou}, true
}

// Logits returns the masks of all objects on a frame at video size, in order,
// as they are shown: H x W logits, above 0 on the object. Objects without a
// mask there have -1024 everywhere. asCond says whether the frame was prompted
// as a conditioning frame. With exclusive, each pixel belongs to at most one
// object: the others are lowered to -10 or less.
func (p *Predictor) Logits(frame int, asCond, exclusive bool) [][]float32 {
	q := p.m.lowRes()
	out := make([][]float32, len(p.objects))
	for i, o := range p.objects {
		pend := o.pendNon
		if asCond {
			pend = o.pendCond
		}
		if last := o.latest(pend, frame); last != nil {
			out[i] = bilinear(p.logits(last), q, q, p.video.W, p.video.H)
			continue
		}
		out[i] = make([]float32, p.video.W*p.video.H)
		for j := range out[i] {
			out[i][j] = hiddenLogit
		}
	}
	if exclusive {
		makeExclusive(out)
	}
	return out
}

// makeExclusive keeps, per pixel, the highest logit and lowers the others.
func makeExclusive(planes [][]float32) {
	if len(planes) < 2 {
		return
	}
	for i := range planes[0] {
		best := 0
		for k := range planes {
			if planes[k][i] > planes[best][i] {
				best = k
			}
		}
		for k := range planes {
			if k != best {
				planes[k][i] = min(planes[k][i], -10)
			}
		}
	}
}

// AddPoints is AddPrompt with the points and the box that the frame has kept.
func (p *Predictor) AddPoints(ctx context.Context, key annotate.FrameKey, prompt annotate.Prompt) error {
	if prompt.Box != nil {
		return fmt.Errorf("%w: object %d, frame %d: a box cannot be added to points", inference.ErrUsage, key.Object, key.Frame)
	}
	if o := p.object(key.Object); o != nil && prompt.Mask == nil {
		old := o.points[key.Frame]
		prompt.Box, prompt.Points = old.Box, append(slices.Clone(old.Points), prompt.Points...)
	}
	return p.AddPrompt(ctx, key, prompt)
}

// RemoveTold is Remove of an object that must be there. It returns the frames on which it had prompts, in
// order: there the picture of the other objects changes. Of the last object it
// returns none.
func (p *Predictor) RemoveTold(id annotate.ObjectID) ([]int, error) {
	o := p.object(id)
	if o == nil {
		return nil, fmt.Errorf("%w: object %d is unknown", inference.ErrUsage, id)
	}
	p.Remove(id)
	if len(p.objects) == 0 {
		return nil, nil
	}
	var frames []int
	for f := range o.points {
		frames = append(frames, f)
	}
	for f := range o.masks {
		frames = append(frames, f)
	}
	slices.Sort(frames)
	return slices.Compact(frames), nil
}

// bilinear scales an ih x iw plane to oh x ow without antialiasing.
func bilinear(src []float32, iw, ih, ow, oh int) []float32 {
	out := make([]float32, ow*oh)
	resample.BilinearRows(src, iw, ih, ow, oh, func(y int, row []float32) { copy(out[y*ow:], row) })
	return out
}
