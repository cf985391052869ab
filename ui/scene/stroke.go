package scene

import (
	"math"

	"github.com/masklet/masklet/annotate"
)

// Paint draws a stroke into a mask: every pixel whose centre lies within the
// radius of the line is switched on, or off for an eraser. A stroke of one
// point is a dab; it always covers the pixel it is on.
func (s Stroke) Paint(b *annotate.Bitmap) {
	for i, p := range s.Points {
		q := p
		if i > 0 {
			q = s.Points[i-1]
		}
		s.segment(b, q, p)
	}
}

func (s Stroke) segment(b *annotate.Bitmap, p, q Pt) {
	r := max(s.Radius, 0.5)
	v := uint8(255)
	if s.Erase {
		v = 0
	}
	x0, x1 := int(math.Floor(min(p.X, q.X)-r)), int(math.Ceil(max(p.X, q.X)+r))
	y0, y1 := int(math.Floor(min(p.Y, q.Y)-r)), int(math.Ceil(max(p.Y, q.Y)+r))
	for y := max(0, y0); y < min(b.H, y1); y++ {
		row := b.Pix[y*b.W : (y+1)*b.W]
		for x := max(0, x0); x < min(b.W, x1); x++ {
			if distance2(float64(x)+0.5, float64(y)+0.5, p, q) <= r*r {
				row[x] = v
			}
		}
	}
	if p == q {
		b.Set(int(math.Floor(p.X)), int(math.Floor(p.Y)), !s.Erase)
	}
}

// distance2 returns the squared distance of (x, y) to the segment from p to q.
func distance2(x, y float64, p, q Pt) float64 {
	dx, dy := q.X-p.X, q.Y-p.Y
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = min(1, max(0, ((x-p.X)*dx+(y-p.Y)*dy)/l))
	}
	ex, ey := x-p.X-t*dx, y-p.Y-t*dy
	return ex*ex + ey*ey
}

// Apply returns the mask with the strokes painted over it, for a video of w by
// h pixels; ref may be nil for an empty mask.
func Apply(ref annotate.MaskRef, strokes []Stroke, w, h int) (*annotate.Bitmap, error) {
	b := annotate.NewBitmap(w, h)
	if ref != nil {
		m, err := ref.Load()
		if err != nil {
			return nil, err
		}
		if mw, mh := m.Size(); mw == w && mh == h {
			b = m.Bitmap()
		}
	}
	for _, s := range strokes {
		s.Paint(b)
	}
	return b, nil
}
