package davis

import (
	"math"

	"github.com/masklet/masklet/annotate"
)

// T returns the temporal instability of the masks of one object on following
// frames: the mean cost of matching the points of its contour with those of the
// contour before, by their shape contexts and dynamic time warping. 0 is a
// contour that keeps its shape. Pairs of frames of which one has no contour are
// left out; without any pair T is 0.
//
// Source: F. Perazzi et al., CVPR 2016, section 4 "Temporal stability"; shape
// contexts after S. Belongie et al., PAMI 2002, with 5 rings from 1/8 to 2 times
// the mean distance and 12 sectors.
func T(masks []annotate.Mask) (float64, error) {
	sum, n := 0.0, 0
	var before []context
	for _, m := range masks {
		now := contexts(points(m))
		if len(before) > 0 && len(now) > 0 {
			sum += warp(before, now)
			n++
		}
		before = now
	}
	if n == 0 {
		return 0, nil
	}
	return sum / float64(n), nil
}

// contourPoints is how many points a contour is sampled at.
const contourPoints = 100

// point is a position in pixels.
type point struct{ x, y float64 }

// points samples the longest outer contour of a mask at even distances.
func points(m annotate.Mask) []point {
	if m.IsZero() || m.Empty() {
		return nil
	}
	var longest []point
	b := m.Bitmap()
	seen := make([]bool, len(b.Pix)) // a pixel whose upper edge was walked
	for i := range b.Pix {
		x, y := i%b.W, i/b.W
		if b.Pix[i] == 0 || seen[i] || b.At(x, y-1) {
			continue
		}
		if c := walkAround(b, seen, x, y); len(c) > len(longest) {
			longest = c
		}
	}
	n := min(contourPoints, len(longest))
	out := make([]point, n)
	for i := range out {
		out[i] = longest[i*len(longest)/n]
	}
	return out
}

// walkAround follows the pixel edges of a part clockwise from the upper edge of
// pixel (x, y) and returns the corners.
func walkAround(b *annotate.Bitmap, seen []bool, x, y int) []point {
	var out []point
	dx, dy := 1, 0
	for cx, cy := x, y; ; {
		out = append(out, point{float64(cx), float64(cy)})
		if dx == 1 {
			seen[cy*b.W+cx] = true
		}
		cx, cy = cx+dx, cy+dy
		// The pixels ahead of the corner, to the right and to the left.
		rx, ry := cx+(dx-dy-1)/2, cy+(dy+dx-1)/2
		lx, ly := cx+(dx+dy-1)/2, cy+(dy-dx-1)/2
		switch {
		case !b.At(rx, ry):
			dx, dy = -dy, dx
		case b.At(lx, ly):
			dx, dy = dy, -dx
		}
		if cx == x && cy == y && dx == 1 {
			return out
		}
	}
}

const (
	rings   = 5
	sectors = 12
)

// context is the histogram of where the other points of a contour lie.
type context [rings * sectors]float64

// contexts describes every point of a contour by its shape context.
func contexts(p []point) []context {
	if len(p) < 2 {
		return make([]context, len(p))
	}
	mean := 0.0
	for i := range p {
		for j := range p {
			mean += math.Hypot(p[i].x-p[j].x, p[i].y-p[j].y)
		}
	}
	mean /= float64(len(p) * len(p))
	out := make([]context, len(p))
	for i := range p {
		for j := range p {
			if i == j {
				continue
			}
			dx, dy := p[j].x-p[i].x, p[j].y-p[i].y
			ring := ringOf(math.Hypot(dx, dy) / mean)
			if ring < 0 {
				continue
			}
			angle := math.Mod(math.Atan2(dy, dx)+2*math.Pi, 2*math.Pi)
			sector := min(sectors-1, int(angle/(2*math.Pi)*sectors))
			out[i][ring*sectors+sector] += 1 / float64(len(p)-1)
		}
	}
	return out
}

// ringOf returns the ring of a distance: rings grow evenly in the logarithm from
// 1/8 to 2; -1 is beyond them.
func ringOf(distance float64) int {
	const inner, outer = 0.125, 2
	if distance >= outer {
		return -1
	}
	for r := range rings {
		if distance < inner*math.Pow(outer/inner, float64(r)/(rings-1)) {
			return r
		}
	}
	return rings - 1
}

// cost is the chi-squared distance of two histograms, 0 to 1.
func cost(a, b *context) float64 {
	sum := 0.0
	for i := range a {
		if s := a[i] + b[i]; s > 0 {
			d := a[i] - b[i]
			sum += d * d / s
		}
	}
	return sum / 2
}

// warp returns the mean cost of the cheapest monotone matching of two closed
// contours, from the best of some starting points.
func warp(a, b []context) float64 {
	costs := make([][]float64, len(a))
	for i := range a {
		costs[i] = make([]float64, len(b))
		for j := range b {
			costs[i][j] = cost(&a[i], &b[j])
		}
	}
	best := math.Inf(1)
	const starts = 20
	for s := range starts {
		best = min(best, warpFrom(costs, s*len(b)/starts))
	}
	return best
}

// warpFrom matches with the second contour beginning at a point.
func warpFrom(costs [][]float64, start int) float64 {
	n, m := len(costs), len(costs[0])
	total, steps := make([]float64, m), make([]float64, m)
	for i := range n {
		var diagonal, diagonalSteps float64
		for j := range m {
			above, aboveSteps := total[j], steps[j]
			from, count := math.Inf(1), 0.0
			if i == 0 && j == 0 {
				from = 0
			}
			if i > 0 {
				from, count = above, aboveSteps
			}
			if j > 0 && total[j-1] < from {
				from, count = total[j-1], steps[j-1]
			}
			if i > 0 && j > 0 && diagonal <= from {
				from, count = diagonal, diagonalSteps
			}
			total[j], steps[j] = from+costs[i][(j+start)%m], count+1
			diagonal, diagonalSteps = above, aboveSteps
		}
	}
	return total[m-1] / steps[m-1]
}

// Flicker returns the share of an object's area that changes from frame to frame
// against its motion: the mean of 1 - IoU of each mask with the one before,
// moved by the way of its centre. Where only one of the two is empty everything
// changes, unless the true masks say that the object appears or leaves there;
// truths may be nil.
func Flicker(masks, truths []annotate.Mask) (float64, error) {
	sum, n := 0.0, 0
	for i := 1; i < len(masks); i++ {
		a, b := masks[i-1], masks[i]
		if a.Empty() && b.Empty() {
			continue
		}
		if a.Empty() || b.Empty() {
			if truths == nil || truths[i-1].Empty() == truths[i].Empty() {
				sum++
				n++
			}
			continue
		}
		ax, ay, _ := a.Centroid()
		bx, by, _ := b.Centroid()
		iou, err := annotate.IoU(moved(a, int(math.Round(bx-ax)), int(math.Round(by-ay))), b)
		if err != nil {
			return 0, err
		}
		sum += 1 - iou
		n++
	}
	if n == 0 {
		return 0, nil
	}
	return sum / float64(n), nil
}

// moved returns the mask moved by whole pixels; what leaves the frame is lost.
func moved(m annotate.Mask, dx, dy int) annotate.Mask {
	from := m.Bitmap()
	to := annotate.NewBitmap(from.W, from.H)
	for y := max(0, dy); y < min(from.H, from.H+dy); y++ {
		for x := max(0, dx); x < min(from.W, from.W+dx); x++ {
			to.Pix[y*to.W+x] = from.Pix[(y-dy)*from.W+x-dx]
		}
	}
	return annotate.MaskFromBitmap(to)
}
