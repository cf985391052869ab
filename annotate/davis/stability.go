package davis

import (
	"maps"
	"math"
	"slices"

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
// the mean distance and 12 sectors. As in the benchmark's own evaluation the
// longest contour is simplified to 3 pixels, has a point every 3 pixels, and
// each point counts once, in its best pair.
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

// contourStep is how far a simplified contour may be from the true one, and how
// far its points are from each other at most, in pixels.
const contourStep = 3

// point is a position in pixels.
type point struct{ x, y float64 }

// points samples the longest outer contour of a mask.
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
	return dense(simplified(longest))
}

// simplified leaves out points of a closed contour that lie close to the line
// between others.
//
// Source: D. Douglas and T. Peucker, "Algorithms for the reduction of the number
// of points required to represent a digitized line", 1973.
func simplified(c []point) []point {
	far := 0
	for i := range c {
		if math.Hypot(c[i].x-c[0].x, c[i].y-c[0].y) > math.Hypot(c[far].x-c[0].x, c[far].y-c[0].y) {
			far = i
		}
	}
	out := halfway([]point{c[0]}, c[:far+1])
	return halfway(out, append(slices.Clone(c[far:]), c[0]))
}

// halfway appends the points of a line that are kept, without its first.
func halfway(out []point, line []point) []point {
	last := len(line) - 1
	if last < 1 {
		return out
	}
	at, most := 0, float64(contourStep)
	for i := 1; i < last; i++ {
		if d := fromLine(line[i], line[0], line[last]); d > most {
			at, most = i, d
		}
	}
	if at == 0 {
		return append(out, line[last])
	}
	return halfway(halfway(out, line[:at+1]), line[at:])
}

// fromLine returns the distance of p from the line through a and b.
func fromLine(p, a, b point) float64 {
	dx, dy := b.x-a.x, b.y-a.y
	if long := math.Hypot(dx, dy); long > 0 {
		return math.Abs(dx*(p.y-a.y)-dy*(p.x-a.x)) / long
	}
	return math.Hypot(p.x-a.x, p.y-a.y)
}

// dense puts points between those of a contour that ends where it begins, which
// is given once.
func dense(c []point) []point {
	var out []point
	for i := 0; i+1 < len(c); i++ {
		n := math.Ceil(math.Hypot(c[i+1].x-c[i].x, c[i+1].y-c[i].y) / contourStep)
		for k := range int(n) {
			t := float64(k) / n
			out = append(out, point{c[i].x + t*(c[i+1].x-c[i].x), c[i].y + t*(c[i+1].y-c[i].y)})
		}
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

// context is the histogram of where the points of a contour lie, itself included.
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
		n := 0
		for j := range p {
			dx, dy := p[j].x-p[i].x, p[j].y-p[i].y
			ring := ringOf(math.Hypot(dx, dy) / mean)
			if ring < 0 {
				continue
			}
			angle := math.Mod(math.Atan2(dy, dx)+2*math.Pi, 2*math.Pi)
			sector := min(sectors-1, int(angle/(2*math.Pi)*sectors))
			out[i][ring*sectors+sector]++
			n++
		}
		for k := range out[i] {
			out[i][k] /= float64(n)
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

// warp returns the mean cost of the pairs of two closed contours in their
// cheapest monotone matching, from the best of some starting points.
func warp(a, b []context) float64 {
	costs := make([][]float64, len(a))
	for i := range a {
		costs[i] = make([]float64, len(b))
		for j := range b {
			costs[i][j] = cost(&a[i], &b[j])
		}
	}
	best, from := math.Inf(1), 0
	const starts = 20
	for s := range starts {
		if total := warpFrom(costs, s*len(b)/starts, nil); total < best {
			best, from = total, s*len(b)/starts
		}
	}
	way := make([]step, len(a)*len(b))
	warpFrom(costs, from, way)
	return pairCost(costs, from, way)
}

// step is where the way to a pair comes from.
type step uint8

const (
	diagonal step = iota
	above
	left
)

// warpFrom matches with the second contour beginning at a point, and returns the
// cost of the way in all; way, if not nil, gets the steps.
func warpFrom(costs [][]float64, start int, way []step) float64 {
	n, m := len(costs), len(costs[0])
	total := make([]float64, m)
	for i := range n {
		corner := math.Inf(1) // above and to the left
		if i == 0 {
			corner = 0
		}
		for j := range m {
			from, by := corner, diagonal
			if corner = total[j]; i > 0 && total[j] < from {
				from, by = total[j], above
			}
			if j > 0 && total[j-1] < from {
				from, by = total[j-1], left
			}
			if i == 0 {
				corner = math.Inf(1)
			}
			total[j] = from + costs[i][(j+start)%m]
			if way != nil {
				way[i*m+j] = by
			}
		}
	}
	return total[m-1]
}

// pairCost returns the mean cost of the pairs on a way, of which each point keeps
// its best: first of the one contour, then of the other.
func pairCost(costs [][]float64, start int, way []step) float64 {
	n, m := len(costs), len(costs[0])
	first := make([]int, n) // the best partner of each point
	for i := range first {
		first[i] = -1
	}
	at := func(i, j int) float64 { return costs[i][(j+start)%m] }
	for i, j := n-1, m-1; ; {
		if first[i] < 0 || at(i, j) < at(i, first[i]) {
			first[i] = j
		}
		if i == 0 && j == 0 {
			break
		}
		switch way[i*m+j] {
		case diagonal:
			i, j = i-1, j-1
		case above:
			i--
		default:
			j--
		}
	}
	second := map[int]float64{}
	for i, j := range first {
		if c, ok := second[j]; !ok || at(i, j) < c {
			second[j] = at(i, j)
		}
	}
	sum := 0.0
	for _, j := range slices.Sorted(maps.Keys(second)) { // in order: sums differ otherwise
		sum += second[j]
	}
	return sum / float64(len(second))
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
