package click

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/masklet/masklet/inference/classic/vision"
)

// maxMotions bounds the flows that are used.
const maxMotions = 4

// relativeMotion returns for each flow how each working pixel moves against the
// dominant affine motion of the frame, squeezed to ±8 so that it is comparable
// with Lab distances, and smoothed.
func relativeMotion(flows []vision.Flow, w, h int) ([]vision.Flow, error) {
	out := make([]vision.Flow, min(len(flows), maxMotions))
	for i, f := range flows[:len(out)] {
		if err := checkFlow(f); err != nil {
			return nil, fmt.Errorf("flow %d: %w", i, err)
		}
	}
	errs := make([]error, len(out))
	each(len(out), func(i int) {
		f := squeeze(resampleFlow(flows[i], w, h))
		out[i], errs[i] = vision.BlurFlow(f, 1)
	})
	return out, errors.Join(errs...)
}

func checkFlow(f vision.Flow) error {
	if f.W < 1 || f.H < 1 || len(f.V) != 2*f.W*f.H {
		return fmt.Errorf("%w: %d values for %dx%d", ErrInput, len(f.V), f.W, f.H)
	}
	for _, v := range f.V {
		if v-v != 0 {
			return fmt.Errorf("%w: a displacement is not a finite number", ErrInput)
		}
	}
	return nil
}

// resampleFlow brings a flow to w by h pixels, bilinearly.
func resampleFlow(f vision.Flow, w, h int) vision.Flow {
	if f.W == w && f.H == h {
		return f
	}
	out := vision.NewFlow(w, h)
	sx, sy := float32(f.W)/float32(w), float32(f.H)/float32(h)
	for y := range h {
		for x := range w {
			dx, dy := f.At((float32(x)+0.5)*sx-0.5, (float32(y)+0.5)*sy-0.5)
			out.V[2*(y*w+x)], out.V[2*(y*w+x)+1] = dx/sx, dy/sy
		}
	}
	return out
}

// squeeze subtracts the dominant affine motion and squeezes what is left to
// 8·tanh(r / (3·(√median + 0.6))), x and y interleaved.
func squeeze(f vision.Flow) vision.Flow {
	ax, ay := fitAffine(f)
	out := vision.NewFlow(f.W, f.H)
	mags := make([]float64, 0, f.W*f.H/9+1)
	for y := range f.H {
		for x := range f.W {
			p := y*f.W + x
			u, v := basis(f, x, y)
			dx := float64(f.V[2*p]) - (ax[0] + ax[1]*u + ax[2]*v)
			dy := float64(f.V[2*p+1]) - (ay[0] + ay[1]*u + ay[2]*v)
			out.V[2*p], out.V[2*p+1] = float32(dx), float32(dy)
			if x%3 == 0 && y%3 == 0 {
				mags = append(mags, dx*dx+dy*dy)
			}
		}
	}
	scale := 1 / (3 * (math.Sqrt(median(mags)) + 0.6))
	for i, r := range out.V {
		out.V[i] = float32(8 * math.Tanh(float64(r)*scale))
	}
	return out
}

// basis returns a position as two numbers in -1..1.
func basis(f vision.Flow, x, y int) (u, v float64) {
	return 2*float64(x)/float64(max(f.W-1, 1)) - 1, 2*float64(y)/float64(max(f.H-1, 1)) - 1
}

// fitAffine fits dx and dy as affine functions of the position by reweighted
// least squares on every fifth pixel, so that the larger, rigid part of the
// frame wins over moving objects.
func fitAffine(f vision.Flow) (ax, ay [3]float64) {
	const step, rounds = 5, 6
	var r2 []float64
	s := math.Inf(1)
	for range rounds {
		var n normal3
		for y := 0; y < f.H; y += step {
			for x := 0; x < f.W; x += step {
				p := y*f.W + x
				u, v := basis(f, x, y)
				dx, dy := float64(f.V[2*p]), float64(f.V[2*p+1])
				ex := dx - (ax[0] + ax[1]*u + ax[2]*v)
				ey := dy - (ay[0] + ay[1]*u + ay[2]*v)
				n.add(u, v, dx, dy, 1/(1+(ex*ex+ey*ey)/s))
			}
		}
		ax, ay = n.solve()
		r2 = r2[:0]
		for y := 0; y < f.H; y += step {
			for x := 0; x < f.W; x += step {
				p := y*f.W + x
				u, v := basis(f, x, y)
				ex := float64(f.V[2*p]) - (ax[0] + ax[1]*u + ax[2]*v)
				ey := float64(f.V[2*p+1]) - (ay[0] + ay[1]*u + ay[2]*v)
				r2 = append(r2, ex*ex+ey*ey)
			}
		}
		s = max(1.5*median(r2), 0.05)
	}
	return ax, ay
}

// normal3 collects the normal equations of two affine fits with one basis.
type normal3 struct {
	m      [3][3]float64
	bx, by [3]float64
}

func (n *normal3) add(u, v, dx, dy, w float64) {
	b := [3]float64{1, u, v}
	for i := range b {
		for j := range b {
			n.m[i][j] += w * b[i] * b[j]
		}
		n.bx[i] += w * b[i] * dx
		n.by[i] += w * b[i] * dy
	}
}

// solve inverts by elimination; a tiny ridge keeps frames of one row or column
// solvable.
func (n *normal3) solve() (x, y [3]float64) {
	m := n.m
	for i := range m {
		m[i][i] += 1e-6 * (n.m[0][0] + 1)
	}
	x, y = n.bx, n.by
	for i := range m {
		for r := range m {
			if r == i {
				continue
			}
			k := m[r][i] / m[i][i]
			for c := range m {
				m[r][c] -= k * m[i][c]
			}
			x[r] -= k * x[i]
			y[r] -= k * y[i]
		}
	}
	for i := range m {
		x[i] /= m[i][i]
		y[i] /= m[i][i]
	}
	return x, y
}

func median(v []float64) float64 {
	if len(v) == 0 {
		return 0
	}
	s := slices.Clone(v)
	slices.Sort(s)
	return s[len(s)/2]
}
