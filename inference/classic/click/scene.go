package click

import (
	"context"

	"masklet/annotate"
)

// Scene is one prepared frame: what Segment needs for any prompt on it. It is
// safe for concurrent use. It keeps the Input's frame and some 10 MB more; drop
// it to free the memory.
type Scene struct{}

// Prepare computes what all prompts on a frame share. It takes about 0.1 s on
// one core whatever the frame's size; the caller may keep scenes of the
// frames that a person works on.
func Prepare(ctx context.Context, in Input) (*Scene, error) {
	return &Scene{}, nil
}

// Segment returns the mask for a prompt of points in the order they were made,
// or a box, or a box and points that correct it. Every point has its own label
// at its own pixel in the mask (of two points on one pixel the later one
// counts). The answer for n points is the answer for the first n-1, changed
// only near the nth: calls with a prompt that extends an earlier one go on from
// the kept result, and give the same mask as a call on a fresh Scene would.
func (s *Scene) Segment(ctx context.Context, p annotate.Prompt) (Answer, error) {
	return Answer{}, nil
}
