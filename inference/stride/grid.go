package stride

import "github.com/masklet/masklet/annotate"

// grid says which frames of a range are tracked.
type grid struct {
	every int
	rng   annotate.Range
	keys  map[int]bool // frames with a prompt or an accepted mask
}

// has reports whether a frame is tracked rather than filled in.
func (g grid) has(frame int) bool {
	return frame == g.rng.First || frame == g.rng.Last || frame%g.every == 0 || g.keys[frame]
}

// frames returns the tracked frames of the range in order.
func (g grid) frames() []int {
	var out []int
	for f := g.rng.First; f <= g.rng.Last; f++ {
		if g.has(f) {
			out = append(out, f)
		}
	}
	return out
}
