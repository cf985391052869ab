package outline

import (
	"math"

	"github.com/masklet/masklet/annotate"
)

// Fill returns the pixels whose centres lie inside any of the polygons
// (lists of alternating x and y in pixels, even-odd rule each), for a frame of
// w by h pixels.
func Fill(w, h int, polys [][]float64) annotate.Mask {
	b := annotate.NewBitmap(w, h)
	flips := make([]bool, h+1) // of one column: the inside begins or ends at a row
	for _, p := range polys {
		x0, x1 := columns(p, w)
		for x := x0; x < x1; x++ {
			if !crossings(p, float64(x)+0.5, flips) {
				continue
			}
			inside := false
			for y := range h {
				inside = inside != flips[y]
				if inside {
					b.Pix[y*w+x] = 255
				}
				flips[y] = false
			}
			flips[h] = false
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
	lo, hi = max(0, min(lo, float64(w))), max(0, min(hi, float64(w)))
	return int(math.Floor(lo)), int(math.Ceil(hi))
}

// crossings flips the rows at which the vertical line at x crosses the
// polygon's edges; it reports whether there are any.
func crossings(p []float64, x float64, flips []bool) bool {
	n, found := len(p)/2, false
	for i := range n {
		j := (i + 1) % n
		xa, ya, xb, yb := p[2*i], p[2*i+1], p[2*j], p[2*j+1]
		if (xa <= x) == (xb <= x) {
			continue
		}
		y := ya + (x-xa)/(xb-xa)*(yb-ya)
		// The first row whose centre is not above the crossing.
		row := int(max(0, min(math.Ceil(y-0.5), float64(len(flips)-1))))
		flips[row] = !flips[row]
		found = true
	}
	return found
}
