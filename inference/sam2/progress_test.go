package sam2

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/internal/enginetest"
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
			c := enginetest.NewRandom(rng, seed, frames, 3, 4)
			enginetest.Progress(t, enginetest.Case{
				Video: frames, Request: c.Request, StopAfter: 1 + rng.IntN(8), Frames: c.Frames,
				Open: func() inference.Session {
					s := open(newRig(t, frames, defaults()))
					for k := range c.Prompts {
						if _, err := s.SetPrompt(t.Context(), k, click(20, 18, true)); err != nil {
							t.Fatal(err)
						}
					}
					for k, protected := range c.Known {
						if err := s.SetKnown(k, annotate.EmptyMask(48, 36), protected); err != nil {
							t.Fatal(err)
						}
					}
					return s
				},
			})
		})
	}
}
