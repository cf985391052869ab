package ask

import (
	"context"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/promptnet"
)

// boxMargin is how much larger than the box the crop around it is.
const boxMargin = 1.35

// boxed answers a box.
func (f *Frame) boxed(ctx context.Context, b annotate.Box) (*state, error) {
	inner := annotate.Box{X0: b.X0 - 0.5, Y0: b.Y0 - 0.5, X1: b.X1 - 0.5, Y1: b.Y1 - 0.5}
	crop := promptnet.AroundBox(inner, boxMargin, promptnet.LeastSide)
	answers, err := f.net.Segment(ctx, promptnet.Query{Picture: f.picture, Crop: crop, Box: &b})
	if err != nil {
		return nil, err
	}
	m, err := f.draw(answers[0], nil)
	if err != nil {
		return nil, err
	}
	return &state{mask: m, confidence: answers[0].IoU}, nil
}
