package promptnet

import (
	"fmt"
	"image"
	"math"

	"github.com/masklet/masklet/annotate"
)

// The margins and least sides of crops, in video pixels.
const (
	// Margin is how much larger than the larger side of an object's box the
	// crop around it is.
	Margin = 1.4
	// LeastSide is the least side of a crop.
	LeastSide = 24
	// LeastLookSide is the least side of a crop around a click or a warped mask.
	LeastLookSide = 48
)

// Crop is a square part of a picture, which it may reach beyond: its centre
// (pixel centres at whole numbers) and its side in video pixels.
type Crop struct{ X, Y, Side float64 }

// Around returns the crop around a rectangle of whole pixels and some points; see
// AroundBox. An empty rectangle counts for nothing.
func Around(r image.Rectangle, margin, least float64, pts ...annotate.Point) Crop {
	b := annotate.Box{X0: math.Inf(1), Y0: math.Inf(1), X1: math.Inf(-1), Y1: math.Inf(-1)}
	if !r.Empty() {
		b = annotate.Box{X0: float64(r.Min.X), Y0: float64(r.Min.Y), X1: float64(r.Max.X), Y1: float64(r.Max.Y)}
	}
	return AroundBox(b, margin, least, pts...)
}

// AroundBox returns the crop around a box (from its first pixels to those after
// its last) and some points, margin times as large as the larger side of the box
// around both.
func AroundBox(b annotate.Box, margin, least float64, pts ...annotate.Point) Crop {
	for _, p := range pts {
		x, y := p.X-0.5, p.Y-0.5
		b = annotate.Box{X0: min(b.X0, x), Y0: min(b.Y0, y), X1: max(b.X1, x+1), Y1: max(b.Y1, y+1)}
	}
	if b.X0 > b.X1 {
		return Crop{Side: least}
	}
	return Crop{(b.X0 + b.X1) / 2, (b.Y0 + b.Y1) / 2, max(max(b.X1-b.X0, b.Y1-b.Y0)*margin, least)}
}

// Look returns the crop of a side around a point.
func Look(p annotate.Point, side float64) Crop {
	return Crop{p.X - 0.5, p.Y - 0.5, max(side, LeastLookSide)}
}

// check reports a crop that cannot be cut.
func (c Crop) check() error {
	const most = 8 * annotate.MaxSide
	for _, v := range []float64{c.X, c.Y} {
		if !(math.Abs(v) < most) {
			return fmt.Errorf("%w: a crop at (%g, %g)", ErrInput, c.X, c.Y)
		}
	}
	if !(c.Side >= 1 && c.Side < most) {
		return fmt.Errorf("%w: a crop of %g pixels", ErrInput, c.Side)
	}
	return nil
}

// Step returns how many video pixels lie between two crop pixels.
func (c Crop) Step() float64 { return c.Side / Size }

// To returns the place in the crop of a place in the video.
func (c Crop) To(x, y float64) (u, v float64) {
	return (x-c.X)/c.Step() + Size/2, (y-c.Y)/c.Step() + Size/2
}

// From returns the place in the video of a place in the crop.
func (c Crop) From(u, v float64) (x, y float64) {
	return (u-Size/2)*c.Step() + c.X, (v-Size/2)*c.Step() + c.Y
}

// Bounds returns the pixels of a w by h picture that the crop may say something
// about; it is empty where they do not meet.
func (c Crop) Bounds(w, h int) image.Rectangle {
	x0, y0 := c.From(-1, -1)
	x1, y1 := c.From(Size, Size)
	r := image.Rect(int(math.Floor(x0)), int(math.Floor(y0)), int(math.Ceil(x1))+1, int(math.Ceil(y1))+1)
	return r.Intersect(image.Rect(0, 0, w, h))
}
