package edges

import (
	"image"
	"slices"

	"github.com/masklet/masklet/annotate"
)

// field is how strong the edges are at the corners of cells around a place. A cell is
// step by step pixels; corner (i, j) lies at ((x0+i)*step, (y0+j)*step).
type field struct {
	x0, y0, w, h int // in cells
	step         int
	strength     []uint8 // 255: as strong as the strongest edges around
}

// newField looks at the corners up to reach cells around a position.
func newField(img *image.RGBA, at annotate.Pt, reach, step int) *field {
	step = max(1, step)
	cols, rows := img.Rect.Dx()/step, img.Rect.Dy()/step
	cx, cy := int(at.X)/step, int(at.Y)/step
	f := &field{step: step, x0: max(0, cx-reach), y0: max(0, cy-reach)}
	f.w, f.h = min(cols, cx+reach)-f.x0+1, min(rows, cy+reach)-f.y0+1
	f.w, f.h = max(f.w, 0), max(f.h, 0)
	cells := f.cells(img, cols, rows)
	raw := make([]uint16, f.w*f.h)
	var counts [1024]int
	for j := 1; j < f.h; j++ {
		above, below := cells[(j-1)*(f.w+1):], cells[j*(f.w+1):]
		for i := 1; i < f.w; i++ {
			// Corner (i, j) has the cells (i-1, j-1) to (i, j) around it; the cells
			// begin one before the corners, see cells.
			g := corner(above[i], above[i+1], below[i], below[i+1])
			raw[j*f.w+i] = g
			counts[min(g, 1023)]++
		}
	}
	f.strength = scaled(raw, counts[:])
	return f
}

// cells returns the mean colour of the cells around the corners, of which there are one
// more in each direction: the cell (i, j) of the result lies before the corner (i, j).
// Beyond the picture's border its last cells go on.
func (f *field) cells(img *image.RGBA, cols, rows int) [][3]uint8 {
	out := make([][3]uint8, (f.w+1)*(f.h+1))
	for j := range f.h + 1 {
		y := min(max(0, f.y0+j-1), rows-1) * f.step
		for i := range f.w + 1 {
			x := min(max(0, f.x0+i-1), cols-1) * f.step
			out[j*(f.w+1)+i] = cell(img, x, y, f.step)
		}
	}
	return out
}

func cell(img *image.RGBA, x, y, step int) [3]uint8 {
	if x < 0 || y < 0 {
		return [3]uint8{}
	}
	if step == 1 {
		p := img.Pix[y*img.Stride+4*x:]
		return [3]uint8{p[0], p[1], p[2]}
	}
	var sum [3]int
	for v := y; v < y+step; v++ {
		row := img.Pix[v*img.Stride+4*x:]
		for u := range step {
			sum[0] += int(row[4*u])
			sum[1] += int(row[4*u+1])
			sum[2] += int(row[4*u+2])
		}
	}
	n := step * step
	return [3]uint8{uint8(sum[0] / n), uint8(sum[1] / n), uint8(sum[2] / n)}
}

// corner returns the gradient between four cells, of the colour in which it is greatest.
func corner(a, b, c, d [3]uint8) uint16 {
	best := 0
	for k := range 3 {
		p, q, r, s := int(a[k]), int(b[k]), int(c[k]), int(d[k])
		gx, gy := q+s-p-r, r+s-p-q
		best = max(best, max(gx, -gx)+max(gy, -gy))
	}
	return uint16(best)
}

// noise is a gradient that no edge is told by.
const noise = 24

// scaled brings gradients to 0..255, the strongest two in a hundred being full.
func scaled(raw []uint16, counts []int) []uint8 {
	left := len(raw) / 50
	top := len(counts) - 1
	for top > noise && left >= counts[top] {
		left -= counts[top]
		top--
	}
	out := make([]uint8, len(raw))
	for i, g := range raw {
		out[i] = uint8(255 * min(int(g), top) / top)
	}
	return out
}

// pos returns where a corner lies.
func (f *field) pos(i int) annotate.Pt {
	return annotate.Pt{X: float64((f.x0 + i%f.w) * f.step), Y: float64((f.y0 + i/f.w) * f.step)}
}

// index returns the corner nearest to a position; ok is false if it lies outside.
func (f *field) index(p annotate.Pt) (i int, ok bool) {
	half := float64(f.step) / 2
	x, y := int(p.X+half)/f.step-f.x0, int(p.Y+half)/f.step-f.y0
	return y*f.w + x, x >= 0 && y >= 0 && x < f.w && y < f.h
}

// Snap returns the place of the strongest edge up to reach cells of step pixels around a
// position, near ones before far ones; the position itself where there is none.
func Snap(img *image.RGBA, at annotate.Pt, reach, step int) annotate.Pt {
	f := newField(img, at, reach+1, step)
	centre, ok := f.index(at)
	if !ok {
		return at
	}
	weight := func(i int) int {
		dx, dy := i%f.w-centre%f.w, i/f.w-centre/f.w
		return int(f.strength[i]) - 200*(dx*dx+dy*dy)/(reach*reach+1)
	}
	best := centre
	for i := range f.strength {
		if weight(i) > weight(best) {
			best = i
		}
	}
	if f.strength[best] < 64 {
		return at
	}
	return f.pos(best)
}

// reversed turns a path around, in place.
func reversed(p []annotate.Pt) []annotate.Pt {
	slices.Reverse(p)
	return p
}
