// Package handles moves what a prompt shows in the picture: its points, and the
// corners and sides of its box.
package handles

import (
	"math"
	"slices"

	"github.com/masklet/masklet/annotate"
)

// Grip is a part of a prompt that is held.
type Grip struct {
	Point int // index of a point; -1 for the box
	// X and Y say which side of the box is held: -1 the lower one, 1 the higher
	// one, 0 neither.
	X, Y int
}

// Of returns where the handles of a box are, with what each holds.
func Of(b annotate.Box) map[Grip]annotate.Point {
	out := map[Grip]annotate.Point{}
	at := func(side int, low, high float64) float64 { return low + float64(side+1)/2*(high-low) }
	for x := -1; x <= 1; x++ {
		for y := -1; y <= 1; y++ {
			if x != 0 || y != 0 {
				out[Grip{-1, x, y}] = annotate.Point{X: at(x, b.X0, b.X1), Y: at(y, b.Y0, b.Y1)}
			}
		}
	}
	return out
}

// Hit returns what of a prompt lies nearest to a place within radius video pixels:
// a point, else a handle of the box.
func Hit(p annotate.Prompt, x, y, radius float64) (g Grip, ok bool) {
	best := radius
	for i, q := range slices.Backward(p.Points) {
		if d := math.Hypot(q.X-x, q.Y-y); d <= best {
			best, g, ok = d, Grip{Point: i}, true
		}
	}
	if ok || p.Box == nil {
		return g, ok
	}
	for grip, q := range Of(*p.Box) {
		if d := math.Hypot(q.X-x, q.Y-y); d < best {
			best, g, ok = d, grip, true
		}
	}
	return g, ok
}

// Moved returns a prompt with what g holds at a place, within a frame of w by h
// pixels.
func (g Grip) Moved(p annotate.Prompt, x, y float64, w, h int) annotate.Prompt {
	if g.Point >= 0 {
		if g.Point < len(p.Points) {
			p.Points = slices.Clone(p.Points)
			q := &p.Points[g.Point]
			// A point lies in the frame, whose far border is not a part of it.
			q.X = min(max(0, x), math.Nextafter(float64(w), 0))
			q.Y = min(max(0, y), math.Nextafter(float64(h), 0))
		}
		return p
	}
	if p.Box == nil {
		return p
	}
	b := *p.Box
	x, y = min(max(0, x), float64(w)), min(max(0, y), float64(h))
	for _, side := range []struct {
		held int
		v    float64
		low  *float64
		high *float64
	}{{g.X, x, &b.X0, &b.X1}, {g.Y, y, &b.Y0, &b.Y1}} {
		switch side.held {
		case -1:
			*side.low = min(side.v, *side.high-1)
		case 1:
			*side.high = max(side.v, *side.low+1)
		}
	}
	p.Box = &b
	return p
}
