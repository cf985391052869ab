package classic

import (
	"context"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// TestTrackersGoWithTheirGaps: what a run holds does not grow with the number of
// keyframes. A tracker that has met the next keyframe is let go; only those
// before the first and after the last stay, for a run that goes on.
func TestTrackersGoWithTheirGaps(t *testing.T) {
	const frames = 24
	v := scene{w: 96, h: 64, n: frames, discs: []disc{{
		at: func(t int) (x, y, r float64) { return 20 + 2*float64(t), 30, 10 }, seed: 3,
	}}}.render()
	s, err := New().Open(context.Background(), v, nil, inference.DefaultSettings())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for f := range frames {
		if err := s.Encode(context.Background(), f); err != nil {
			t.Fatal(err)
		}
	}
	for f := 3; f < frames-3; f += 3 {
		m := v.truth[0][f]
		if _, err := s.SetPrompt(context.Background(), annotate.FrameKey{Object: 1, Frame: f}, annotate.Prompt{Mask: &m}); err != nil {
			t.Fatal(err)
		}
	}
	run, err := s.Propagate(inference.PropagateRequest{
		Objects: []annotate.ObjectID{1}, Range: annotate.Range{Last: frames - 1}, Direction: inference.Both,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer run.Close()
	p := run.(*propagation)
	for range p.steps {
		if _, err := p.Next(context.Background()); err != nil {
			t.Fatal(err)
		}
		held := 0
		for _, c := range p.cursors {
			if c.tracker != nil {
				held++
			}
		}
		if held > 2 {
			t.Fatalf("%d trackers are held at step %d of %d", held, p.at, len(p.steps))
		}
	}
}
