package classic

import (
	"context"
	"slices"

	"github.com/masklet/masklet/annotate"
)

// base is the mask that stood on a frame when its first corrective click came:
// all clicks on the frame change that mask rather than start a new one.
type base struct {
	mask       annotate.Mask
	confidence float64
	// points are clicks that the mask obeys already, because it was stored
	// after them; a prompt that lacks one of them starts anew.
	points []annotate.Point
}

// ground returns what a prompt corrects, nil for one that stands for itself. It
// is what the prompt says, or else what the session knows of the frame. Of
// a prompt that was restored only the answer is left: if the same prompt gives
// it again it stood for itself, else it corrected something.
func (o *object) ground(ctx context.Context, on answerer, frame int, p annotate.Prompt) (*base, error) {
	if p.Mask != nil {
		return &base{mask: *p.Mask, confidence: o.confidenceOf(frame, *p.Mask)}, nil
	}
	if o != nil && p.Box == nil {
		old, ok := o.restored[frame]
		n := len(old.Points)
		if ok && old.Box == nil && old.Mask == nil && len(p.Points) >= n && slices.Equal(p.Points[:n], old.Points) {
			stood := o.prompts[frame]
			a, err := on.segment(ctx, old)
			if err != nil || a.mask.Equal(stood.mask) {
				return nil, err
			}
			return &base{mask: stood.mask, confidence: stood.confidence, points: old.Points}, nil
		}
	}
	b, ok := o.baseFor(frame, p)
	if !ok {
		return nil, nil
	}
	return &b, nil
}

// confidenceOf returns how sure a mask on a frame was; 1 for one that the user
// made or that is not known.
func (o *object) confidenceOf(frame int, m annotate.Mask) float64 {
	if o != nil {
		if k, ok := o.done[frame]; ok && k.mask.Equal(m) {
			return k.confidence
		}
	}
	return 1
}

// baseFor returns the mask that a prompt corrects; ok is false for a prompt
// that stands for itself: a box, a mask, or clicks on a frame without a mask.
func (o *object) baseFor(frame int, p annotate.Prompt) (b base, ok bool) {
	if o == nil || p.Box != nil || p.Mask != nil {
		return base{}, false
	}
	if b, ok = o.bases[frame]; ok {
		n := len(b.points)
		return b, len(p.Points) >= n && slices.Equal(p.Points[:n], b.points)
	}
	k, ok := o.prompts[frame]
	if ok && !k.painted {
		return base{}, false
	}
	if !ok {
		k, ok = o.protected[frame]
	}
	if !ok {
		k, ok = o.done[frame]
	}
	if !ok {
		return base{}, false
	}
	b = base{mask: k.mask, confidence: k.confidence}
	if k.told && obeys(k.mask, p.Points) {
		b.points = p.Points
	}
	return b, true
}

// obeys reports whether every click has its own label in the mask.
func obeys(m annotate.Mask, pts []annotate.Point) bool {
	return !slices.ContainsFunc(pts, func(p annotate.Point) bool {
		return m.At(int(p.X), int(p.Y)) != p.Positive
	})
}
