package classic

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
	const frames = 12
	sc := moving(frames, 5, 0)
	sc.discs = append(sc.discs, disc{at: func(t int) (x, y, r float64) { return 120 - 4*float64(t), 30, 14 }, colour: blue, seed: 5})
	v := sc.render()
	cache, err := inference.OpenFeatureCache("", 64<<20, 0)
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			rng := rand.New(rand.NewPCG(seed, 17))
			first := rng.IntN(frames)
			req := inference.PropagateRequest{
				Range:     annotate.Range{First: first, Last: first + rng.IntN(frames-first)},
				Direction: []inference.Direction{inference.Both, inference.Forward, inference.Backward}[seed%3],
			}
			prompts, protected := map[annotate.FrameKey]bool{}, map[annotate.FrameKey]bool{}
			finished := map[annotate.FrameKey]bool{}
			low, high := frames, -1
			for id := range annotate.ObjectID(1 + rng.IntN(2)) {
				req.Objects = append(req.Objects, id+1)
				for range 1 + rng.IntN(3) {
					k := annotate.FrameKey{Object: id + 1, Frame: rng.IntN(frames)}
					prompts[k] = true
					low, high = min(low, k.Frame), max(high, k.Frame)
				}
				for range rng.IntN(3) {
					k := annotate.FrameKey{Object: id + 1, Frame: rng.IntN(frames)}
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
				Video: frames, Request: req, StopAfter: 1 + rng.IntN(6),
				Frames: enginetest.Covered(req.Range, req.Direction, low, high),
				Open: func() inference.Session {
					s := openSession(t, v, cache)
					for k := range prompts {
						promptMask(t, s, k.Object, k.Frame, v.truth[k.Object-1][k.Frame])
					}
					for _, known := range []map[annotate.FrameKey]bool{protected, finished} {
						for k := range known {
							if err := s.SetKnown(k, v.truth[k.Object-1][k.Frame], protected[k]); err != nil {
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
