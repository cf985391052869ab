package track

import (
	"image"
	"math"
	"slices"

	"github.com/masklet/masklet/inference/classic/vision"
)

// affine is a motion model: dx = p[0] + p[1]·x + p[2]·y, dy = p[3] + p[4]·x + p[5]·y.
type affine struct {
	p      [6]float64
	median float64 // of the residuals it leaves, in pixels
}

func (m affine) residual(x, y, dx, dy float32) float32 {
	fx, fy := float64(x), float64(y)
	u := float64(dx) - m.p[0] - m.p[1]*fx - m.p[2]*fy
	v := float64(dy) - m.p[3] - m.p[4]*fx - m.p[5]*fy
	return float32(math.Sqrt(u*u + v*v))
}

// ratio is the residual in units of what the model leaves anyway, at most 6.
func (m affine) ratio(x, y, dx, dy float32) float32 {
	return min(m.residual(x, y, dx, dy)/float32(2*(1+2*m.median)), 6)
}

// fitAffine fits a motion model to the flow at some pixels by reweighted least
// squares; ok is false with too few pixels.
func fitAffine(f vision.Flow, at []image.Point) (m affine, ok bool) {
	if len(at) < 12 {
		return m, false
	}
	weight := make([]float64, len(at))
	for i := range weight {
		weight[i] = 1
	}
	r2 := make([]float64, len(at))
	sorted := make([]float64, len(at))
	for range 4 {
		if !m.solve(f, at, weight) {
			return m, false
		}
		for i, p := range at {
			j := 2 * (p.Y*f.W + p.X)
			r := float64(m.residual(float32(p.X), float32(p.Y), f.V[j], f.V[j+1]))
			r2[i] = r * r
		}
		copy(sorted, r2)
		slices.Sort(sorted)
		mid := sorted[len(sorted)/2]
		m.median = math.Sqrt(mid)
		s := max(1.5*mid, 0.05)
		for i := range weight {
			weight[i] = 1 / (1 + r2[i]/s)
		}
	}
	return m, true
}

// solve sets m to the weighted least squares fit. Coordinates are centred, so
// that the normal equations are well conditioned.
func (m *affine) solve(f vision.Flow, at []image.Point, weight []float64) bool {
	var n, cx, cy float64
	for i, p := range at {
		n += weight[i]
		cx += weight[i] * float64(p.X)
		cy += weight[i] * float64(p.Y)
	}
	cx, cy = cx/n, cy/n
	var xx, xy, yy float64
	var s [6]float64 // sums of du, du·x, du·y, dv, dv·x, dv·y
	for i, p := range at {
		w, x, y := weight[i], float64(p.X)-cx, float64(p.Y)-cy
		j := 2 * (p.Y*f.W + p.X)
		u, v := w*float64(f.V[j]), w*float64(f.V[j+1])
		xx, xy, yy = xx+w*x*x, xy+w*x*y, yy+w*y*y
		for k, t := range [6]float64{u, u * x, u * y, v, v * x, v * y} {
			s[k] += t
		}
	}
	// A ridge keeps thin and tiny regions from inventing shear.
	xx, yy = xx+n, yy+n
	det := xx*yy - xy*xy
	if !(det > 0) {
		return false
	}
	for k := 0; k < 6; k += 3 {
		gx, gy := (s[k+1]*yy-s[k+2]*xy)/det, (s[k+2]*xx-s[k+1]*xy)/det
		m.p[k], m.p[k+1], m.p[k+2] = s[k]/n-gx*cx-gy*cy, gx, gy
	}
	return true
}

// motionModels fits the motion of the background (well outside the mask) and
// of the object (well inside) of one step. dist is the signed distance to the
// warped mask over crop.
func motionModels(f vision.Flow, dist vision.Plane, crop image.Rectangle) (background, object affine, ok bool) {
	const every, margin, maxObject = 6, 5, 1500
	var out, in []image.Point
	for y := every / 2; y < f.H; y += every {
		for x := every / 2; x < f.W; x += every {
			p := image.Pt(x, y)
			if !p.In(crop) || dist.Pix[(y-crop.Min.Y)*dist.W+x-crop.Min.X] < -margin {
				out = append(out, p)
			}
		}
	}
	depth := float32(2)
	for ; depth >= 0 && len(in) < 40; depth-- {
		in = in[:0]
		for i, d := range dist.Pix {
			if d > depth {
				in = append(in, image.Pt(crop.Min.X+i%dist.W, crop.Min.Y+i/dist.W))
			}
		}
	}
	if len(in) > maxObject {
		thin := make([]image.Point, maxObject)
		for i := range thin {
			thin[i] = in[i*len(in)/maxObject]
		}
		in = thin
	}
	background, ok1 := fitAffine(f, out)
	object, ok2 := fitAffine(f, in)
	return background, object, ok1 && ok2
}
