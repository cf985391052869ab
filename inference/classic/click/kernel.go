package click

import (
	"math"
	"slices"
)

// Widths of the kernel that says how alike two regions look: in Lab units and
// in squeezed motion units. Half of the kernel is wider, so that regions
// without a near twin still have an opinion.
const (
	colourWidth = 5
	motionWidth = 3
	wideFactor  = 2.5
)

// kernel holds the likeness (0..1) of every pair of regions, row by row.
type kernel struct {
	n int
	k []float32
}

func makeKernel(r *regions, colour, motion float32) *kernel {
	n := len(r.area)
	k := &kernel{n: n, k: make([]float32, n*n)}
	const fine = 1 << 10
	var table [16*fine + 1]float32
	for i := range table {
		d := float64(i) / fine
		table[i] = float32(0.6*math.Exp(-d) + 0.4*math.Exp(-d/(wideFactor*wideFactor)))
	}
	parallel(n, func(from, to int) {
		for i := from; i < to; i++ {
			row := k.row(i)
			for j := range row {
				c, m := apart(r.feat[i], r.feat[j])
				d := c/(2*colour*colour) + m/(2*motion*motion)
				if d < 16 {
					row[j] = table[int(d*fine)]
				}
			}
		}
	})
	return k
}

func (k *kernel) row(i int) []float32 { return k.k[i*k.n : (i+1)*k.n] }

// densities returns for each region how densely regions like it lie in the
// two weighted sets, without itself: sums of weight times likeness over the
// sum of weights, in 0..1.
func (k *kernel) densities(in, out []float32) (o, b []float32) {
	var si, so float32
	for i := range in {
		si, so = si+in[i], so+out[i]
	}
	o, b = make([]float32, k.n), make([]float32, k.n)
	for i := range o {
		var x, y float32
		row := k.row(i)
		in, out := in[:len(row)], out[:len(row)]
		for j, v := range row {
			x += v * in[j]
			y += v * out[j]
		}
		self := row[i]
		o[i] = (x - self*in[i]) / max(si-in[i], 1)
		b[i] = (y - self*out[i]) / max(so-out[i], 1)
	}
	return o, b
}

// contrast holds what all cuts of a frame share about borders.
type contrast struct {
	keep     []float32 // per border: length times likeness across it
	strength []float32 // per border: step in units of the 90th percentile of all, at most 2
}

func makeContrast(r *regions) contrast {
	c := contrast{keep: make([]float32, len(r.edges)), strength: make([]float32, len(r.edges))}
	var sum, length float64
	steps := make([]float64, len(r.edges))
	for i, e := range r.edges {
		sum += float64(e.length * (e.colour + e.motion))
		length += float64(e.length)
		steps[i] = math.Sqrt(float64(e.colour + e.motion))
	}
	beta := 1 / max(sum/max(length, 1), 1)
	sorted := slices.Clone(steps)
	slices.Sort(sorted)
	top := 1.0
	if len(sorted) > 0 {
		top = max(sorted[len(sorted)*9/10], 4)
	}
	for i, e := range r.edges {
		c.keep[i] = e.length * float32(0.05+0.95*math.Exp(-beta*float64(e.colour+e.motion)))
		c.strength[i] = float32(min(steps[i]/top, 2))
	}
	return c
}
