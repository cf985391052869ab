package onnxgraph_test

import "math"

// The reference in the ref_*_test.go files is the models written down a second
// time, as naively as their papers put them: float64, one item at a time, maps
// where the originals have maps, no folding and no reordering. The graphs are
// compared with it.

// mat is a matrix of tokens: r rows of c channels.
type mat struct {
	r, c int
	v    []float64
}

func newMat(r, c int) mat { return mat{r, c, make([]float64, r*c)} }

func (m mat) row(i int) []float64 { return m.v[i*m.c : (i+1)*m.c] }

// grid is a map of c channels, h×w cells, channel by channel.
type grid struct {
	c, h, w int
	v       []float64
}

func newGrid(c, h, w int) grid { return grid{c, h, w, make([]float64, c*h*w)} }

func (g grid) at(c, y, x int) float64 {
	if y < 0 || x < 0 || y >= g.h || x >= g.w {
		return 0
	}
	return g.v[(c*g.h+y)*g.w+x]
}

func (g grid) set(c, y, x int, v float64) { g.v[(c*g.h+y)*g.w+x] = v }

// tokens returns the cells row by row.
func (g grid) tokens() mat {
	m := newMat(g.h*g.w, g.c)
	for c := range g.c {
		for i := range m.r {
			m.v[i*m.c+c] = g.v[c*m.r+i]
		}
	}
	return m
}

// toGrid is the inverse of tokens.
func (m mat) toGrid(h, w int) grid {
	g := newGrid(m.c, h, w)
	for c := range m.c {
		for i := range m.r {
			g.v[c*m.r+i] = m.v[i*m.c+c]
		}
	}
	return g
}

func each(v []float64, f func(float64) float64) []float64 {
	out := make([]float64, len(v))
	for i, x := range v {
		out[i] = f(x)
	}
	return out
}

func gelu(x float64) float64    { return 0.5 * x * (1 + math.Erf(x/math.Sqrt2)) }
func relu(x float64) float64    { return math.Max(x, 0) }
func sigmoid(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

func (m mat) each(f func(float64) float64) mat   { return mat{m.r, m.c, each(m.v, f)} }
func (g grid) each(f func(float64) float64) grid { return grid{g.c, g.h, g.w, each(g.v, f)} }

func sum(a, b []float64) []float64 {
	out := make([]float64, len(a))
	for i := range a {
		out[i] = a[i] + b[i]
	}
	return out
}

func (m mat) plus(n mat) mat    { return mat{m.r, m.c, sum(m.v, n.v)} }
func (g grid) plus(o grid) grid { return grid{g.c, g.h, g.w, sum(g.v, o.v)} }

func dot(a, b []float64) float64 {
	s := 0.0
	for i, x := range a {
		s += x * b[i]
	}
	return s
}

// normalise brings v to mean 0 and variance 1.
func normalise(v, weight, bias []float64, eps float64) {
	mean, variance := 0.0, 0.0
	for _, x := range v {
		mean += x / float64(len(v))
	}
	for _, x := range v {
		variance += (x - mean) * (x - mean) / float64(len(v))
	}
	for i, x := range v {
		v[i] = (x-mean)/math.Sqrt(variance+eps)*weight[i] + bias[i]
	}
}

// attend is softmax attention of each head on its own.
func attend(q, k, v mat, heads int) mat {
	out := newMat(q.r, v.c)
	dq, dv := q.c/heads, v.c/heads
	score := make([]float64, k.r)
	for h := range heads {
		for i := range q.r {
			top, total := math.Inf(-1), 0.0
			for j := range k.r {
				score[j] = dot(q.row(i)[h*dq:(h+1)*dq], k.row(j)[h*dq:(h+1)*dq]) / math.Sqrt(float64(dq))
				top = math.Max(top, score[j])
			}
			for j := range score {
				score[j] = math.Exp(score[j] - top)
				total += score[j]
			}
			to := out.row(i)[h*dv : (h+1)*dv]
			for j, s := range score {
				for c, x := range v.row(j)[h*dv : (h+1)*dv] {
					to[c] += s / total * x
				}
			}
		}
	}
	return out
}

// convolve is a convolution with square kernels w [out, in/groups, k, k].
func convolve(x grid, w []float64, out, k, stride, pad, groups int) grid {
	in, per := x.c/groups, out/groups
	y := newGrid(out, (x.h+2*pad-k)/stride+1, (x.w+2*pad-k)/stride+1)
	for i, weight := range w {
		o, c, ky, kx := i/(in*k*k), i/(k*k)%in, i/k%k, i%k
		for ty := range y.h {
			sy := ty*stride - pad + ky
			if sy < 0 || sy >= x.h {
				continue
			}
			from := x.v[((o/per*in+c)*x.h+sy)*x.w:][:x.w]
			to := y.v[(o*y.h+ty)*y.w:][:y.w]
			for tx := range to {
				if sx := tx*stride - pad + kx; sx >= 0 && sx < x.w {
					to[tx] += weight * from[sx]
				}
			}
		}
	}
	return y
}

func (g grid) addBias(b []float64) grid {
	for i := range g.v {
		g.v[i] += b[i/(g.h*g.w)]
	}
	return g
}

// cubicWeight is the kernel of bicubic interpolation with a = -0.75.
func cubicWeight(t float64) float64 {
	const a = -0.75
	switch t = math.Abs(t); {
	case t <= 1:
		return (a+2)*t*t*t - (a+3)*t*t + 1
	case t < 2:
		return a*t*t*t - 5*a*t*t + 8*a*t - 4*a
	}
	return 0
}

// resizeCubic resizes a map to n×n, edges clamped.
func resizeCubic(g grid, n int) grid {
	out := newGrid(g.c, n, n)
	clamp := func(i, n int) int { return min(max(i, 0), n-1) }
	for c := range g.c {
		for y := range n {
			for x := range n {
				sy := (float64(y)+0.5)*float64(g.h)/float64(n) - 0.5
				sx := (float64(x)+0.5)*float64(g.w)/float64(n) - 0.5
				s := 0.0
				for j := int(math.Floor(sy)) - 1; j <= int(math.Floor(sy))+2; j++ {
					for i := int(math.Floor(sx)) - 1; i <= int(math.Floor(sx))+2; i++ {
						s += cubicWeight(sy-float64(j)) * cubicWeight(sx-float64(i)) *
							g.at(c, clamp(j, g.h), clamp(i, g.w))
					}
				}
				out.set(c, y, x, s)
			}
		}
	}
	return out
}

// sineGrid is the sine position encoding of an n×n grid.
func sineGrid(n, d int) grid {
	g := newGrid(d, n, n)
	for c := range d {
		k, scale := c%(d/2), 2*math.Pi/(float64(n)+1e-6)
		wave := math.Pow(10000, float64(k-k%2)/float64(d/2))
		for y := range n {
			for x := range n {
				p := float64(x+1) * scale
				if c < d/2 {
					p = float64(y+1) * scale
				}
				if k%2 == 0 {
					g.set(c, y, x, math.Sin(p/wave))
				} else {
					g.set(c, y, x, math.Cos(p/wave))
				}
			}
		}
	}
	return g
}

// rotateGrid turns neighbouring channels of each row of a grid of the given
// side by the angle of its column (first half) or row (second half).
func rotateGrid(m mat, side int) mat {
	out := newMat(m.r, m.c)
	for i := range m.r {
		for j := range m.c / 2 {
			pos, k := i%side, j
			if j >= m.c/4 {
				pos, k = i/side, j-m.c/4
			}
			s, c := math.Sincos(float64(pos) / math.Pow(10000, 4*float64(k)/float64(m.c)))
			a, b := m.row(i)[2*j], m.row(i)[2*j+1]
			out.row(i)[2*j], out.row(i)[2*j+1] = a*c-b*s, a*s+b*c
		}
	}
	return out
}
