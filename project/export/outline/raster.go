package outline

import (
	"math"
	"slices"

	"github.com/masklet/masklet/annotate"
)

// Fill returns the pixels whose centres lie inside any of the polygons
// (lists of alternating x and y in pixels, even-odd rule each), for a frame of
// w by h pixels.
func Fill(w, h int, polys [][]float64) annotate.Mask {
	b := annotate.NewBitmap(w, h)
	var flips []bool // of each column: the inside begins or ends at a row
	for _, p := range polys {
		x0, x1 := columns(p, w)
		flips = slices.Grow(flips[:0], max(0, x1-x0)*(h+1))[:max(0, x1-x0)*(h+1)]
		clear(flips)
		crossings(p, x0, x1, h, flips)
		for x := x0; x < x1; x++ {
			inside := false
			for y, flip := range flips[(x-x0)*(h+1):][:h] {
				inside = inside != flip
				if inside {
					b.Pix[y*w+x] = 255
				}
			}
		}
	}
	return annotate.MaskFromBitmap(b)
}

// columns returns the columns that a polygon may touch.
func columns(p []float64, w int) (first, end int) {
	lo, hi := math.Inf(1), math.Inf(-1)
	for i := 0; i+1 < len(p); i += 2 {
		lo, hi = min(lo, p[i]), max(hi, p[i])
	}
	return clamp(math.Floor(lo), 0, w), clamp(math.Ceil(hi), 0, w)
}

// crossings flips the rows at which the middle lines of the columns from x0 to
// before x1 cross the polygon's edges. Each edge is looked at once, so that a
// polygon of millions of corners takes no longer than to read.
func crossings(p []float64, x0, x1, h int, flips []bool) {
	n := len(p) / 2
	for i := range n {
		j := (i + 1) % n
		xa, ya, xb, yb := p[2*i], p[2*i+1], p[2*j], p[2*j+1]
		first := clamp(math.Ceil(min(xa, xb)-0.5), x0, x1)
		end := clamp(math.Ceil(max(xa, xb)-0.5), x0, x1)
		for c := first; c < end; c++ {
			y := ya + (float64(c)+0.5-xa)/(xb-xa)*(yb-ya)
			// The first row whose centre is not above the crossing.
			row := (c-x0)*(h+1) + clamp(math.Ceil(y-0.5), 0, h)
			flips[row] = !flips[row]
		}
	}
}

func clamp(v float64, lo, hi int) int {
	if math.IsNaN(v) {
		return lo
	}
	return int(max(float64(lo), min(v, float64(hi))))
}
