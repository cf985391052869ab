package click

import (
	"errors"
	"image"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/classic/vision"
)

// ErrInput is wrapped by every error about a frame, flow or mask that cannot be
// used. Errors about prompts wrap annotate.ErrPrompt.
var ErrInput = errors.New("bad input for a click")

// Input is what Prepare needs to know about one frame. It is only read.
type Input struct {
	// Frame is the decoded frame at full size; its bounds start at (0, 0).
	Frame *image.RGBA
	// Motion holds the dense flows from this frame to others, normally at the
	// working size (short side 240); another size is resampled. Best are four: to
	// k-3, k-1, k+1 and k+3; near an end of the video two or three are left
	// (frame 0: k+1 and k+3). At most four are used. Empty for a still.
	Motion []vision.Flow
	// Others are full-size masks of other objects on this frame; their pixels
	// count as background unless a positive click lies on them. May be nil.
	Others []*annotate.Bitmap
}

// Answer is the mask for a prompt.
type Answer struct {
	// Mask has the frame's size. It may be empty (only negative clicks), and
	// has the label of every click at the pixel of that click.
	Mask *annotate.Bitmap
	// Confidence in [0, 1] says how likely the mask is the wanted object: from
	// the contrast of its outline, of its colours and motion with those around
	// it, and from how far the best hypotheses agree with each other.
	Confidence float64
	// Alternatives are other good masks for the same prompt, at full size, best
	// first, at most three: a part, the whole, something larger. They obey the
	// same clicks. Empty after corrective clicks.
	Alternatives []*annotate.Bitmap
}
