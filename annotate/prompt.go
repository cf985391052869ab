package annotate

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// MaxPoints is the largest number of points of one prompt: what an engine needs
// in memory for them grows with their square.
const MaxPoints = 1000

// ErrPrompt is wrapped by every error about a prompt that cannot be used.
var ErrPrompt = errors.New("bad prompt")

// Point is a click in video pixels: on the object (Positive) or not on it.
type Point struct {
	X, Y     float64
	Positive bool
}

// Box is a rectangle in video pixels, X0 <= X1 and Y0 <= Y1.
type Box struct {
	X0, Y0, X1, Y1 float64
}

// Canon returns the box with its corners in order.
func (b Box) Canon() Box {
	return Box{min(b.X0, b.X1), min(b.Y0, b.Y1), max(b.X0, b.X1), max(b.Y0, b.Y1)}
}

// Prompt is what the user says about one object on one frame: points and/or a
// box, or a mask (painted or imported), or a mask that stood on the frame with
// the points that correct it. It is a value: nobody changes a prompt's slices
// after it was made.
type Prompt struct {
	Points []Point // in the order in which they were made
	Box    *Box
	Mask   *Mask // what the points change, or without points the mask itself
}

// IsMask reports whether the prompt is the mask itself.
func (p Prompt) IsMask() bool { return p.Mask != nil && len(p.Points) == 0 }

// Corrects reports whether the prompt's points change its mask.
func (p Prompt) Corrects() bool { return p.Mask != nil && len(p.Points) > 0 }

// Empty reports whether the prompt says nothing.
func (p Prompt) Empty() bool { return len(p.Points) == 0 && p.Box == nil && p.Mask == nil }

// WithPoint returns a copy with pt added at the end.
func (p Prompt) WithPoint(pt Point) Prompt {
	p.Points = append(slices.Clone(p.Points), pt)
	return p
}

// WithoutPoint returns a copy without the point of index i.
func (p Prompt) WithoutPoint(i int) Prompt {
	p.Points = slices.Delete(slices.Clone(p.Points), i, i+1)
	return p
}

// Equal reports whether both prompts say the same.
func (p Prompt) Equal(o Prompt) bool {
	if !slices.Equal(p.Points, o.Points) {
		return false
	}
	if (p.Box == nil) != (o.Box == nil) || p.Box != nil && *p.Box != *o.Box {
		return false
	}
	return (p.Mask == nil) == (o.Mask == nil) && (p.Mask == nil || p.Mask.Equal(*o.Mask))
}

// Validate checks the prompt against a frame of w by h pixels: it must say
// something, a mask has the frame's size and no box beside it, points lie in
// the frame, and a box has an area inside it.
func (p Prompt) Validate(w, h int) error {
	if p.Empty() {
		return fmt.Errorf("%w: it has no points, no box and no mask", ErrPrompt)
	}
	if p.Mask != nil {
		if p.Box != nil {
			return fmt.Errorf("%w: a mask cannot be combined with a box", ErrPrompt)
		}
		if p.Mask.w != w || p.Mask.h != h {
			return fmt.Errorf("%w: the mask is %dx%d, the video %dx%d", ErrPrompt, p.Mask.w, p.Mask.h, w, h)
		}
	}
	if n := len(p.Points); n > MaxPoints {
		return fmt.Errorf("%w: it has %d points, at most %d are used; a box or a mask says more", ErrPrompt, n, MaxPoints)
	}
	for i, pt := range p.Points {
		if !(pt.X >= 0 && pt.Y >= 0 && pt.X < float64(w) && pt.Y < float64(h)) {
			return fmt.Errorf("%w: point %d (%g, %g) is outside the %dx%d frame", ErrPrompt, i, pt.X, pt.Y, w, h)
		}
	}
	if p.Box != nil {
		return p.Box.validate(w, h)
	}
	return nil
}

func (b Box) validate(w, h int) error {
	for _, v := range []float64{b.X0, b.Y0, b.X1, b.Y1} {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return fmt.Errorf("%w: the box has a coordinate that is not a number", ErrPrompt)
		}
	}
	if !(b.X0 < b.X1 && b.Y0 < b.Y1) {
		return fmt.Errorf("%w: the box (%g, %g)-(%g, %g) has no area", ErrPrompt, b.X0, b.Y0, b.X1, b.Y1)
	}
	if b.X0 < 0 || b.Y0 < 0 || b.X1 > float64(w) || b.Y1 > float64(h) {
		return fmt.Errorf("%w: the box (%g, %g)-(%g, %g) reaches outside the %dx%d frame", ErrPrompt, b.X0, b.Y0, b.X1, b.Y1, w, h)
	}
	return nil
}
