package edges

import (
	"image"
	"math"

	"github.com/masklet/masklet/annotate"
)

// Redraw decides anew which pixels under a brush belong to an object, by what the object
// and its surroundings look like there: the outline goes where the picture has it, hairs
// and gaps included. stroke are the pixels under the brush in a frame of the mask's size;
// those outside of it stay as they are.
func Redraw(img *image.RGBA, m annotate.Mask, stroke annotate.Mask) annotate.Mask {
	w, h := m.Size()
	if stroke.Empty() || m.Empty() {
		return m
	}
	at := stroke.Bounds()
	margin := max(8, min(at.Dx(), at.Dy())/2)
	r := at.Inset(-margin).Intersect(image.Rect(0, 0, w, h)).Intersect(img.Rect)
	d := redraw{img: img, r: r, on: m.Part(r), open: stroke.Part(r)}
	d.sample()
	if len(d.fore) == 0 || len(d.back) == 0 {
		return m
	}
	part := d.decide()
	out, err := annotate.Subtract(m, annotate.MaskFromPart(w, h, r.Min.X, r.Min.Y, d.open))
	if err != nil {
		return m // sizes are one
	}
	if out, err = annotate.Union(out, annotate.MaskFromPart(w, h, r.Min.X, r.Min.Y, part)); err != nil {
		return m
	}
	return out
}

// redraw is the work on one rectangle of the frame.
type redraw struct {
	img        *image.RGBA
	r          image.Rectangle
	on, open   *annotate.Bitmap // the mask; what is decided
	fore, back []sample         // pixels that stay, or are surely on their side
}

// sample is a pixel with its place in the rectangle.
type sample struct {
	x, y int
	c    [3]int
}

// samples is how many pixels of each side a pixel is compared with.
const samples = 96

// sample takes pixels of both sides, evenly spread: those that are not under the brush,
// and where that leaves too few those deep inside their side.
func (d *redraw) sample() {
	area := newSums(d.img, d.r, func(x, y int) bool { return d.on.Pix[y*d.on.W+x] != 0 })
	take := func(sure func(x, y int) bool) {
		d.fore, d.back = nil, nil
		for y := range d.on.H {
			for x := range d.on.W {
				switch {
				case !sure(x, y):
				case d.on.Pix[y*d.on.W+x] != 0:
					d.fore = append(d.fore, sample{x, y, d.colour(x, y)})
				default:
					d.back = append(d.back, sample{x, y, d.colour(x, y)})
				}
			}
		}
	}
	take(func(x, y int) bool { return d.open.Pix[y*d.open.W+x] == 0 })
	if len(d.fore) < samples/4 || len(d.back) < samples/4 {
		take(func(x, y int) bool {
			n := area.count(x, y, 2)
			return n == 0 || n == area.size(x, y, 2) || d.open.Pix[y*d.open.W+x] == 0
		})
	}
	d.fore, d.back = thinned(d.fore), thinned(d.back)
}

// thinned leaves so many samples, evenly spread.
func thinned(s []sample) []sample {
	if len(s) <= samples {
		return s
	}
	out := make([]sample, samples)
	for i := range out {
		out[i] = s[i*len(s)/samples]
	}
	return out
}

func (d *redraw) colour(x, y int) [3]int {
	p := d.img.Pix[(y+d.r.Min.Y)*d.img.Stride+4*(x+d.r.Min.X):]
	return [3]int{int(p[0]), int(p[1]), int(p[2])}
}

// decide returns the pixels under the brush that belong to the object. A pixel is judged
// with its neighbours, so that noise leaves no specks.
func (d *redraw) decide() *annotate.Bitmap {
	w, h := d.on.W, d.on.H
	lean := make([]float64, w*h) // 1: like the object
	for i := range lean {
		switch {
		case d.open.Pix[i] == 0 && d.on.Pix[i] != 0:
			lean[i] = 1
		case d.open.Pix[i] != 0:
			c := d.colour(i%w, i/w)
			f, b := nearest(d.fore, i%w, i/w, c), nearest(d.back, i%w, i/w, c)
			lean[i] = (b + 1) / (f + b + 2)
		}
	}
	out := annotate.NewBitmap(w, h)
	for i := range lean {
		if d.open.Pix[i] == 0 {
			continue
		}
		sum, weight := 2*lean[i], 2.0
		x, y := i%w, i/w
		for _, n := range [4][2]int{{x - 1, y}, {x + 1, y}, {x, y - 1}, {x, y + 1}} {
			if n[0] >= 0 && n[1] >= 0 && n[0] < w && n[1] < h {
				sum, weight = sum+lean[n[1]*w+n[0]]/2, weight+0.5
			}
		}
		if sum > weight/2 {
			out.Pix[i] = 255
		}
	}
	return out
}

// nearest returns how much a pixel differs from the three samples that are most like it,
// near ones being more like it than far ones.
func nearest(s []sample, x, y int, c [3]int) float64 {
	best := [3]float64{math.Inf(1), math.Inf(1), math.Inf(1)}
	for _, q := range s {
		dr, dg, db := c[0]-q.c[0], c[1]-q.c[1], c[2]-q.c[2]
		dx, dy := x-q.x, y-q.y
		v := float64(dr*dr+dg*dg+db*db) + 0.05*float64(dx*dx+dy*dy)
		for k := range best {
			if v < best[k] {
				v, best[k] = best[k], v
			}
		}
	}
	sum, n := 0.0, 0.0
	for _, b := range best {
		if !math.IsInf(b, 1) {
			sum, n = sum+math.Sqrt(b), n+1
		}
	}
	return sum / n
}
