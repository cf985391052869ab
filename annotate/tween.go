package annotate

import (
	"fmt"
	"image"
	"math"
)

// Tween is the way from one mask to another, for frames between two of which the
// masks are known. It blends the distances to the outlines of both, each moved
// and stretched to where the object is between them, so that it needs no points
// that belong together: holes and pieces come and go as they must.
type Tween struct {
	a, b   Mask
	fa, fb field
	ma, mb moments
}

// moments are the middle of a mask and how far its pixels lie from it, in pixels.
type moments struct{ x, y, sx, sy float64 }

// field holds the signed distance in pixels to the outline of a mask, positive
// inside, at the centres of the pixels of r.
type field struct {
	r image.Rectangle
	d []float64
}

// NewTween returns the way between two masks of one size; the error wraps ErrMask.
func NewTween(a, b Mask) (*Tween, error) {
	if a.w != b.w || a.h != b.h {
		return nil, fmt.Errorf("%w: %dx%d and %dx%d pixels", ErrMask, a.w, a.h, b.w, b.h)
	}
	t := &Tween{a: a, b: b}
	if !a.Empty() && !b.Empty() {
		t.fa, t.fb, t.ma, t.mb = fieldOf(a), fieldOf(b), momentsOf(a), momentsOf(b)
	}
	return t, nil
}

// At returns the mask at t, from 0 (the first mask) to 1 (the second). Where one of
// them is empty it is the nearer of both.
func (w *Tween) At(t float64) Mask {
	switch {
	case t <= 0 || (w.a.Empty() || w.b.Empty()) && t < 0.5:
		return w.a
	case t >= 1 || w.a.Empty() || w.b.Empty():
		return w.b
	}
	at := w.ma.toward(w.mb, t)
	ka, kb := w.ma.over(at), w.mb.over(at)
	out := NewBitmap(w.a.w, w.a.h)
	r := ka.reach(w.fa.r, at, w.ma).Union(kb.reach(w.fb.r, at, w.mb)).Intersect(image.Rect(0, 0, out.W, out.H))
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			dx, dy := float64(x)+0.5-at.x, float64(y)+0.5-at.y
			da := w.fa.at(w.ma.x+dx*ka.sx, w.ma.y+dy*ka.sy) / math.Sqrt(ka.sx*ka.sy)
			db := w.fb.at(w.mb.x+dx*kb.sx, w.mb.y+dy*kb.sy) / math.Sqrt(kb.sx*kb.sy)
			if (1-t)*da+t*db > 0 {
				out.Pix[y*out.W+x] = 255
			}
		}
	}
	if m := MaskFromBitmap(out); !m.Empty() {
		return m
	}
	// A mask of a pixel or two can fall between pixels.
	out.Set(int(at.x), int(at.y), true)
	return MaskFromBitmap(out)
}

func momentsOf(m Mask) moments {
	var n, x, y, xx, yy float64
	m.each(func(px, y0, y1 int) {
		for py := y0; py < y1; py++ {
			fx, fy := float64(px)+0.5, float64(py)+0.5
			n, x, y, xx, yy = n+1, x+fx, y+fy, xx+fx*fx, yy+fy*fy
		}
	})
	x, y = x/n, y/n
	// A pixel has an extent of its own, which keeps a single one from being none.
	const pixel = 1.0 / 12
	return moments{x, y, math.Sqrt(max(0, xx/n-x*x) + pixel), math.Sqrt(max(0, yy/n-y*y) + pixel)}
}

func (m moments) toward(o moments, t float64) moments {
	mix := func(a, b float64) float64 { return a + t*(b-a) }
	return moments{mix(m.x, o.x), mix(m.y, o.y), mix(m.sx, o.sx), mix(m.sy, o.sy)}
}

// over returns how much larger m is than o, in x and y.
func (m moments) over(o moments) moments { return moments{sx: m.sx / o.sx, sy: m.sy / o.sy} }

// reach returns where a field of r lies once it is moved from the moments m to at;
// k is how much it is larger there.
func (k moments) reach(r image.Rectangle, at, m moments) image.Rectangle {
	x := func(v int) float64 { return at.x + (float64(v)-m.x)/k.sx }
	y := func(v int) float64 { return at.y + (float64(v)-m.y)/k.sy }
	return image.Rect(int(math.Floor(x(r.Min.X))), int(math.Floor(y(r.Min.Y))), int(math.Ceil(x(r.Max.X))), int(math.Ceil(y(r.Max.Y))))
}

func fieldOf(m Mask) field {
	r := m.Bounds().Inset(-1)
	w, h := r.Dx(), r.Dy()
	on, off := make([]bool, w*h), make([]bool, w*h)
	for i := range off {
		off[i] = true
	}
	m.each(func(x, y0, y1 int) {
		for y := y0; y < y1; y++ {
			i := (y-r.Min.Y)*w + x - r.Min.X
			on[i], off[i] = true, false
		}
	})
	d := SquaredDistance(off, w, h)
	for i, out := range SquaredDistance(on, w, h) {
		// From centre to centre: the outline lies half a pixel before.
		if on[i] {
			d[i] = math.Sqrt(d[i]) - 0.5
		} else {
			d[i] = 0.5 - math.Sqrt(out)
		}
	}
	return field{r, d}
}

// at returns the signed distance at a place, between pixels a mixture, and beyond
// the field that of its border and what lies between.
func (f field) at(x, y float64) float64 {
	w, h := f.r.Dx(), f.r.Dy()
	u, v := x-0.5-float64(f.r.Min.X), y-0.5-float64(f.r.Min.Y)
	cu, cv := min(max(u, 0), float64(w-1)), min(max(v, 0), float64(h-1))
	away := math.Hypot(u-cu, v-cv)
	x0, y0 := min(int(cu), w-2), min(int(cv), h-2)
	tx, ty := cu-float64(x0), cv-float64(y0)
	i := y0*w + x0
	top := f.d[i] + tx*(f.d[i+1]-f.d[i])
	low := f.d[i+w] + tx*(f.d[i+w+1]-f.d[i+w])
	return top + ty*(low-top) - away
}
