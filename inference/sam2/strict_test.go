package sam2

import (
	"context"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// A session with strict parity must give what the same calls to the predictor
// give: two objects, a refinement, both directions, a cleared prompt.
func TestStrictSessionFollowsThePredictor(t *testing.T) {
	const frames = 12
	settings := defaults()
	settings.StrictParity, settings.FillHoles = true, false
	r := newRig(t, frames, settings)
	p, err := NewPredictor(r.g.m, r.g, r.s.src, Video{W: 48, H: 36, Frames: frames}, ReferenceOptions(r.g.m))
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	prompt := func(obj, frame int, q annotate.Prompt) {
		t.Helper()
		got := r.prompt(obj, frame, q)
		if err := p.AddPrompt(ctx, key(obj, frame), q); err != nil {
			t.Fatal(err)
		}
		out, ok := p.Pending(key(obj, frame))
		if !ok {
			t.Fatal("no answer")
		}
		sameMask(t, "prompt", got, out)
	}
	track := func(dir inference.Direction, reverse bool) {
		t.Helper()
		if err := p.Preflight(ctx); err != nil {
			t.Fatal(err)
		}
		order, err := p.Order(-1, -1, reverse)
		if err != nil {
			t.Fatal(err)
		}
		run, err := r.s.Propagate(r.request(dir, 1, 2))
		if err != nil {
			t.Fatal(err)
		}
		defer run.Close()
		if n := run.Coverage().Frames; n != len(order) {
			t.Fatalf("%s: %d frames, want %d", dir, n, len(order))
		}
		for _, f := range order {
			want, err := p.Track(ctx, f, reverse)
			if err != nil {
				t.Fatal(err)
			}
			got, err := run.Next(ctx)
			if err != nil || got.Frame != f {
				t.Fatalf("%s: frame %d came for %d (%v)", dir, got.Frame, f, err)
			}
			for _, w := range want {
				sameMask(t, string(dir), got.Results[w.Object], w)
			}
		}
	}
	prompt(1, 3, click(20, 20, true))
	prompt(1, 3, click(20, 20, true).WithPoint(annotate.Point{X: 5, Y: 5}))
	prompt(2, 6, annotate.Prompt{Box: &annotate.Box{X0: 5, Y0: 6, X1: 30, Y1: 28}})
	track(inference.Forward, false)
	track(inference.Backward, true)
	prompt(1, 8, click(12, 9, false))
	prompt(2, 9, click(40, 9, true))
	track(inference.Forward, false)
	if err := r.s.ClearPrompt(key(1, 8)); err != nil {
		t.Fatal(err)
	}
	if err := p.Clear(key(1, 8)); err != nil {
		t.Fatal(err)
	}
	track(inference.Forward, false)
}

func sameMask(t *testing.T, what string, got annotate.Result, want Tracked) {
	t.Helper()
	m, err := got.Mask.Load()
	if err != nil {
		t.Fatal(err)
	}
	if !m.Equal(videoMask(want.Low, 8, 48, 36)) || got.Score != float64(want.Score) || got.IoU != float64(want.IoU) {
		t.Errorf("%s, object %d: score %g, IoU %g; want %g, %g", what, want.Object, got.Score, got.IoU, want.Score, want.IoU)
	}
}
