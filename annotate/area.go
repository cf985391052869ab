package annotate

import "math"

// Pt is a position in video pixels: (0, 0) is the upper left corner of the frame,
// (0.5, 0.5) the centre of its first pixel.
type Pt struct{ X, Y float64 }

// MaskFromOutline returns the pixels of a frame of w by h pixels whose centres an
// outline, closed from its last to its first point, runs around. An outline drawn by
// hand may cross itself: what it runs around twice in one direction belongs to it too.
func MaskFromOutline(w, h int, outline []Pt) Mask {
	x0, x1, y0, y1 := w, 0, h, 0
	for _, p := range outline {
		x0, x1 = min(x0, within(math.Floor(p.X), w)), max(x1, within(math.Ceil(p.X), w))
		y0, y1 = min(y0, within(math.Floor(p.Y), h)), max(y1, within(math.Ceil(p.Y), h))
	}
	if x0 >= x1 || y0 >= y1 {
		return EmptyMask(w, h)
	}
	// turns tells by how much the count of turns changes from a row to the next.
	part := NewBitmap(x1-x0, y1-y0)
	turns := make([]int32, part.W*(part.H+1))
	for i, p := range outline {
		q := outline[(i+1)%len(outline)]
		step := int32(1)
		if p.X > q.X {
			p, q, step = q, p, -1
		}
		first, end := within(math.Ceil(p.X-0.5), w), within(math.Ceil(q.X-0.5), w)
		for x := first; x < end; x++ {
			y := p.Y + (float64(x)+0.5-p.X)/(q.X-p.X)*(q.Y-p.Y)
			row := min(y1, max(y0, within(math.Ceil(y-0.5), h)))
			turns[(x-x0)*(part.H+1)+row-y0] += step
		}
	}
	for x := range part.W {
		n := int32(0)
		for y := range part.H {
			if n += turns[x*(part.H+1)+y]; n != 0 {
				part.Pix[y*part.W+x] = 255
			}
		}
	}
	return MaskFromPart(w, h, x0, y0, part)
}

// within returns v as a whole number from 0 to n.
func within(v float64, n int) int {
	if math.IsNaN(v) {
		return 0
	}
	return int(max(0, min(v, float64(n))))
}
