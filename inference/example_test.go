package inference_test

import (
	"context"
	"fmt"
	"io"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// still is a session on a video in which nothing moves: the smallest engine.
type still struct {
	masks map[annotate.ObjectID]annotate.Mask
}

func (*still) Encode(context.Context, int) error                     { return nil }
func (*still) Ready(int) bool                                        { return true }
func (*still) EncodeWorkers() int                                    { return 1 }
func (*still) ClearPrompt(annotate.FrameKey) error                   { return nil }
func (*still) RemoveObject(annotate.ObjectID) error                  { return nil }
func (*still) SetKnown(annotate.FrameKey, annotate.Mask, bool) error { return nil }
func (*still) Close() error                                          { return nil }

func (s *still) Preview(_ context.Context, _ annotate.FrameKey, p annotate.Prompt) (annotate.Result, error) {
	return annotate.NewResult(*p.Mask, 1, annotate.Prompted, "still"), nil
}

func (s *still) SetPrompt(ctx context.Context, k annotate.FrameKey, p annotate.Prompt) (annotate.Result, error) {
	s.masks[k.Object] = *p.Mask
	return s.Preview(ctx, k, p)
}

func (s *still) Propagate(r inference.PropagateRequest) (inference.Propagation, error) {
	return &staying{s, r, r.Range.First}, nil
}

type staying struct {
	session *still
	inference.PropagateRequest
	next int
}

func (p *staying) Close() {}

func (p *staying) Coverage() inference.Coverage {
	n, done := p.Range.Len(), p.next-p.Range.First
	return inference.Coverage{Frames: n, Finished: done, Work: n, Worked: done}
}

func (p *staying) Next(context.Context) (inference.FrameResults, error) {
	if p.next > p.Range.Last {
		return inference.FrameResults{}, io.EOF
	}
	out := inference.FrameResults{Frame: p.next, Results: map[annotate.ObjectID]annotate.Result{}}
	for _, id := range p.Objects {
		out.Results[id] = annotate.NewResult(p.session.masks[id], 1, annotate.Tracked, "still")
	}
	p.next++
	return out, nil
}

// A runner drives the session of an engine: it answers prompts, encodes
// (Phase 1) and propagates (Phase 2), and tells everything as events.
func ExampleRunner() {
	events := make(chan inference.Event, 64)
	runner := inference.NewRunner(&still{map[annotate.ObjectID]annotate.Mask{}}, 3, func(e inference.Event) { events <- e })
	defer runner.Close()

	mask := annotate.FullMask(4, 3)
	runner.Prompt(inference.PromptRequest{Key: annotate.FrameKey{Object: 1, Frame: 0}, Prompt: annotate.Prompt{Mask: &mask}})
	_, err := runner.Track(inference.Job{
		Encode:    []int{0, 1, 2},
		Propagate: &inference.PropagateRequest{Objects: []annotate.ObjectID{1}, Range: annotate.Range{First: 0, Last: 2}, Direction: inference.Forward},
	})
	if err != nil {
		fmt.Println(err)
	}
	for e := range events {
		switch e := e.(type) {
		case inference.PromptAnswer:
			fmt.Println("prompt:", e.Result.Area, "pixels")
		case inference.FrameTracked:
			fmt.Println("frame", e.Frame, e.Results[1].Area, "pixels")
		case inference.JobEnded:
			fmt.Println("ended:", e.Err, "tracked:", e.Stats.Tracked)
			return
		}
	}
	// Output:
	// prompt: 12 pixels
	// frame 0 12 pixels
	// frame 1 12 pixels
	// frame 2 12 pixels
	// ended: <nil> tracked: 3
}
