package click

import (
	"context"
	"math"
	"slices"

	"github.com/masklet/masklet/annotate"
)

// boxed answers a box: the object fills it from side to side.
func (s *Scene) boxed(ctx context.Context, b annotate.Box) (*state, error) {
	inside := s.regionsIn(b)
	rule := s.known(nil)
	for i, in := range inside {
		if !in {
			rule[i] = -1
		}
	}
	cx, cy := (b.X0+b.X1)/2, (b.Y0+b.Y1)/2
	centre := s.regionAt(annotate.Point{X: min(cx, float64(s.w)-0.5), Y: min(cy, float64(s.h)-0.5)})
	hyps := s.fromBox(b, rule, inside)
	hyps = slices.DeleteFunc(hyps, func(h hypothesis) bool { return !slices.Contains(h.in, true) })
	if len(hyps) == 0 {
		hyps = []hypothesis{{in: inside}}
	}
	fit := func(in labels, t traits) float64 {
		touch, fill := s.boxFit(in, b)
		return 0.8*touch - 0.15*t.central - 3*max(0.15-fill, 0) - 3*max(fill-0.85, 0)
	}
	ranked := s.rank(hyps, []int32{centre}, fit)
	hyps = append(hyps, s.trimmed(ranked, func(in labels) labels { return s.largest(s.trim(in, rule, trimLambda)) })...)
	return s.finish(ctx, s.rank(hyps, []int32{centre}, fit), nil, &b)
}

// regionsIn returns the regions of which at least half lies in the box.
func (s *Scene) regionsIn(b annotate.Box) labels {
	full := make([]uint8, len(s.reg.of))
	for i := range full {
		full[i] = 1
	}
	s.clipTo(full, b)
	share := s.shares(full)
	in := make(labels, len(share))
	any := false
	for i, v := range share {
		in[i] = v >= 0.5
		any = any || in[i]
	}
	if !any {
		in[s.regionAt(annotate.Point{X: (b.X0 + b.X1) / 2, Y: (b.Y0 + b.Y1) / 2})] = true
	}
	return in
}

// fromBox returns the guesses for a box.
func (s *Scene) fromBox(b annotate.Box, rule rules, inside labels) []hypothesis {
	sx, sy := float64(s.reg.w)/float64(s.w), float64(s.reg.h)/float64(s.h)
	cx, cy := (b.X0+b.X1)/2*sx, (b.Y0+b.Y1)/2*sy
	rx, ry := max((b.X1-b.X0)/2*sx, 0.5), max((b.Y1-b.Y0)/2*sy, 0.5)
	ellipse := func(i int) float64 {
		return math.Hypot((float64(s.reg.x[i])-cx)/rx, (float64(s.reg.y[i])-cy)/ry)
	}
	around := make(labels, len(rule))
	for i := range around {
		around[i] = math.Abs(float64(s.reg.x[i])-cx) < 2*rx+2 && math.Abs(float64(s.reg.y[i])-cy) < 2*ry+2
	}
	var jobs []func() labels
	for _, size := range []float64{0.5, 0.75, 1} {
		for _, strength := range []float64{0, 0.6, 1.2} {
			for _, within := range []labels{nil, around} {
				jobs = append(jobs, func() labels {
					in := make(labels, len(rule))
					prior := make([]float32, len(rule))
					for i := range in {
						e := ellipse(i)
						in[i] = inside[i] && e < size
						prior[i] = float32(strength * min(max(1-e, -1), 1))
					}
					return s.largest(s.refineRaw(in, within, prior, rule, 4, 3))
				})
			}
		}
	}
	for _, colour := range []float32{0, 0.5} {
		for _, spread := range []float32{1.2, 2.5} {
			if s.feat.n > 3 {
				jobs = append(jobs, func() labels {
					in := make(labels, len(rule))
					for i := range in {
						in[i] = inside[i] && ellipse(i) < 0.6
					}
					return s.largest(s.growMotion(in, rule, colour, spread, func(l labels) labels { return l }))
				})
			}
		}
	}
	return run(jobs)
}

// refineRaw is refine without a click that the parts must hold.
func (s *Scene) refineRaw(in, within labels, prior []float32, rule rules, rounds int, lambda float32) labels {
	for range rounds {
		u := s.logRatio(in, within, 4)
		for i := range u {
			u[i] = 0.5*u[i] + prior[i]
		}
		next := s.cut(u, rule, lambda)
		if slices.Equal(next, in) || !slices.Contains(next, true) {
			break
		}
		in = next
	}
	return in
}

// largest keeps the parts of at least a tenth of the largest part's area.
func (s *Scene) largest(in labels) labels {
	part := make([]int, len(in))
	var areas []float32
	for i := range in {
		if !in[i] || part[i] > 0 {
			continue
		}
		areas = append(areas, 0)
		id := len(areas)
		part[i] = id
		stack := []int32{int32(i)}
		for len(stack) > 0 {
			j := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			areas[id-1] += s.reg.area[j]
			for _, e := range s.reg.edge[j] {
				if o := s.reg.edges[e].other(j); in[o] && part[o] == 0 {
					part[o] = id
					stack = append(stack, o)
				}
			}
		}
	}
	out := make(labels, len(in))
	if len(areas) == 0 {
		return out
	}
	top := slices.Max(areas)
	for i, id := range part {
		out[i] = id > 0 && areas[id-1] >= top/10
	}
	return out
}

// boxFit returns the share of the box's sides that the labelling reaches
// within 8 % of the box, and the share of the box that it fills.
func (s *Scene) boxFit(in labels, b annotate.Box) (touch, fill float64) {
	sx, sy := float64(s.w)/float64(s.reg.w), float64(s.h)/float64(s.reg.h)
	x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	area := 0.0
	for p, r := range s.reg.of {
		if in[r] {
			x, y := float64(p%s.reg.w)*sx, float64(p/s.reg.w)*sy
			x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x+sx), max(y1, y+sy)
			area += sx * sy
		}
	}
	w, h := b.X1-b.X0, b.Y1-b.Y0
	for _, ok := range []bool{x0 <= b.X0+0.08*w, x1 >= b.X1-0.08*w, y0 <= b.Y0+0.08*h, y1 >= b.Y1-0.08*h} {
		if ok {
			touch += 0.25
		}
	}
	return touch, area / (w * h)
}
