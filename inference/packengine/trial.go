package packengine

import (
	"context"
	"fmt"
	"image"
	"math"

	"masklet/annotate"
	"masklet/inference"
	"masklet/inference/modelpack"
	"masklet/inference/ort"
)

// Trial returns the last part of checking a pack: it loads all graphs, clicks
// on a generated picture, tracks to a second one and looks whether the answers
// are numbers. libraryDirs are as for Open.
func Trial(libraryDirs ...string) modelpack.Trial {
	return func(ctx context.Context, p *modelpack.Pack) error {
		rt, err := ort.Load(libraryDirs...)
		if err != nil {
			return err
		}
		e, err := New(p, rt)
		if err != nil {
			return err
		}
		defer e.Close()
		return e.trial(ctx)
	}
}

func (e *Engine) trial(ctx context.Context) error {
	s, err := e.Open(ctx, testCard{}, nil, inference.DefaultSettings())
	if err != nil {
		return err
	}
	defer s.Close()
	key := annotate.FrameKey{Object: 1, Frame: 0}
	prompt := annotate.Prompt{Points: []annotate.Point{{X: 80, Y: 60, Positive: true}}}
	r, err := s.SetPrompt(ctx, key, prompt)
	if err != nil {
		return fmt.Errorf("answering a click: %w", err)
	}
	if err := usable(r); err != nil {
		return fmt.Errorf("answering a click: %w", err)
	}
	p, err := s.Propagate(inference.PropagateRequest{
		Objects: []annotate.ObjectID{1}, Range: annotate.Range{First: 1, Last: 1}, Direction: inference.Forward,
	})
	if err != nil {
		return fmt.Errorf("tracking a frame: %w", err)
	}
	defer p.Close()
	next, err := p.Next(ctx)
	if err != nil {
		return fmt.Errorf("tracking a frame: %w", err)
	}
	if err := usable(next.Results[1]); err != nil {
		return fmt.Errorf("tracking a frame: %w", err)
	}
	return nil
}

func usable(r annotate.Result) error {
	for _, v := range []float64{r.Score, r.IoU, r.Confidence} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%w: the model answers with %g", ort.ErrGraph, v)
		}
	}
	return nil
}

// testCard is a video of two frames: a bright disc on a gradient that moves.
type testCard struct{}

const cardW, cardH = 160, 120

func (testCard) Len() int         { return 2 }
func (testCard) Size() (w, h int) { return cardW, cardH }
func (testCard) Hash() string     { return "test card" }

func (testCard) Frame(_ context.Context, i int) (*image.RGBA, error) {
	img := image.NewRGBA(image.Rect(0, 0, cardW, cardH))
	for y := range cardH {
		for x := range cardW {
			p := img.Pix[img.PixOffset(x, y):]
			p[0], p[1], p[2], p[3] = uint8(x), uint8(y), 90, 255
			if dx, dy := x-80-4*i, y-60; dx*dx+dy*dy < 30*30 {
				p[0], p[1], p[2] = 240, 200, 40
			}
		}
	}
	return img, nil
}
