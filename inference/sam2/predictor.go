package sam2

import (
	"context"
	"fmt"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// Source gives the features of a frame, encoded at most once as long as they
// are kept. It is safe for concurrent use.
type Source interface {
	Features(ctx context.Context, frame int) (*Features, error)
}

// Video is what the predictor must know of the video.
type Video struct{ W, H, Frames int }

// Predictor is the reference video predictor, one call for one of its calls.
// It is not safe for concurrent use. A call that fails or is cancelled leaves
// the state as it was.
type Predictor struct {
	m       *Model
	g       Graphs
	src     Source
	video   Video
	opt     Options
	objects []*object // in the order in which they were added
}

// NewPredictor returns a predictor without objects. Errors wrap ErrModel or
// inference.ErrUsage.
func NewPredictor(m *Model, g Graphs, src Source, video Video, opt Options) (*Predictor, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	if video.W < 1 || video.H < 1 || video.Frames < 1 || video.W > annotate.MaxSide || video.H > annotate.MaxSide {
		return nil, fmt.Errorf("%w: a video of %d frames of %dx%d pixels", inference.ErrUsage, video.Frames, video.W, video.H)
	}
	if opt.MemoryFrames < 1 || opt.MemoryFrames > m.NumMaskmem {
		return nil, fmt.Errorf("%w: %d memory frames (the model has 1 to %d)", inference.ErrUsage, opt.MemoryFrames, m.NumMaskmem)
	}
	if opt.Pointers < 0 || opt.Pointers > m.MaxPointers {
		return nil, fmt.Errorf("%w: %d pointers (the model has 0 to %d)", inference.ErrUsage, opt.Pointers, m.MaxPointers)
	}
	if opt.Stride < 1 {
		return nil, fmt.Errorf("%w: memory stride %d", inference.ErrUsage, opt.Stride)
	}
	return &Predictor{m: m, g: g, src: src, video: video, opt: opt}, nil
}

func (p *Predictor) object(id annotate.ObjectID) *object {
	for _, o := range p.objects {
		if o.id == id {
			return o
		}
	}
	return nil
}

func (p *Predictor) checkFrame(frame int) error {
	if frame < 0 || frame >= p.video.Frames {
		return fmt.Errorf("%w: frame %d (the video has frames 0 to %d)", inference.ErrUsage, frame, p.video.Frames-1)
	}
	return nil
}

func (p *Predictor) check(key annotate.FrameKey, prompt annotate.Prompt) error {
	if err := p.checkFrame(key.Frame); err != nil {
		return err
	}
	if err := prompt.Validate(p.video.W, p.video.H); err != nil {
		return fmt.Errorf("%w: object %d, frame %d: %w", inference.ErrUsage, key.Object, key.Frame, err)
	}
	return nil
}

// window returns what frames may attend to. The divisor of pointer distances
// is the trained one even with fewer pointers, so that a distance keeps its
// meaning.
func (p *Predictor) window() window {
	return window{
		frames: p.opt.MemoryFrames, pointers: p.opt.Pointers, stride: p.opt.Stride, every: p.opt.Every,
		maxCond: p.opt.MaxCond, norm: min(p.video.Frames, p.m.MaxPointers) - 1,
	}
}

// AddPrompt sets points and/or a box, or a mask, for an object on a frame. A
// new object is started.
func (p *Predictor) AddPrompt(ctx context.Context, key annotate.FrameKey, prompt annotate.Prompt) error {
	a, err := p.prepare(ctx, key, prompt)
	if err != nil {
		return err
	}
	p.keep(a.object)
	if a.cond && !slices.Contains(a.object.prompted, key.Frame) {
		a.object.prompted = append(a.object.prompted, key.Frame)
	}
	a.pend[key.Frame] = a.out
	if prompt.Mask != nil {
		a.object.masks[key.Frame] = true
		delete(a.object.points, key.Frame)
	} else {
		a.object.points[key.Frame] = prompt
		delete(a.object.masks, key.Frame)
	}
	return nil
}

// addition is a prompt with its answer, before it is stored.
type addition struct {
	object *object
	pend   map[int]*output // the store of the object that takes the answer
	cond   bool            // pend is that of conditioning frames
	out    *output
}

// prepare answers a prompt without changing anything.
func (p *Predictor) prepare(ctx context.Context, key annotate.FrameKey, prompt annotate.Prompt) (addition, error) {
	if err := p.check(key, prompt); err != nil {
		return addition{}, err
	}
	o := p.object(key.Object)
	if o == nil {
		o = newObject(key.Object)
	}
	// Nothing is left to guide an object whose last conditioning frame was
	// cleared: its stale memories are forgotten and it starts anew. A mask needs
	// no guide.
	if _, was := o.tracked[key.Frame]; was && len(o.cond) == 0 && prompt.Mask == nil {
		o = o.untracked()
	}
	rev, trackedBefore := o.tracked[key.Frame]
	a := addition{object: o, pend: o.pendNon}
	if !trackedBefore || p.opt.AllFramesAsCond {
		a.pend, a.cond = o.pendCond, true
	}
	var err error
	if a.out, err = p.answer(ctx, o, key.Frame, prompt, a.pend, rev, !trackedBefore); err != nil {
		return addition{}, fmt.Errorf("object %d, frame %d: %w", key.Object, key.Frame, err)
	}
	return a, nil
}

// keep puts o in the place of the object of the same ID, or adds it.
func (p *Predictor) keep(o *object) {
	if i := slices.IndexFunc(p.objects, func(x *object) bool { return x.id == o.id }); i >= 0 {
		p.objects[i] = o
		return
	}
	p.objects = append(p.objects, o)
}

// answer computes the output for a prompt without changing anything.
func (p *Predictor) answer(ctx context.Context, o *object, frame int, prompt annotate.Prompt, pend map[int]*output, rev, init bool) (*output, error) {
	if prompt.Mask != nil {
		return p.maskOutput(ctx, o.id, frame, *prompt.Mask)
	}
	feat, err := p.src.Features(ctx, frame)
	if err != nil {
		return nil, err
	}
	tr := Trace{Object: o.id, Frame: frame, Reverse: rev}
	emb, err := p.embedding(ctx, o, frame, rev, init, -1, feat, &tr)
	if err != nil {
		return nil, err
	}
	var prior []float32
	if last := o.latest(pend, frame); last != nil {
		prior = clampPrior(p.logits(last))
	}
	return p.decodePrompt(ctx, feat, emb, prompt, prior, &tr)
}

// Clear takes the prompts of an object on a frame back. A conditioning frame
// becomes an ordinary one and keeps its memory.
func (p *Predictor) Clear(key annotate.FrameKey) error {
	if err := p.checkFrame(key.Frame); err != nil {
		return err
	}
	o := p.object(key.Object)
	if o == nil {
		return fmt.Errorf("%w: object %d is unknown", inference.ErrUsage, key.Object)
	}
	delete(o.pendCond, key.Frame)
	delete(o.pendNon, key.Frame)
	delete(o.points, key.Frame)
	delete(o.masks, key.Frame)
	o.prompted = slices.DeleteFunc(o.prompted, func(f int) bool { return f == key.Frame })
	if out := o.cond[key.Frame]; out != nil {
		delete(o.cond, key.Frame)
		o.non[key.Frame] = out
		delete(o.tracked, key.Frame)
	}
	return nil
}

// Remove forgets an object.
func (p *Predictor) Remove(id annotate.ObjectID) {
	p.objects = slices.DeleteFunc(p.objects, func(x *object) bool { return x.id == id })
}
