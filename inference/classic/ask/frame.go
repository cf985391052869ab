package ask

import (
	"context"
	"crypto/sha256"
	"fmt"
	"image"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/internal/keep"
	"github.com/masklet/masklet/inference/promptnet"
)

// Answer is the mask for a prompt.
type Answer struct {
	// Mask has the frame's size and the label of every click at the pixel of
	// that click. It may be empty (only negative clicks).
	Mask annotate.Mask
	// Confidence is the IoU that the network predicts, 0..1; after a correction it
	// counts too how far different views of it agree.
	Confidence float64
}

// Frame is one frame on which prompts are answered. It is safe for concurrent
// use, and keeps its latest answers.
type Frame struct {
	net     *promptnet.Net
	picture *image.RGBA
	w, h    int
	others  []annotate.Mask
	kept    *keep.Cache[string, *state]
}

// New returns a frame. The picture's bounds start at (0, 0); it is only read.
func New(net *promptnet.Net, picture *image.RGBA) *Frame {
	return &Frame{net: net, picture: picture, w: picture.Rect.Dx(), h: picture.Rect.Dy(), kept: keep.Count[string, *state](keptStates)}
}

// Among returns the frame with the masks of other objects on it: their pixels
// are background, unless a positive click lies on them.
func (f *Frame) Among(others []annotate.Mask) *Frame {
	out := *f
	out.others, out.kept = others, keep.Count[string, *state](keptStates)
	return &out
}

// Segment returns the mask for a prompt of points in the order they were made,
// or a box, or a box and points that correct it. The answer for n points is the
// answer for the first n-1, changed near the nth alone.
func (f *Frame) Segment(ctx context.Context, p annotate.Prompt) (Answer, error) {
	if err := p.Validate(f.w, f.h); err != nil {
		return Answer{}, err
	}
	if p.Mask != nil {
		return Answer{}, fmt.Errorf("%w: a mask needs no segmentation", annotate.ErrPrompt)
	}
	st, err := f.state(ctx, p.Box, p.Points)
	if err != nil {
		return Answer{}, err
	}
	return Answer{st.mask, st.confidence}, ctx.Err()
}

// Correct returns a mask that stands on the frame, changed by clicks in the order
// they were made, each near itself alone, and not at all where the mask has the
// click's label. An empty mask is started by the first positive click.
func (f *Frame) Correct(ctx context.Context, mask annotate.Mask, confidence float64, pts []annotate.Point) (Answer, error) {
	if err := (annotate.Prompt{Points: pts}).Validate(f.w, f.h); err != nil {
		return Answer{}, err
	}
	if w, h := mask.Size(); w != f.w || h != f.h {
		return Answer{}, fmt.Errorf("%w: the mask is %dx%d, the frame %dx%d", annotate.ErrMask, w, h, f.w, f.h)
	}
	base := fmt.Sprintf("%x", sha256.Sum256([]byte(mask.RLEString())))
	st := &state{mask: mask, confidence: confidence}
	for i := range pts {
		key := base + promptKey(nil, pts[:i+1])
		after, ok := f.kept.Get(key)
		if !ok {
			var err error
			if after, err = f.next(ctx, st, nil, pts[:i+1]); err != nil {
				return Answer{}, err
			}
			f.kept.Put(key, after)
		}
		st = after
	}
	return Answer{st.mask, st.confidence}, ctx.Err()
}

// state is the answer to one prompt, kept so that the next click goes on from it.
type state struct {
	mask       annotate.Mask
	confidence float64
	tried      []candidate // answers to a first click, the one that was taken first
}

// state returns the answer to a prompt, from the longest kept prefix.
func (f *Frame) state(ctx context.Context, box *annotate.Box, pts []annotate.Point) (*state, error) {
	key := promptKey(box, pts)
	if st, ok := f.kept.Get(key); ok {
		return st, nil
	}
	var st *state
	var err error
	switch {
	case box == nil && len(pts) == 0:
		return &state{mask: annotate.EmptyMask(f.w, f.h)}, nil
	case len(pts) == 0:
		st, err = f.boxed(ctx, *box)
	default:
		if st, err = f.state(ctx, box, pts[:len(pts)-1]); err == nil {
			st, err = f.next(ctx, st, box, pts)
		}
	}
	if err != nil {
		return nil, err
	}
	f.kept.Put(key, st)
	return st, nil
}

// next changes an answer by the last of the clicks.
func (f *Frame) next(ctx context.Context, st *state, box *annotate.Box, pts []annotate.Point) (*state, error) {
	p := pts[len(pts)-1]
	switch {
	case st.mask.At(int(p.X), int(p.Y)) == p.Positive:
		return &state{mask: st.mask, confidence: st.confidence}, nil
	case st.mask.Empty():
		return f.first(ctx, pts)
	}
	return f.correct(ctx, st, box, pts)
}

// promptKey names a prompt exactly.
func promptKey(box *annotate.Box, pts []annotate.Point) string {
	var b strings.Builder
	if box != nil {
		fmt.Fprintf(&b, "%x,%x,%x,%x", box.X0, box.Y0, box.X1, box.Y1)
	}
	for _, p := range pts {
		fmt.Fprintf(&b, ";%x,%x,%t", p.X, p.Y, p.Positive)
	}
	return b.String()
}

// keptStates is how many answers a frame remembers.
const keptStates = 24
