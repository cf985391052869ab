package classic

import (
	"context"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/classic/ask"
	"github.com/masklet/masklet/inference/classic/click"
)

// found is the answer to a prompt.
type found struct {
	mask       annotate.Mask
	confidence float64
}

// answerer is a frame on which prompts are answered: by package ask where there is
// a network, else by package click. Both keep their latest answers, so that the
// next click goes on from them.
type answerer interface {
	segment(ctx context.Context, p annotate.Prompt) (found, error)
	correct(ctx context.Context, on base, pts []annotate.Point) (found, error)
	// choices returns what a prompt may mean, the answer of segment first.
	choices(ctx context.Context, p annotate.Prompt) ([]found, error)
	among(others []annotate.Mask) (answerer, error)
}

type plainScene struct{ *click.Scene }

func (s plainScene) segment(ctx context.Context, p annotate.Prompt) (found, error) {
	a, err := s.Segment(ctx, p)
	if err != nil {
		return found{}, err
	}
	return found{annotate.MaskFromBitmap(a.Mask), a.Confidence}, nil
}

func (s plainScene) correct(ctx context.Context, on base, pts []annotate.Point) (found, error) {
	a, err := s.Correct(ctx, on.mask, on.confidence, pts)
	if err != nil {
		return found{}, err
	}
	return found{annotate.MaskFromBitmap(a.Mask), a.Confidence}, nil
}

func (s plainScene) choices(ctx context.Context, p annotate.Prompt) ([]found, error) {
	a, err := s.Segment(ctx, p)
	if err != nil {
		return nil, err
	}
	var out []found
	for _, m := range append([]*annotate.Bitmap{a.Mask}, a.Alternatives...) {
		out = append(out, found{annotate.MaskFromBitmap(m), a.Confidence})
	}
	return out, nil
}

func (s plainScene) among(others []annotate.Mask) (answerer, error) {
	var bitmaps []*annotate.Bitmap
	for _, m := range others {
		bitmaps = append(bitmaps, m.Bitmap())
	}
	out, err := s.Among(bitmaps)
	return plainScene{out}, err
}

type netScene struct{ *ask.Frame }

func (s netScene) segment(ctx context.Context, p annotate.Prompt) (found, error) {
	a, err := s.Segment(ctx, p)
	return found{a.Mask, a.Confidence}, err
}

func (s netScene) correct(ctx context.Context, on base, pts []annotate.Point) (found, error) {
	a, err := s.Correct(ctx, on.mask, on.confidence, pts)
	return found{a.Mask, a.Confidence}, err
}

func (s netScene) choices(ctx context.Context, p annotate.Prompt) ([]found, error) {
	list, err := s.Choices(ctx, p)
	var out []found
	for _, a := range list {
		out = append(out, found{a.Mask, a.Confidence})
	}
	return out, err
}

func (s netScene) among(others []annotate.Mask) (answerer, error) {
	return netScene{s.Among(others)}, nil
}
