package click

import (
	"math"
	"slices"

	"github.com/masklet/masklet/inference/classic/vision"
)

// labels says for each region whether it belongs to the object.
type labels []bool

// rules are regions whose label is given: +1 object, -1 background, 0 open.
type rules []int8

// cut labels the regions: unary is per pixel, positive towards the object.
func (s *Scene) cut(unary []float32, rule rules, lambda float32) labels {
	u := make([]float32, len(unary))
	for i, v := range unary {
		u[i] = v * s.reg.area[i]
		if rule[i] != 0 {
			u[i] = float32(rule[i]) * 1e5
		}
	}
	w := make([]float32, len(s.con.keep))
	for i, v := range s.con.keep {
		w[i] = lambda * v
	}
	in, err := vision.RegionCut(s.ends, w, u)
	if err != nil {
		panic(err) // only for want of memory, as where Go allocates
	}
	return in
}

// logRatio returns how much more each region looks like the object than like
// the background, as a clipped log likelihood ratio. Only regions within count
// as examples of the background; nil means all.
func (s *Scene) logRatio(in, within labels, clip float64) []float32 {
	a, b := make([]float32, len(in)), make([]float32, len(in))
	var na, nb float32
	for i, on := range in {
		if on {
			a[i] = s.reg.area[i]
			na += a[i]
		} else if within == nil || within[i] {
			b[i] = s.reg.area[i]
			nb += b[i]
		}
	}
	o := s.kern.sum(a)
	var g []float32
	if within != nil {
		g = s.kern.sum(b)
	}
	for i := range o {
		other := s.kern.all[i] - o[i]
		if g != nil {
			other = g[i]
		}
		// A region is no example for itself.
		self := s.kern.k[i*s.kern.n+i]
		x := (o[i]-self*a[i])/max(na-a[i], 1) + densityFloor
		y := (other-self*b[i])/max(nb-b[i], 1) + densityFloor
		o[i] = float32(min(max(math.Log(float64(x/y)), -clip), clip))
	}
	return o
}

// densityFloor is what even the strangest region is allowed in likeness.
const densityFloor = 0.004

// refine learns how object and background look from in, cuts again with that
// and the prior, and repeats.
func (s *Scene) refine(in labels, prior []float32, rule rules, rounds int, lambda float32) labels {
	for range rounds {
		u := s.logRatio(in, nil, 4)
		for i := range u {
			u[i] = 0.5*u[i] + prior[i]
		}
		next := s.reachable(s.cut(u, rule, lambda), rule)
		if slices.Equal(next, in) {
			break
		}
		in = next
	}
	return in
}

// reachable keeps the parts of a labelling that hold a region which must be
// object.
func (s *Scene) reachable(in labels, rule rules) labels {
	out := make(labels, len(in))
	var stack []int32
	for i, v := range rule {
		if v > 0 {
			out[i] = true
			stack = append(stack, int32(i))
		}
	}
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, e := range s.reg.edge[i] {
			if o := s.reg.edges[e].other(i); in[o] && !out[o] {
				out[o] = true
				stack = append(stack, o)
			}
		}
	}
	return out
}

// radiusShares are the shares of the frame that the first guesses cover.
var radiusShares = []float64{0.004, 0.01, 0.025, 0.06, 0.12, 0.2}

// fromClicks returns the guesses for one or more first clicks.
func (s *Scene) fromClicks(start []int32, rule rules) []hypothesis {
	jobs := append(s.fromDistance(start, rule), s.movers(start, rule)...)
	for _, share := range []float32{0.06, 0.12, 0.2} {
		jobs = append(jobs, func() labels { return s.fromDisc(start, rule, share*float32(s.reg.h)) })
	}
	return run(append(jobs, s.fromTree(start[0], rule)...))
}

// run makes all guesses, in parallel.
func run(jobs []func() labels) []hypothesis {
	out := make([]hypothesis, len(jobs))
	each(len(jobs), func(i int) { out[i].in = jobs[i]() })
	return out
}

// mixes are weights of colour and motion steps in geodesic distances.
var mixes = [][2]float32{{0.25, 0.25}, {0.25, 2}, {1, 0.5}}

// fromDistance starts from what is nearest along even surfaces.
func (s *Scene) fromDistance(start []int32, rule rules) []func() labels {
	var jobs []func() labels
	for _, mix := range mixes {
		d := s.reg.geodesic(start, mix[0], mix[1])
		for _, share := range radiusShares {
			tau := s.radius(d, share)
			jobs = append(jobs, func() labels {
				in := make(labels, len(d))
				prior := make([]float32, len(d))
				for i, g := range d {
					in[i] = g <= tau
					prior[i] = 1.5 * min(max(1-g/(2*tau), -2), 1)
				}
				return s.refine(in, prior, rule, 2, 3)
			})
		}
	}
	return jobs
}

// fromTree starts from the merged regions that hold the click.
func (s *Scene) fromTree(at int32, rule rules) []func() labels {
	var jobs []func() labels
	for node := s.tree.parent[at]; node >= 0; node = s.tree.parent[node] {
		a := float64(s.tree.area[node]) / float64(s.reg.w*s.reg.h)
		if a < 0.002 || a > 0.45 {
			continue
		}
		jobs = append(jobs, func() labels {
			in := s.tree.members(node)
			prior := make([]float32, len(in))
			for i := range prior {
				prior[i] = -0.7
				if in[i] {
					prior[i] = 0.7
				}
			}
			return s.refine(in, prior, rule, 1, 3)
		})
	}
	return jobs
}

// fromDisc starts from a disc around the clicks.
func (s *Scene) fromDisc(start []int32, rule rules, radius float32) labels {
	in := make(labels, len(rule))
	prior := make([]float32, len(rule))
	for i := range in {
		d := s.nearest(start, i) / radius
		in[i] = d < 1
		if d > 3 {
			prior[i] = -1
		}
	}
	return s.refine(in, prior, rule, 3, 3)
}

// nearest returns the distance of region i to the nearest of the others.
func (s *Scene) nearest(to []int32, i int) float32 {
	best := math.Inf(1)
	for _, t := range to {
		best = min(best, math.Hypot(float64(s.reg.x[t]-s.reg.x[i]), float64(s.reg.y[t]-s.reg.y[i])))
	}
	return float32(best)
}

// radius returns the distance within which the share of the frame lies.
func (s *Scene) radius(d []float32, share float64) float32 {
	order := make([]int32, len(d))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		if d[a] != d[b] {
			if d[a] < d[b] {
				return -1
			}
			return 1
		}
		return int(a - b)
	})
	want := float32(share * float64(s.reg.w*s.reg.h))
	var sum float32
	for _, i := range order {
		if sum += s.reg.area[i]; sum >= want {
			return max(d[i], 1e-3)
		}
	}
	return max(d[order[len(order)-1]], 1e-3)
}
