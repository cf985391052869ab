package click

import "math"

// traits are what a good object mask can be told by.
type traits struct {
	edge    float64 // mean strength of the outline, 0..2
	inner   float64 // mean strength of the borders inside
	frame   float64 // share of the outline that is the frame's border
	area    float64 // share of the frame
	central float64 // depth of the click in the mask against the deepest point, 0..1
	colour  float64 // difference of the mean colours inside and in a ring outside, against their spread
	motion  float64 // the same of the relative motions
}

func (s *Scene) traits(in labels, start []int32) traits {
	r := s.reg
	var t traits
	var area, outline, strength, inner, innerLen float64
	a, ring := make([]float32, len(in)), make([]float32, len(in))
	for i, on := range in {
		if on {
			a[i] = r.area[i]
			area += float64(r.area[i])
		}
	}
	if area == 0 {
		return t
	}
	for i, e := range r.edges {
		if in[e.a] != in[e.b] {
			outline += float64(e.length)
			strength += float64(e.length * s.con.strength[i])
		} else if in[e.a] {
			innerLen += float64(e.length)
			inner += float64(e.length * s.con.strength[i])
		}
	}
	t.area = area / float64(r.w*r.h)
	t.edge = strength / max(outline, 1)
	t.inner = inner / max(innerLen, 1)
	border := s.frameBorder(in)
	t.frame = border / max(outline+border, 1)
	for i, d := range s.ring(in, float32(0.35*math.Sqrt(area))+6) {
		if d > 0 {
			ring[i] = r.area[i]
		}
	}
	t.colour = s.meanContrast(a, ring, 0, 3)
	t.motion = s.meanContrast(a, ring, 3, s.feat.n)
	t.central = s.centrality(in, start)
	return t
}

// ring marks the regions outside whose centroid is within width of the object
// along the graph.
func (s *Scene) ring(in labels, width float32) []float32 {
	r := s.reg
	d := make([]float32, len(in))
	var queue []int32
	for i, on := range in {
		if !on {
			continue
		}
		for _, ei := range r.edge[i] {
			o := r.edges[ei].other(int32(i))
			if !in[o] && d[o] == 0 {
				d[o] = 1
				queue = append(queue, o)
			}
		}
	}
	for k := 0; k < len(queue); k++ {
		i := queue[k]
		for _, ei := range r.edge[i] {
			o := r.edges[ei].other(i)
			if in[o] || d[o] > 0 {
				continue
			}
			dx, dy := r.x[o]-r.x[i], r.y[o]-r.y[i]
			if n := d[i] + float32(math.Sqrt(float64(dx*dx+dy*dy))); n <= width {
				d[o] = n
				queue = append(queue, o)
			}
		}
	}
	return d
}

// frameBorder returns how many pixel sides of the frame's border the mask has.
func (s *Scene) frameBorder(in labels) float64 {
	r := s.reg
	n := 0
	for x := range r.w {
		if in[r.of[x]] {
			n++
		}
		if in[r.of[(r.h-1)*r.w+x]] {
			n++
		}
	}
	for y := range r.h {
		if in[r.of[y*r.w]] {
			n++
		}
		if in[r.of[y*r.w+r.w-1]] {
			n++
		}
	}
	return float64(n)
}

// meanContrast compares the mean features of two weighted sets, channels from
// to (not including) to.
func (s *Scene) meanContrast(a, b []float32, from, to int) float64 {
	var d2, spread float64
	for c := from; c < to; c++ {
		m1, v1 := s.moments(a, c)
		m2, v2 := s.moments(b, c)
		d2 += (m1 - m2) * (m1 - m2)
		spread += v1 + v2
	}
	return math.Sqrt(d2 / (spread + 1))
}

func (s *Scene) moments(w []float32, c int) (mean, variance float64) {
	var n, sum, sq float64
	for i, v := range w {
		x := float64(s.reg.feat[i][c])
		n += float64(v)
		sum += float64(v) * x
		sq += float64(v) * x * x
	}
	n = max(n, 1)
	return sum / n, max(sq/n-sum*sum/(n*n), 0)
}

// centrality compares the depth of the clicks' regions with the deepest one.
func (s *Scene) centrality(in labels, start []int32) float64 {
	d := s.depth(in)
	best, at := 0.0, 0.0
	for i := range d {
		best = max(best, float64(d[i]))
	}
	for _, i := range start {
		at = max(at, float64(d[i]))
	}
	return at / max(best, 1e-6)
}

// depth returns for each region inside how far its centroid is from the
// nearest centroid outside (or the frame's border, at half weight).
func (s *Scene) depth(in labels) []float32 {
	r := s.reg
	d := make([]float32, len(in))
	var rim []int32
	for i, on := range in {
		if on {
			continue
		}
		for _, ei := range r.edge[i] {
			if in[r.edges[ei].other(int32(i))] {
				rim = append(rim, int32(i))
				break
			}
		}
	}
	for i, on := range in {
		if !on {
			continue
		}
		best := float32(math.Inf(1))
		for _, o := range rim {
			dx, dy := r.x[o]-r.x[i], r.y[o]-r.y[i]
			best = min(best, dx*dx+dy*dy)
		}
		fx := min(r.x[i], float32(r.w-1)-r.x[i])
		fy := min(r.y[i], float32(r.h-1)-r.y[i])
		d[i] = min(float32(math.Sqrt(float64(best))), 4+2*min(fx, fy))
	}
	return d
}

// score predicts the IoU of a guess with the wanted object. It is linear in the
// traits with few, rounded weights: relative motion says most, then an outline
// stronger than the borders inside, keeping off the frame's border, and a click
// in the middle.
func (t traits) score() float64 {
	const usual = -2.8 // log of a usual object's share of the frame
	size := math.Log(t.area + 1e-6)
	v := 0.55 + 0.33*t.edge - 0.25*t.inner - 0.4*t.frame + 0.15*t.central
	v += 0.14*min(size-usual, 0) - 0.07*max(size-usual, 0)
	v += 0.19*min(t.motion, 3) + 0.15*min(t.motion, 1)
	if t.motion == 0 {
		v += 0.15 * min(t.colour, 1.5)
	}
	if t.area > 0.45 {
		v -= 0.3
	}
	return v
}
