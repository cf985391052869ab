package classic

import (
	"context"
	"image"

	"github.com/masklet/masklet/inference/classic/track"
	"github.com/masklet/masklet/inference/classic/vision"
	"github.com/masklet/masklet/inference/stride"
)

// Motion measures how the picture moves between neighbouring frames, as the
// engine does for itself. It implements stride.Motion for the engines that
// track only some of the frames.
type Motion struct{}

// IsCut reports whether two neighbouring frames of one size show different
// scenes, by the rule that tracking heeds.
func IsCut(ctx context.Context, before, after *image.RGBA) (bool, error) {
	from, to, err := atWorkingSize(before, after)
	if err != nil || colourJump(from, to) <= cutJump {
		return false, err
	}
	step, err := Motion{}.Between(ctx, before, after)
	return step.Cut, err
}

func atWorkingSize(a, b *image.RGBA) (from, to *image.RGBA, err error) {
	w, h := vision.WorkingSize(a.Rect.Dx(), a.Rect.Dy(), workingShort)
	if from, err = vision.ResizeRGBA(a, w, h); err != nil {
		return nil, nil, err
	}
	to, err = vision.ResizeRGBA(b, w, h)
	return from, to, err
}

// Between implements stride.Motion. The fields have the engine's working size.
func (Motion) Between(ctx context.Context, a, b *image.RGBA) (stride.Step, error) {
	from, to, err := atWorkingSize(a, b)
	if err != nil {
		return stride.Step{}, err
	}
	w, h := from.Rect.Dx(), from.Rect.Dy()
	there, err := flowBetween(ctx, from, to)
	if err != nil {
		return stride.Step{}, err
	}
	back, err := flowBetween(ctx, to, from)
	if err != nil {
		return stride.Step{}, err
	}
	cut := isCut(colourJump(from, to), track.Link{There: there, Back: back})
	return stride.Step{
		There: stride.Field{W: w, H: h, V: there.V}, Back: stride.Field{W: w, H: h, V: back.V}, Cut: cut,
	}, nil
}

func flowBetween(ctx context.Context, from, to *image.RGBA) (vision.Flow, error) {
	if err := ctx.Err(); err != nil {
		return vision.Flow{}, err
	}
	a, err := vision.GrayOf(from)
	if err != nil {
		return vision.Flow{}, err
	}
	b, err := vision.GrayOf(to)
	if err != nil {
		return vision.Flow{}, err
	}
	return vision.DIS(a, b, vision.EngineFlow())
}
