package stride

import (
	"context"
	"image"
)

// Motion measures how the picture moves between two neighbouring frames. It is
// called from one goroutine at a time.
type Motion interface {
	// Between compares two frames of one size that follow each other.
	Between(ctx context.Context, a, b *image.RGBA) (Step, error)
}

// Step is the motion between two neighbouring frames a and b, measured in both
// directions. All fields of a video have one size.
type Step struct {
	There Field // from a to b
	Back  Field // from b to a
	Cut   bool  // a and b show different scenes: the fields mean nothing
}

// Field is a dense motion at a size of its own, which may be smaller than the
// frames: what is at pixel (x, y) of one frame lies at
// (x+V[2i], y+V[2i+1]) of the other, with i = y*W+x, in pixels of the field.
type Field struct {
	W, H int
	V    []float32
}

// at reads the motion at (x, y) bilinearly; beyond the border the nearest
// counts.
func (f Field) at(x, y float32) (dx, dy float32) {
	x = min(max(x, 0), float32(f.W-1))
	y = min(max(y, 0), float32(f.H-1))
	x0, y0 := int(x), int(y)
	x1, y1 := min(x0+1, f.W-1), min(y0+1, f.H-1)
	u, v := x-float32(x0), y-float32(y0)
	a, b := 2*(y0*f.W+x0), 2*(y0*f.W+x1)
	c, d := 2*(y1*f.W+x0), 2*(y1*f.W+x1)
	wa, wb, wc, wd := (1-u)*(1-v), u*(1-v), (1-u)*v, u*v
	return f.V[a]*wa + f.V[b]*wb + f.V[c]*wc + f.V[d]*wd,
		f.V[a+1]*wa + f.V[b+1]*wb + f.V[c+1]*wc + f.V[d+1]*wd
}

// valid reports whether the field holds what its size says.
func (f Field) valid() bool { return f.W > 0 && f.H > 0 && len(f.V) == 2*f.W*f.H }

// follow joins motions of one size that begin where the one before ends.
func follow(steps []Field) Field {
	if len(steps) == 1 {
		return steps[0]
	}
	w, h := steps[0].W, steps[0].H
	out := Field{w, h, make([]float32, 2*w*h)}
	for y := range h {
		for x := range w {
			px, py := float32(x), float32(y)
			for _, s := range steps {
				dx, dy := s.at(px, py)
				px, py = px+dx, py+dy
			}
			i := 2 * (y*w + x)
			out.V[i], out.V[i+1] = px-float32(x), py-float32(y)
		}
	}
	return out
}
