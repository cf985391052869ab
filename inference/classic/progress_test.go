package classic

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/internal/enginetest"
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
			c := enginetest.NewRandom(rng, seed, frames, 2, 3)
			enginetest.Progress(t, enginetest.Case{
				Video: frames, Request: c.Request, StopAfter: 1 + rng.IntN(6), Frames: c.Frames,
				Open: func() inference.Session {
					s := openSession(t, v, cache)
					for k := range c.Prompts {
						promptMask(t, s, k.Object, k.Frame, v.truth[k.Object-1][k.Frame])
					}
					for k, protected := range c.Known {
						if err := s.SetKnown(k, v.truth[k.Object-1][k.Frame], protected); err != nil {
							t.Fatal(err)
						}
					}
					return s
				},
			})
		})
	}
}
