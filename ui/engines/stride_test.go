package engines

import (
	"context"
	"errors"
	"io"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/assets"
	"github.com/masklet/masklet/assets/sample"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/classic"
	"github.com/masklet/masklet/inference/stride"
	"github.com/masklet/masklet/project/media"
)

// truthful is an engine's session that gives the true masks of the sample on
// the frames that it is asked for.
type truthful struct {
	inference.Session
	masks []annotate.Mask
}

func (s truthful) result(frame int) annotate.Result {
	return annotate.NewResult(s.masks[frame], 1, annotate.Tracked, "truth")
}

func (s truthful) SetPrompt(_ context.Context, k annotate.FrameKey, _ annotate.Prompt) (annotate.Result, error) {
	return s.result(k.Frame), nil
}

func (s truthful) SetKnown(annotate.FrameKey, annotate.Mask, bool) error { return nil }

func (s truthful) Propagate(req inference.PropagateRequest) (inference.Propagation, error) {
	return &truthfulPass{truthful: s, req: req}, nil
}

type truthfulPass struct {
	truthful
	req  inference.PropagateRequest
	next int
}

func (p *truthfulPass) Coverage() inference.Coverage { return inference.Coverage{} }
func (p *truthfulPass) Close()                       {}

func (p *truthfulPass) Next(context.Context) (inference.FrameResults, error) {
	for f := p.next; f <= p.req.Range.Last; f++ {
		if !p.req.Skip(annotate.FrameKey{Object: 1, Frame: f}) {
			p.next = f + 1
			return inference.FrameResults{Frame: f, Results: map[annotate.ObjectID]annotate.Result{1: p.result(f)}}, nil
		}
	}
	return inference.FrameResults{}, io.EOF
}

// On the sample clip the embedded engine's optical flow fills in masks that are
// close to the true ones.
func TestFlowFillsInTheSample(t *testing.T) {
	files, err := assets.Sample(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	video, err := media.Open(t.Context(), files.Clip, media.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer video.Close()
	truth := sampleMasks(t)
	s, err := stride.New(truthful{masks: truth}, video, "truth", 4, classic.Motion{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.SetPrompt(t.Context(), annotate.FrameKey{Object: 1}, annotate.Prompt{}); err != nil {
		t.Fatal(err)
	}
	p, err := s.Propagate(inference.PropagateRequest{
		Objects: []annotate.ObjectID{1}, Range: annotate.Range{First: 0, Last: 16}, Direction: inference.Forward,
	})
	if err != nil {
		t.Fatal(err)
	}
	sum, n := 0.0, 0
	for {
		res, err := p.Next(t.Context())
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		r := res.Results[1]
		if r.Source != annotate.Warped {
			continue
		}
		m, err := r.Mask.Load()
		if err != nil {
			t.Fatal(err)
		}
		iou, err := annotate.IoU(m, truth[res.Frame])
		if err != nil {
			t.Fatal(err)
		}
		sum, n = sum+iou, n+1
	}
	t.Logf("mean IoU of %d frames %.3f", n, sum/float64(n))
	if n != 12 || sum/float64(n) < 0.9 {
		t.Errorf("mean IoU of %d frames %.3f, want at least 0.9 of 12", n, sum/float64(n))
	}
}

// sampleMasks returns the true masks of the sample's first object.
func sampleMasks(t *testing.T) []annotate.Mask {
	t.Helper()
	truth, err := sample.Truth()
	if err != nil {
		t.Fatal(err)
	}
	var out []annotate.Mask
	for _, s := range truth.Objects[0].Masks {
		m, err := annotate.MaskFromRLEString(truth.Width, truth.Height, s)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, m)
	}
	return out
}
