package engines

import (
	"context"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/classic"
	"github.com/masklet/masklet/inference/packengine"
	"github.com/masklet/masklet/inference/stride"
)

// modelEngine is a pack's engine that tracks only every nth frame if the
// settings say so; the embedded engine's optical flow fills in the others.
type modelEngine struct{ *packengine.Engine }

// Open implements inference.Engine.
func (e modelEngine) Open(ctx context.Context, video inference.Frames, cache *inference.FeatureCache, settings inference.Settings) (inference.Session, error) {
	s, err := e.Engine.Open(ctx, video, cache, settings)
	if err != nil || settings.Stride <= 1 {
		return s, err
	}
	return stride.New(s, video, e.Name(), settings.Stride, classic.Motion{})
}
