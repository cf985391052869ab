package sam2

import (
	"context"
	"fmt"
	"slices"

	"github.com/masklet/masklet/annotate"
)

// embedding returns what the decoder sees of a frame: for an object's first
// frames the features and a learned vector, otherwise the features conditioned
// on memory. skip is a conditioning frame to leave out (-1: none).
func (p *Predictor) embedding(ctx context.Context, o *object, frame int, rev, init bool, skip int, feat *Features, tr *Trace) ([]float32, error) {
	if init {
		return p.m.withoutMemory(feat.Feat), nil
	}
	have := o.stored(skip)
	if p.opt.PromptOrder {
		o.byPrompt(have.cond)
	}
	sel := p.window().choose(have, frame, p.video.Frames, rev, p.m.NumMaskmem-1)
	bank, err := p.fillBank(ctx, o, sel)
	if err != nil {
		return nil, err
	}
	tr.Selection = &sel
	tr.Tokens = [2]int{len(bank.Spat) / p.m.MemDim, len(bank.Ptr) / p.m.MemDim}
	emb, err := p.g.MemoryAttention(ctx, feat.Feat, bank)
	if err != nil {
		return nil, fmt.Errorf("memory attention: %w", err)
	}
	return emb, nil
}

// withoutMemory adds the learned "no memory" vector to every position.
func (m *Model) withoutMemory(feat []float32) []float32 {
	n := len(feat) / m.DModel
	out := make([]float32, len(feat))
	for c, v := range m.NoMem {
		for i := c * n; i < (c+1)*n; i++ {
			out[i] = feat[i] + v
		}
	}
	return out
}

// fillBank collects the memories and pointers of a selection.
func (p *Predictor) fillBank(ctx context.Context, o *object, sel Selection) (*Bank, error) {
	condRow := p.m.NumMaskmem - 1
	selected := map[int]bool{}
	var spatial []spatialEntry
	for _, r := range sel.Spatial {
		isCond := r.Row == condRow && o.cond[r.Frame] != nil
		selected[r.Frame] = selected[r.Frame] || isCond
		out, err := p.whole(ctx, o, r.Frame, isCond)
		if err != nil {
			return nil, err
		}
		spatial = append(spatial, spatialEntry{out.mem, r.Row})
	}
	var pointers []pointerEntry
	for _, r := range sel.Pointers {
		out, err := p.withPointer(ctx, o, r.Frame, selected[r.Frame])
		if err != nil {
			return nil, err
		}
		pointers = append(pointers, pointerEntry{out.ptr, r.Delta})
	}
	return p.m.bank(spatial, pointers, sel.Norm), nil
}

// decodePoints runs the decoder for the points of a prompt (none: tracking)
// and makes the choice between its masks.
func (p *Predictor) decodePoints(ctx context.Context, feat *Features, emb []float32, prompt annotate.Prompt, prior []float32, tr *Trace) (choice, error) {
	pts, labels := p.promptPoints(prompt)
	n := len(labels)
	if n == 0 {
		pts, labels = []float32{0, 0}, []float32{-1}
	}
	out, err := p.g.Decode(ctx, DecodeInput{
		Emb: emb, Feat: feat, Prior: prior,
		Points: append(pts, 0, 0), Labels: append(labels, -1),
	})
	if err != nil {
		return choice{}, fmt.Errorf("mask decoder: %w", err)
	}
	multi := multimask(n) && prompt.Mask == nil
	c := p.m.decide(out, multi)
	tr.Multimask, tr.Fallback, tr.Stability = c.multi, c.fallback, c.stability
	tr.Score, tr.IoU = out.Score, out.IoU
	if p.opt.Trace != nil {
		p.opt.Trace(*tr)
	}
	return c, nil
}

// promptPoints lists a prompt's points in S x S pixels with their labels: box
// corners first, then clicks.
func (p *Predictor) promptPoints(prompt annotate.Prompt) (pts, labels []float32) {
	s := float32(p.m.ImageSize)
	add := func(x, y float64, label float32) {
		pts = append(pts, float32(x)/float32(p.video.W)*s, float32(y)/float32(p.video.H)*s)
		labels = append(labels, label)
	}
	if b := prompt.Box; b != nil {
		add(b.X0, b.Y0, 2)
		add(b.X1, b.Y1, 3)
	}
	for _, pt := range prompt.Points {
		label := float32(0)
		if pt.Positive {
			label = 1
		}
		add(pt.X, pt.Y, label)
	}
	return pts, labels
}

// decodePrompt answers points and a box. The output has no memory yet.
func (p *Predictor) decodePrompt(ctx context.Context, feat *Features, emb []float32, prompt annotate.Prompt, prior []float32, tr *Trace) (*output, error) {
	c, err := p.decodePoints(ctx, feat, emb, prompt, prior, tr)
	if err != nil {
		return nil, err
	}
	return p.stored(c), nil
}

// stored makes an output of a choice, holes filled if asked for.
func (p *Predictor) stored(c choice) *output {
	low := c.low
	if p.opt.FillHoles {
		low = fillHoles(low, p.m.lowRes())
	}
	return &output{low: slices.Clone(low), ptr: slices.Clone(c.ptr), score: c.score, iou: c.iou}
}

// maskOutput answers a mask prompt: the mask itself is stored; the decoder only
// supplies the pointer.
func (p *Predictor) maskOutput(ctx context.Context, id annotate.ObjectID, frame int, mask annotate.Mask) (*output, error) {
	feat, err := p.src.Features(ctx, frame)
	if err != nil {
		return nil, err
	}
	input := p.m.maskInput(mask)
	tr := Trace{Object: id, Frame: frame}
	c, err := p.decodePoints(ctx, feat, feat.Feat, annotate.Prompt{Mask: &mask}, p.m.maskPrior(input), &tr)
	if err != nil {
		return nil, err
	}
	out := &output{low: p.m.maskLow(input), ptr: slices.Clone(c.ptr), score: maskPromptVal, iou: 1}
	if p.opt.FillHoles {
		out.low = fillHoles(out.low, p.m.lowRes())
	}
	if !slices.Contains(input, 1) {
		out.score, out.ptr = -maskPromptVal, p.m.NoObjPtr
	}
	return out, nil
}

// remember runs the memory encoder for logits.
func (p *Predictor) remember(ctx context.Context, frame int, low []float32, score float32, binarise bool) ([]uint16, error) {
	feat, err := p.src.Features(ctx, frame)
	if err != nil {
		return nil, err
	}
	mem, err := p.g.MemoryEncode(ctx, feat.Feat, p.m.memoryMask(low, binarise), score)
	if err != nil {
		return nil, fmt.Errorf("memory encoder: %w", err)
	}
	return toBF16s(mem), nil
}

// track computes the output of a frame from memory alone, and its memory,
// without storing it.
func (p *Predictor) track(ctx context.Context, o *object, frame int, rev bool) (*output, error) {
	feat, err := p.src.Features(ctx, frame)
	if err != nil {
		return nil, err
	}
	tr := Trace{Object: o.id, Frame: frame, Reverse: rev}
	emb, err := p.embedding(ctx, o, frame, rev, false, -1, feat, &tr)
	if err != nil {
		return nil, err
	}
	c, err := p.decodePoints(ctx, feat, emb, annotate.Prompt{}, nil, &tr)
	if err != nil {
		return nil, err
	}
	mem, err := p.remember(ctx, frame, c.low, c.score, false)
	if err != nil {
		return nil, err
	}
	out := p.stored(c)
	out.mem = mem
	return out, nil
}

// clampPrior prepares logits for use as prior mask.
func clampPrior(low []float32) []float32 {
	out := make([]float32, len(low))
	for i, v := range low {
		out[i] = min(max(v, -priorLimit), priorLimit)
	}
	return out
}
