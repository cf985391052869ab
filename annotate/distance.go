package annotate

import "math"

// SquaredDistance returns for every pixel of a row-major w by h grid the
// squared Euclidean distance in pixels to the nearest marked pixel, +Inf where
// none is marked, in O(w*h).
//
// Source: P. Felzenszwalb and D. Huttenlocher, "Distance Transforms of Sampled
// Functions", 2012.
func SquaredDistance(marked []bool, w, h int) []float64 {
	d := make([]float64, len(marked))
	for i, m := range marked {
		if !m {
			d[i] = math.Inf(1)
		}
	}
	n := max(w, h)
	e := envelope{f: make([]float64, n), v: make([]int, n), z: make([]float64, n+1)}
	for x := range w {
		e.line(d[x:], w, h)
	}
	for y := range h {
		e.line(d[y*w:], 1, w)
	}
	return d
}

// envelope is the working memory of the lower envelope of parabolas.
type envelope struct {
	f []float64
	v []int
	z []float64
}

// line transforms n values that lie stride apart, in place.
func (e *envelope) line(d []float64, stride, n int) {
	f, v, z := e.f[:n], e.v, e.z
	k := -1
	for q := range n {
		f[q] = d[q*stride]
		if math.IsInf(f[q], 1) {
			continue
		}
		s := math.Inf(-1)
		for k >= 0 {
			p := v[k]
			s = (f[q] - f[p] + float64(q*q-p*p)) / float64(2*(q-p))
			if s > z[k] {
				break
			}
			k--
			s = math.Inf(-1)
		}
		k++
		v[k], z[k] = q, s
	}
	if k < 0 {
		return
	}
	last := k
	k = 0
	for q := range n {
		for k < last && z[k+1] < float64(q) {
			k++
		}
		dq := float64(q - v[k])
		d[q*stride] = dq*dq + f[v[k]]
	}
}

// Interior returns the pixel of the bitmap that lies deepest inside what is on
// (the first in row order among equals) and its distance to the nearest pixel
// that is off; the outside of the frame counts as off. ok is false if nothing
// is on. It is where the user clicks first, and where simulated annotators do.
func (b *Bitmap) Interior() (x, y int, depth float64, ok bool) {
	w, h := b.W+2, b.H+2
	off := make([]bool, w*h)
	for i := range off {
		off[i] = true
	}
	for py := range b.H {
		for px := range b.W {
			off[(py+1)*w+px+1] = b.Pix[py*b.W+px] == 0
		}
	}
	best := 0.0
	for i, d := range SquaredDistance(off, w, h) {
		if d > best {
			best, x, y, ok = d, i%w-1, i/w-1, true
		}
	}
	return x, y, math.Sqrt(best), ok
}
