package controller

import (
	"context"
	"image"
	"strings"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/stride"
	"github.com/masklet/masklet/ui/session"
)

// strideEngines wraps the fake engines as the program does those of models.
type strideEngines struct{ fakeEngines }

func (e strideEngines) Open(ctx context.Context, name string, s inference.Settings) (inference.Engine, error) {
	eng, err := e.fakeEngines.Open(ctx, name, s)
	return strideEngine{eng}, err
}

type strideEngine struct{ inference.Engine }

func (e strideEngine) Open(ctx context.Context, v inference.Frames, c *inference.FeatureCache, s inference.Settings) (inference.Session, error) {
	session, err := e.Engine.Open(ctx, v, c, s)
	if err != nil || s.Stride <= 1 {
		return session, err
	}
	return stride.New(session, v, e.Name(), s.Stride, stillPicture{})
}

type stillPicture struct{}

func (stillPicture) Between(context.Context, *image.RGBA, *image.RGBA) (stride.Step, error) {
	f := stride.Field{W: 1, H: 1, V: make([]float32, 2)}
	return stride.Step{There: f, Back: f}, nil
}

// With a stride every frame gets a mask, those between are marked, and the
// estimate counts what is encoded.
func TestStrideInTheWindow(t *testing.T) {
	r := opened(t, 50, nil)
	r.Controller.slot = session.NewSlot(strideEngines{fakeEngines{"fake": r.engine, "other": r.other}}.Open)
	r.CloseClip()
	r.OpenFile("clip.mp4")
	r.wait("the engine is ready", func() bool { ready, _ := r.EngineReady(); return ready })
	s := r.Settings()
	s.Stride = 5
	r.SetSettings(s)
	r.idle()
	r.GoTo(10)
	r.Click(3, 4, true)
	r.idle()
	r.Estimator.Note(session.Measured{Stats: inference.JobStats{Encoded: 10, Phase1Seconds: 1000, Tracked: 1000, Phase2Seconds: 1}, Objects: 1})
	// 49 frames are not ready, every fifth takes 100 s.
	r.wait("the estimate counts them", func() bool { return strings.Contains(r.Estimate(), "16 min 4") })
	r.Track()
	r.idle()
	warped := 0
	for _, f := range r.Document().ResultFrames(1) {
		res, _ := r.Document().Result(key(1, f))
		between := f%5 != 0 && f != 49
		if (res.Source == annotate.Warped) != between {
			t.Errorf("frame %d holds a mask that was %s", f, res.Source)
		}
		if between {
			warped++
		}
	}
	if n := len(r.Document().ResultFrames(1)); n != 50 || warped != 39 {
		t.Errorf("%d frames have a mask, %d of them were filled in", n, warped)
	}
}
