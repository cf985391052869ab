package click

import (
	"container/heap"
	"math"
)

// geodesic returns the length of the shortest way from the start regions to
// each region: short inside an even surface, long across outlines. A step costs
// the root of its squared length plus the weighted squared colour and motion
// differences, of the two means and across their border.
func (r *regions) geodesic(start []int32, colour, motion float32) []float32 {
	d := make([]float32, len(r.area))
	for i := range d {
		d[i] = float32(math.Inf(1))
	}
	q := &candidates{}
	for _, s := range start {
		d[s] = 0
		heap.Push(q, candidate{region: s, order: s})
	}
	for len(*q) > 0 {
		c := heap.Pop(q).(candidate)
		if c.cost > d[c.region] {
			continue
		}
		for _, ei := range r.edge[c.region] {
			e := r.edges[ei]
			o := e.other(c.region)
			dx, dy := r.x[o]-r.x[c.region], r.y[o]-r.y[c.region]
			fc, fm := apart(r.feat[o], r.feat[c.region])
			step := dx*dx + dy*dy + colour*(e.colour+fc) + motion*(e.motion+fm)
			n := c.cost + float32(math.Sqrt(float64(step)))
			if n < d[o] {
				d[o] = n
				heap.Push(q, candidate{cost: n, region: o, order: o})
			}
		}
	}
	return d
}
