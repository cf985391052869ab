package click

import (
	"math"
	"slices"
)

const (
	// trimLambda weighs the outline against the colours when trimming.
	trimLambda = 3
	// trimBonus is how much better than its traits say a trimmed guess is.
	trimBonus = 0.1
)

// trim takes off what looks like the surroundings. Motion is blurred across
// outlines, so that a moving thing drags a rim of background along: here colour
// alone decides, object against the ring around it, near examples first.
func (s *Scene) trim(in labels, rule rules, lambda float32) labels {
	for range 2 {
		next := s.trimOnce(in, rule, lambda)
		if slices.Equal(next, in) || !slices.Contains(next, true) {
			break
		}
		in = next
	}
	return in
}

func (s *Scene) trimOnce(in labels, rule rules, lambda float32) labels {
	r := s.reg
	var area float32
	for i, on := range in {
		if on {
			area += r.area[i]
		}
	}
	ring := s.ring(in, float32(0.35*math.Sqrt(float64(area)))+6)
	var members []int32
	fixed := slices.Clone(rule)
	for i := range in {
		if in[i] || ring[i] > 0 {
			members = append(members, int32(i))
		} else if fixed[i] == 0 {
			fixed[i] = -1
		}
	}
	u := make([]float32, len(in))
	near := float32(0.15 * float64(min(r.w, r.h)))
	for _, i := range members {
		var o, b, no, nb float32
		for _, j := range members {
			if i == j {
				continue
			}
			dx, dy := r.x[i]-r.x[j], r.y[i]-r.y[j]
			w := r.area[j] / (1 + (dx*dx+dy*dy)/(near*near))
			k := w * colourLikeness(r.feat[i], r.feat[j])
			if in[j] {
				o, no = o+k, no+w
			} else {
				b, nb = b+k, nb+w
			}
		}
		l := math.Log(float64(o/max(no, 1)+0.01) / float64(b/max(nb, 1)+0.01))
		u[i] = float32(min(max(l, -3), 3))
		if in[i] {
			u[i] += 0.2
		} else {
			u[i] -= 0.4
		}
	}
	return s.cut(u, fixed, lambda)
}

// colourLikeness falls from 1 to 0 with the colour distance of two regions.
func colourLikeness(a, b []float32) float32 {
	const width2 = 7 * 7
	l, u, v := a[0]-b[0], a[1]-b[1], a[2]-b[2]
	// Shadows change the lightness of a surface more than its hue.
	q := (0.6*l*l + 1.5*u*u + 1.5*v*v) / width2
	return 1 / (1 + q*q)
}
