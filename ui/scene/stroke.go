package scene

import (
	"image"
	"math"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/annotate/edges"
)

// Paint draws a stroke into a mask: every pixel whose centre lies within the
// radius of the line is switched on, or off for an eraser. A stroke of one
// point is a dab; it always covers the pixel it is on.
func (s Stroke) Paint(b *annotate.Bitmap) {
	for _, d := range s.Dabs {
		for i, in := range d.Pixels {
			if in {
				b.Set(d.Min.X+i%d.Dx(), d.Min.Y+i/d.Dx(), !s.Erase)
			}
		}
	}
	if len(s.Dabs) > 0 {
		return
	}
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

// bounds returns a rectangle outside of which the stroke changes nothing.
func (s Stroke) bounds(w, h int) image.Rectangle {
	out := image.Rectangle{}
	for _, d := range s.Dabs {
		out = out.Union(d.Rectangle)
	}
	if len(s.Dabs) == 0 {
		for _, p := range s.Points {
			out = out.Union(image.Rect(int(math.Floor(p.X-s.Radius))-1, int(math.Floor(p.Y-s.Radius))-1, int(math.Ceil(p.X+s.Radius))+1, int(math.Ceil(p.Y+s.Radius))+1))
		}
	}
	return out.Intersect(image.Rect(0, 0, w, h))
}

// Over returns a mask, or nil for an empty one of w by h pixels, with the stroke painted
// over it. It takes time linear in the stroke's size, however large the frame is.
func (s Stroke) Over(ref annotate.MaskRef, w, h int) (annotate.Mask, error) {
	m := annotate.EmptyMask(w, h)
	if ref != nil {
		loaded, err := ref.Load()
		if err != nil {
			return m, err
		}
		if mw, mh := loaded.Size(); mw == w && mh == h {
			m = loaded
		}
	}
	r := s.bounds(w, h)
	if r.Empty() {
		return m, nil
	}
	painted := annotate.NewBitmap(r.Dx(), r.Dy())
	s.at(r.Min).Paint(painted)
	part := annotate.MaskFromPart(w, h, r.Min.X, r.Min.Y, painted)
	if s.Erase {
		return annotate.Subtract(m, part)
	}
	return annotate.Union(m, part)
}

// at returns the stroke as it paints, on a bitmap whose first pixel lies at p.
func (s Stroke) at(p image.Point) Stroke {
	out := Stroke{Radius: s.Radius}
	for _, q := range s.Points {
		out.Points = append(out.Points, Pt{X: q.X - float64(p.X), Y: q.Y - float64(p.Y)})
	}
	for _, d := range s.Dabs {
		out.Dabs = append(out.Dabs, edges.Patch{Rectangle: d.Sub(p), Pixels: d.Pixels})
	}
	return out
}

// Apply returns the mask with the strokes painted over it, for a video of w by h pixels,
// and a rectangle outside of which it is empty; ref may be nil for an empty mask.
func Apply(ref annotate.MaskRef, strokes []Stroke, w, h int) (*annotate.Bitmap, image.Rectangle, error) {
	b, area := annotate.NewBitmap(w, h), image.Rectangle{}
	if ref != nil {
		m, err := ref.Load()
		if err != nil {
			return nil, area, err
		}
		if mw, mh := m.Size(); mw == w && mh == h {
			b, area = m.Bitmap(), m.Bounds()
		}
	}
	for _, s := range strokes {
		s.Paint(b)
		area = area.Union(s.bounds(w, h))
	}
	return b, area, nil
}
