package ask

import (
	"context"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/promptnet"
)

// boxMargins are how much larger than the box the crops around it are.
var boxMargins = []float64{1.35, 1.15, 1.6}

// boxed answers a box.
func (f *Frame) boxed(ctx context.Context, b annotate.Box) (*state, error) {
	inner := annotate.Box{X0: b.X0 - 0.5, Y0: b.Y0 - 0.5, X1: b.X1 - 0.5, Y1: b.Y1 - 0.5}
	var queries []promptnet.Query
	for _, m := range boxMargins {
		queries = append(queries, promptnet.Query{Picture: f.picture, Crop: promptnet.AroundBox(inner, m, promptnet.LeastSide), Box: &b})
	}
	answers, err := f.net.Segment(ctx, queries...)
	if err != nil {
		return nil, err
	}
	a := blend(answers)
	m, err := f.draw(a, nil)
	if err != nil {
		return nil, err
	}
	return &state{mask: m, confidence: a.IoU}, nil
}
