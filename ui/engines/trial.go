package engines

import (
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"io"
	"math"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/modelpack"
)

// Opener opens an engine by name, as Registry.Open does.
type Opener func(ctx context.Context, name string, s inference.Settings) (inference.Engine, error)

// Trial returns a check that runs a pack as a tracking run would: one click
// and one propagated frame go through all four graphs.
func Trial(open Opener) modelpack.Trial {
	return func(ctx context.Context, p *modelpack.Pack) error {
		settings := inference.DefaultSettings()
		engine, err := open(ctx, p.Dir, settings)
		if err != nil {
			return err
		}
		return errors.Join(tryEngine(ctx, engine, settings), engine.Close())
	}
}

func tryEngine(ctx context.Context, engine inference.Engine, settings inference.Settings) error {
	session, err := engine.Open(ctx, trialVideo{}, nil, settings)
	if err != nil {
		return err
	}
	return errors.Join(trySession(ctx, session), session.Close())
}

func trySession(ctx context.Context, session inference.Session) error {
	const object = 1
	click := annotate.Prompt{Points: []annotate.Point{{X: trialW / 2, Y: trialH / 2, Positive: true}}}
	r, err := session.SetPrompt(ctx, annotate.FrameKey{Object: object, Frame: 0}, click)
	if err != nil {
		return err
	}
	if err := plausible(r); err != nil {
		return err
	}
	prop, err := session.Propagate(inference.PropagateRequest{
		Objects: []annotate.ObjectID{object}, Range: annotate.Range{First: 0, Last: 1}, Direction: inference.Forward,
	})
	if err != nil {
		return err
	}
	defer prop.Close()
	frames := 0
	for {
		results, err := prop.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		frames++
		for _, r := range results.Results {
			if err := plausible(r); err != nil {
				return err
			}
		}
	}
	if frames == 0 {
		return errors.New("no frame was propagated")
	}
	return nil
}

// plausible refuses what no healthy model can answer.
func plausible(r annotate.Result) error {
	for _, v := range []float64{r.Score, r.IoU, r.Confidence} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("the model's scores are not numbers (score %v, IoU %v)", r.Score, r.IoU)
		}
	}
	if r.Area < 0 || r.Area > trialW*trialH {
		return fmt.Errorf("the model's mask has %d pixels on a frame of %d", r.Area, trialW*trialH)
	}
	return nil
}

const trialW, trialH = 96, 64

// trialVideo is two frames with a disc that moves a little.
type trialVideo struct{}

func (trialVideo) Len() int         { return 2 }
func (trialVideo) Size() (w, h int) { return trialW, trialH }
func (trialVideo) Hash() string     { return "trial" }

func (trialVideo) Frame(_ context.Context, i int) (*image.RGBA, error) {
	img := image.NewRGBA(image.Rect(0, 0, trialW, trialH))
	for y := range trialH {
		for x := range trialW {
			c := color.RGBA{uint8(2 * x), uint8(3 * y), 90, 255}
			if dx, dy := x-trialW/2-2*i, y-trialH/2; dx*dx+dy*dy < 200 {
				c = color.RGBA{230, 60, 40, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img, nil
}
