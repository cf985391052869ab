package click

import (
	"context"
	"crypto/sha256"
	"fmt"

	"github.com/masklet/masklet/annotate"
)

// Correct returns a mask that stands on the frame, for example a tracked one,
// changed by corrective clicks in the order they were made. Each changes only
// what is near it, and nothing where the mask has the click's label already.
// confidence is that of the mask, 0..1. An empty mask is started by the first
// positive click.
func (s *Scene) Correct(ctx context.Context, mask annotate.Mask, confidence float64, pts []annotate.Point) (Answer, error) {
	if err := (annotate.Prompt{Points: pts}).Validate(s.w, s.h); err != nil {
		return Answer{}, err
	}
	if w, h := mask.Size(); w != s.w || h != s.h {
		return Answer{}, fmt.Errorf("%w: the mask is %dx%d, the frame %dx%d", ErrInput, w, h, s.w, s.h)
	}
	base := fmt.Sprintf("%x", sha256.Sum256([]byte(mask.RLEString())))
	st := &state{work: s.shrink(mask.Bitmap()), full: mask, confidence: confidence}
	for i := range pts {
		key := base + promptKey(nil, pts[:i+1])
		var err error
		if st, err = s.kept.Make(ctx, key, func() (*state, error) { return s.next(ctx, st, pts[:i+1]) }); err != nil {
			return Answer{}, err
		}
	}
	return Answer{Mask: st.full.Bitmap(), Confidence: st.confidence}, ctx.Err()
}
