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
	n    int
	k    []float32
	area []float32
	all  []float32 // sum over all regions by area
}

func makeKernel(r *regions) *kernel {
	n := len(r.area)
	k := &kernel{n: n, k: make([]float32, n*n), area: r.area}
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
				d := c/(2*colourWidth*colourWidth) + m/(2*motionWidth*motionWidth)
				if d < 16 {
					row[j] = table[int(d*fine)]
				}
			}
		}
	})
	k.all = k.sum(r.area)
	return k
}

func (k *kernel) row(i int) []float32 { return k.k[i*k.n : (i+1)*k.n] }

// sum returns for each region the likeness to all others, weighed.
func (k *kernel) sum(weight []float32) []float32 {
	out := make([]float32, k.n)
	for j, w := range weight {
		if w == 0 {
			continue
		}
		row := k.row(j)
		for i := range out {
			out[i] += w * row[i]
		}
	}
	return out
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
