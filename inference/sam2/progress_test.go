package sam2

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"masklet/annotate"
	"masklet/inference"
	"masklet/inference/enginetest"
)

// TestProgressCountsFrames makes prompts, protected and finished frames, ranges
// and directions at random.
func TestProgressCountsFrames(t *testing.T) {
	checkProgress(t, func(r *rig) inference.Session { return r.s })
}

// checkProgress holds sessions made by open to the promises about progress.
func checkProgress(t *testing.T, open func(*rig) inference.Session) {
	const frames = 14
	for seed := range uint64(40) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 17))
			first := rng.IntN(frames)
			req := inference.PropagateRequest{
				Range:     annotate.Range{First: first, Last: first + rng.IntN(frames-first)},
				Direction: []inference.Direction{inference.Both, inference.Forward, inference.Backward}[seed%3],
			}
			protected, finished := map[annotate.FrameKey]bool{}, map[annotate.FrameKey]bool{}
			prompts := map[annotate.FrameKey]bool{}
			low, high := frames, -1
			for id := range 1 + rng.IntN(3) {
				req.Objects = append(req.Objects, annotate.ObjectID(id+1))
				for range 1 + rng.IntN(3) {
					k := key(id+1, rng.IntN(frames))
					prompts[k] = true
					low, high = min(low, k.Frame), max(high, k.Frame)
				}
				for range rng.IntN(4) {
					k := key(id+1, rng.IntN(frames))
					switch {
					case prompts[k], finished[k]:
					case rng.IntN(2) == 0:
						protected[k] = true
						low, high = min(low, k.Frame), max(high, k.Frame)
					case !protected[k]:
						finished[k] = true
					}
				}
			}
			req.Skip = func(k annotate.FrameKey) bool { return finished[k] }
			enginetest.Progress(t, enginetest.Case{
				Video: frames, Request: req, StopAfter: 1 + rng.IntN(8),
				Frames: enginetest.Covered(req.Range, req.Direction, low, high),
				Open: func() inference.Session {
					s := open(newRig(t, frames, defaults()))
					for k := range prompts {
						if _, err := s.SetPrompt(t.Context(), k, click(20, 18, true)); err != nil {
							t.Fatal(err)
						}
					}
					for _, known := range []map[annotate.FrameKey]bool{protected, finished} {
						for k := range known {
							if err := s.SetKnown(k, annotate.EmptyMask(48, 36), protected[k]); err != nil {
								t.Fatal(err)
							}
						}
					}
					return s
				},
			})
		})
	}
}
