package click

import "slices"

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

func (s *Scene) mover(start []int32, rule rules, colour, spread float32) labels {
	r := s.reg
	reach := 0.05 * float64(min(r.w, r.h))
	in := make(labels, len(rule))
	for i := range in {
		in[i] = float64(s.nearest(start, i)) <= reach
	}
	return s.growMotion(in, rule, colour, spread, func(l labels) labels { return s.reachable(l, rule) })
}

// growMotion starts with the motion inside in. Each round cuts by motion and
// colour and then takes the local mean motion of what it found as the object's
// motion there, so that limbs may move differently. keep chooses the parts
// that go on.
func (s *Scene) growMotion(in labels, rule rules, colour, spread float32, keep func(labels) labels) labels {
	r := s.reg
	n := s.feat.n - 3
	for range 4 {
		u := make([]float32, len(in))
		var look []float32
		if colour > 0 {
			look = s.logRatio(in, nil, 4)
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
		next := keep(s.cut(u, rule, 3))
		if slices.Equal(next, in) || !slices.Contains(next, true) {
			break
		}
		in = next
	}
	return in
}

// motionCell is the side in working pixels of the cells in which localMotion
// averages.
const motionCell = 16

// localMotion returns for each region the mean motion of the object's regions,
// near ones (within about sigma) counting most.
func (s *Scene) localMotion(in labels, sigma float64) []float32 {
	r := s.reg
	n := s.feat.n - 3
	nx, ny := r.w/motionCell+1, r.h/motionCell+1
	cell := func(i int) int { return int(r.y[i])/motionCell*nx + int(r.x[i])/motionCell }
	sum := make([]float32, nx*ny*(n+1))
	for i, on := range in {
		if !on {
			continue
		}
		row := sum[cell(i)*(n+1):]
		row[n] += r.area[i]
		for c := range n {
			row[c] += r.area[i] * r.feat[i][3+c]
		}
	}
	scale := float32(motionCell * motionCell / (sigma * sigma))
	mean := make([]float32, nx*ny*n)
	for to := range nx * ny {
		var total float32
		row := mean[to*n : (to+1)*n]
		for from := range nx * ny {
			if sum[from*(n+1)+n] == 0 {
				continue
			}
			dx, dy := float32(to%nx-from%nx), float32(to/nx-from/nx)
			q := (dx*dx + dy*dy) * scale
			w := 1/(1+q*q) + 1e-3
			total += w * sum[from*(n+1)+n]
			for c := range row {
				row[c] += w * sum[from*(n+1)+c]
			}
		}
		for c := range row {
			row[c] /= max(total, 1e-6)
		}
	}
	out := make([]float32, len(in)*n)
	for i := range in {
		copy(out[i*n:(i+1)*n], mean[cell(i)*n:])
	}
	return out
}
