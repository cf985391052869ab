package click

import (
	"math"
	"slices"
)

// movers returns jobs that guess: the object is what moves like the place of
// the click and unlike the frame as a whole.
func (s *Scene) movers(start []int32, rule rules) []func() labels {
	if s.feat.n == 3 {
		return nil
	}
	var jobs []func() labels
	for _, colour := range []float32{0, 0.4, 0.8} {
		for _, spread := range []float32{1.2, 2.5} {
			jobs = append(jobs, func() labels { return s.mover(start, rule, colour, spread) })
		}
	}
	return jobs
}

// mover grows the object's motion from the surroundings of the clicks: each
// round cuts by motion and colour and then takes the local mean motion of what
// it found as the object's motion there, so that limbs may move differently.
func (s *Scene) mover(start []int32, rule rules, colour, spread float32) labels {
	r := s.reg
	n := s.feat.n - 3
	reach := 0.05 * float64(min(r.w, r.h))
	in := make(labels, len(rule))
	for i := range in {
		in[i] = float64(s.nearest(start, i)) <= reach
	}
	for range 4 {
		u := make([]float32, len(in))
		var look []float32
		if colour > 0 {
			look = s.logRatio(in, 4)
		}
		mean := s.localMotion(in, 0.25*float64(min(r.w, r.h)))
		for i := range u {
			var still, with, size float32
			for c := range n {
				m, o := r.feat[i][3+c], mean[i*n+c]
				still += m * m
				with += (m - o) * (m - o)
				size += o * o
			}
			sigma2 := max(spread*spread, 0.15*size)
			u[i] = min(max((still-with)/(2*sigma2), -2.5), 2.5)
			if look != nil {
				u[i] += colour * look[i]
			}
		}
		next := s.reachable(s.cut(u, rule, 3), rule)
		if slices.Equal(next, in) {
			break
		}
		in = next
	}
	return in
}

// localMotion returns for each region the mean motion of the object's regions,
// near ones (within about sigma) counting most.
func (s *Scene) localMotion(in labels, sigma float64) []float32 {
	r := s.reg
	n := s.feat.n - 3
	var members []int32
	for i, on := range in {
		if on {
			members = append(members, int32(i))
		}
	}
	out := make([]float32, len(in)*n)
	for i := range in {
		var total float32
		row := out[i*n : (i+1)*n]
		for _, j := range members {
			dx, dy := float64(r.x[i]-r.x[j]), float64(r.y[i]-r.y[j])
			w := r.area[j] * float32(1/(1+math.Pow((dx*dx+dy*dy)/(sigma*sigma), 2))+1e-3)
			total += w
			for c := range row {
				row[c] += w * r.feat[j][3+c]
			}
		}
		for c := range row {
			row[c] /= max(total, 1e-6)
		}
	}
	return out
}
