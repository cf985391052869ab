package enginetest

import (
	"math/rand/v2"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// Random is a propagation made at random, with all that a session must be told
// before it.
type Random struct {
	Request inference.PropagateRequest // Skip holds the finished frames
	Prompts map[annotate.FrameKey]bool
	// Known holds the protected frames (true) and the finished ones (false).
	Known map[annotate.FrameKey]bool
	// Frames is how many frames the request is about, see Case.
	Frames int
}

// NewRandom makes prompts, protected and finished frames, a range and a
// direction on a video of so many frames: up to the given number of objects, and
// fewer than the given number of known frames for each. The direction goes round
// with turn.
func NewRandom(rng *rand.Rand, turn uint64, frames, objects, known int) Random {
	first := rng.IntN(frames)
	r := Random{
		Request: inference.PropagateRequest{
			Range:     annotate.Range{First: first, Last: first + rng.IntN(frames-first)},
			Direction: []inference.Direction{inference.Both, inference.Forward, inference.Backward}[turn%3],
		},
		Prompts: map[annotate.FrameKey]bool{}, Known: map[annotate.FrameKey]bool{},
	}
	low, high := frames, -1
	keyframe := func(f int) { low, high = min(low, f), max(high, f) }
	for id := range annotate.ObjectID(1 + rng.IntN(objects)) {
		r.Request.Objects = append(r.Request.Objects, id+1)
		at := func() annotate.FrameKey { return annotate.FrameKey{Object: id + 1, Frame: rng.IntN(frames)} }
		for range 1 + rng.IntN(3) {
			k := at()
			r.Prompts[k] = true
			keyframe(k.Frame)
		}
		for range rng.IntN(known) {
			k := at()
			if _, told := r.Known[k]; told || r.Prompts[k] {
				continue
			}
			if r.Known[k] = rng.IntN(2) == 0; r.Known[k] {
				keyframe(k.Frame)
			}
		}
	}
	r.Request.Skip = func(k annotate.FrameKey) bool {
		protected, told := r.Known[k]
		return told && !protected
	}
	r.Frames = Covered(r.Request.Range, r.Request.Direction, low, high)
	return r
}
