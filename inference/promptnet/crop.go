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

// Around returns the crop around a box of whole pixels and some points, margin
// times as large as the larger side of the box around both. An empty box counts
// for nothing.
func Around(r image.Rectangle, margin, least float64, pts ...annotate.Point) Crop {
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	if !r.Empty() {
		x0, y0, x1, y1 = float64(r.Min.X), float64(r.Min.Y), float64(r.Max.X), float64(r.Max.Y)
	}
	for _, p := range pts {
		x, y := p.X-0.5, p.Y-0.5
		x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x+1), max(y1, y+1)
	}
	if x0 > x1 {
		return Crop{Side: least}
	}
	return Crop{(x0 + x1) / 2, (y0 + y1) / 2, max(max(x1-x0, y1-y0)*margin, least)}
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

// step returns how many video pixels lie between two crop pixels.
func (c Crop) step() float64 { return c.Side / Size }

// to returns the place of a video place in the crop, and from the reverse.
func (c Crop) to(x, y float64) (u, v float64) {
	return (x-c.X)/c.step() + Size/2, (y-c.Y)/c.step() + Size/2
}

func (c Crop) from(u, v float64) (x, y float64) {
	return (u-Size/2)*c.step() + c.X, (v-Size/2)*c.step() + c.Y
}

// Bounds returns the pixels of a w by h picture that the crop may say something
// about; it is empty where they do not meet.
func (c Crop) Bounds(w, h int) image.Rectangle {
	x0, y0 := c.from(-1, -1)
	x1, y1 := c.from(Size, Size)
	r := image.Rect(int(math.Floor(x0)), int(math.Floor(y0)), int(math.Ceil(x1))+1, int(math.Ceil(y1))+1)
	return r.Intersect(image.Rect(0, 0, w, h))
}
