package ask

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/promptnet"
)

// firstSides are the sides of the crops that a first click is shown in, in
// short sides of the picture.
var firstSides = []float64{0.25, 0.4, 0.6, 0.9, 1.3, 1.8}

// smallest is how many crop pixels an answer must have to be looked at closer.
const smallest = 20

// first answers the first positive click, after any number of negative ones.
func (f *Frame) first(ctx context.Context, pts []annotate.Point) (*state, error) {
	cands, err := f.candidates(ctx, pts)
	if err != nil {
		return nil, err
	}
	best, err := f.again(ctx, cands[:1], pts)
	if err != nil {
		return nil, err
	}
	m, err := f.draw(best[0].answer, pts)
	if err != nil {
		return nil, err
	}
	return &state{mask: m, confidence: best[0].answer.IoU, tried: cands}, nil
}

// candidates returns the answers in crops of several sizes around the last
// click, the best first. The network's own prediction alone chooses badly: what
// tells is how far the answers agree, and whether one runs out of its crop.
func (f *Frame) candidates(ctx context.Context, pts []annotate.Point) ([]candidate, error) {
	p := pts[len(pts)-1]
	queries := make([]promptnet.Query, len(firstSides))
	for i, s := range firstSides {
		queries[i] = promptnet.Query{Picture: f.picture, Crop: promptnet.Look(p, s*float64(min(f.w, f.h))), Points: pts}
	}
	answers, err := f.net.Segment(ctx, queries...)
	if err != nil {
		return nil, err
	}
	cands := make([]candidate, len(answers))
	for i, a := range answers {
		cands[i] = single(a, p)
	}
	agreement := make([]float64, len(cands))
	for i := range cands {
		for j := range i {
			v := overlap(cands[i], cands[j])
			agreement[i] += v
			agreement[j] += v
		}
	}
	for i := range cands {
		c := &cands[i]
		share := c.area() / float64(f.w*f.h)
		c.worth = c.answer.IoU + agreement[i]/float64(len(cands)-1) - c.cutOff(f.w, f.h) + 0.05*math.Log(max(share, 1e-4))
	}
	slices.SortStableFunc(cands, func(a, b candidate) int { return cmp.Compare(b.worth, a.worth) })
	return cands, nil
}

// single returns an answer without the parts that do not hold the click; all, if
// none does.
func single(a promptnet.Answer, p annotate.Point) candidate {
	c := candidate{answer: a, on: above(a.P)}
	i, ok := pixelOf(a.Crop, p)
	if !ok || !c.on[i] {
		return c
	}
	c.on = c.on.touching([]int{i})
	p2 := slices.Clone(a.P)
	for i, v := range p2 {
		if v > 0.49 && !c.on[i] {
			p2[i] = 0.49
		}
	}
	c.answer.P = p2
	return c
}

// againMargins are how much larger than an answer the crops are in which it is
// looked at closer.
var againMargins = []float64{promptnet.Margin, 1.2}

// again shows the network candidates once more, each in crops that fit it and
// with it as the earlier mask.
func (f *Frame) again(ctx context.Context, cands []candidate, pts []annotate.Point) ([]candidate, error) {
	out := slices.Clone(cands)
	var queries []promptnet.Query
	var which []int
	for i, c := range cands {
		if c.on.count() < smallest {
			continue
		}
		prior := c.prior()
		for _, m := range againMargins {
			queries = append(queries, promptnet.Query{Picture: f.picture, Crop: c.fit(m, pts), Points: pts, Prior: prior})
		}
		which = append(which, i)
	}
	answers, err := f.net.Segment(ctx, queries...)
	if err != nil {
		return nil, err
	}
	for k, i := range which {
		n := len(againMargins)
		out[i] = single(blend(answers[k*n:(k+1)*n]), pts[len(pts)-1])
	}
	return out, nil
}

// fit returns the crop around a candidate and the clicks, margin times as large.
func (c candidate) fit(margin float64, pts []annotate.Point) promptnet.Crop {
	u0, v0, u1, v1, _ := c.on.bounds()
	x0, y0 := c.answer.Crop.From(float64(u0), float64(v0))
	x1, y1 := c.answer.Crop.From(float64(u1), float64(v1))
	box := annotate.Box{X0: x0, Y0: y0, X1: x1 + 1, Y1: y1 + 1}
	return promptnet.AroundBox(box, margin, promptnet.LeastSide, pts...)
}

// prior returns a candidate as the earlier mask of another crop.
func (c candidate) prior() *promptnet.Soft {
	pix := make([]uint8, len(c.answer.P))
	for i, p := range c.answer.P {
		pix[i] = uint8(255 * p)
	}
	x, y := c.answer.Crop.From(0, 0)
	return &promptnet.Soft{W: size, H: size, Pix: pix, X: x, Y: y, Step: c.answer.Crop.Step()}
}
