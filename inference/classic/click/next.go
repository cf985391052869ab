package click

import (
	"context"
	"math"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/classic/vision"
)

// reaches are the radii within which a corrective click acts, in parts of the
// frame's short side; its influence fades out over twice the radius.
var reaches = []float64{0.04, 0.08, 0.15, 0.25, 0.35}

// farthest is how far from a corrective click a region may lie that changes,
// in parts of the frame's short side.
const farthest = 0.35

// next corrects a mask by the last of the points. A positive click only adds
// and a negative one only removes pixels, connected with the click.
func (s *Scene) next(ctx context.Context, st *state, pts []annotate.Point) (*state, error) {
	p := pts[len(pts)-1]
	if st.full.At(int(p.X), int(p.Y)) == p.Positive {
		return &state{work: st.work, full: st.full, confidence: st.confidence}, nil
	}
	if st.full.Empty() {
		return s.first(ctx, pts)
	}
	edit, err := s.newEdit(st.work, pts)
	if err != nil {
		return nil, err
	}
	cands := edit.candidates()
	work, err := edit.apply(edit.best(cands))
	if err != nil {
		return nil, err
	}
	full, err := s.compose(st, work, pts)
	if err != nil {
		return nil, err
	}
	// A person looked at the mask and mended it: what is left is less wrong.
	return &state{work: work, full: full, confidence: st.confidence + 0.2*(1-st.confidence)}, ctx.Err()
}

// edit is one corrective click under way.
type edit struct {
	s     *Scene
	work  []uint8
	pts   []annotate.Point
	on    bool // what the click wants
	at    int32
	base  labels
	share []float32
	depth []float32 // signed distance of the regions to the mask's border
	away  []float32 // distance of the regions to the click
	geo   []float32
	rule  rules
}

// proposal is one possible change: regions that get the click's label.
type proposal struct {
	change labels
	cost   float64 // how much worse than its traits say such a change usually is
}

func (s *Scene) newEdit(work []uint8, pts []annotate.Point) (*edit, error) {
	p := pts[len(pts)-1]
	e := &edit{s: s, work: work, pts: pts, on: p.Positive, at: s.regionAt(p), share: s.shares(work)}
	e.base = make(labels, len(e.share))
	e.away = make([]float32, len(e.share))
	x, y := s.workPixel(p)
	for i, v := range e.share {
		e.base[i] = v > 0.5
		e.away[i] = float32(math.Hypot(float64(s.reg.x[i])-float64(x), float64(s.reg.y[i])-float64(y)))
	}
	e.geo = s.reg.geodesic([]int32{e.at}, 0.25, 0.5)
	e.rule = s.known([]int32{e.at})
	for _, q := range pts {
		e.rule[s.regionAt(q)] = -1
		if q.Positive {
			e.rule[s.regionAt(q)] = 1
		}
	}
	e.depth = make([]float32, len(e.share))
	dist, err := vision.SignedDistance(work, s.reg.w, s.reg.h)
	if err != nil {
		return nil, err
	}
	for q, r := range s.reg.of {
		e.depth[r] += dist.Pix[q] / s.reg.area[r]
	}
	return e, nil
}

// candidates are local cuts around the click, and what fresh guesses for the
// thing under the click would change.
func (e *edit) candidates() []proposal {
	var jobs []func() proposal
	for _, reach := range reaches {
		for _, pull := range []float32{0.5, 1.5} {
			jobs = append(jobs, func() proposal { return e.cut(reach, pull) })
		}
	}
	out := make([]proposal, len(jobs))
	each(len(jobs), func(i int) { out[i] = jobs[i]() })
	return append(append(out, e.spots()...), e.fresh()...)
}

// spotCost lets larger changes go first.
const spotCost = 0.28

// spotShares are the shares of the frame that the smallest changes cover.
var spotShares = []float64{0.001, 0.002, 0.004, 0.008}

// spots proposes what is nearest to the click along even surfaces: where
// nothing that can be told apart lies under the click, little must change.
func (e *edit) spots() []proposal {
	d := e.s.reg.geodesic([]int32{e.at}, 1, 0.5)
	limit := e.limit()
	out := make([]proposal, len(spotShares))
	for i, share := range spotShares {
		tau := e.s.radius(d, share)
		next := slices.Clone(e.base)
		for r, g := range d {
			if g <= tau && e.away[r] <= limit {
				next[r] = e.on
			}
		}
		out[i] = proposal{e.connected(next), spotCost}
	}
	return out
}

// fresh segments the thing under the click as if it were a first click, and
// proposes the part of it that lies near enough.
func (e *edit) fresh() []proposal {
	rule := make(rules, len(e.rule))
	for i, v := range e.rule {
		if (v > 0) != e.on && v != 0 {
			rule[i] = -1
		}
	}
	rule[e.at] = 1
	limit := e.limit()
	var out []proposal
	for _, thing := range e.s.things([]int32{e.at}, rule) {
		next := slices.Clone(e.base)
		for i, in := range thing.in {
			if in && e.away[i] <= limit {
				next[i] = e.on
			}
		}
		out = append(out, proposal{e.connected(next), 0.05})
	}
	return out
}

// cut proposes what a cut within reach of the click changes.
func (e *edit) cut(reach float64, pull float32) proposal {
	s := e.s
	radius := float32(reach * float64(min(s.reg.w, s.reg.h)))
	rho := e.ringGeodesic(radius)
	sign := float32(-1)
	if e.on {
		sign = 1
	}
	in := slices.Clone(e.base)
	infl := make([]float32, len(in))
	for i := range in {
		q := e.geo[i] / rho
		infl[i] = float32(math.Exp(-float64(q * q)))
		if infl[i] > 0.6 && e.away[i] <= radius {
			in[i] = e.on
		}
	}
	in[e.at] = e.on
	ratio := s.logRatio(in, nil, 4)
	u := make([]float32, len(in))
	rule := slices.Clone(e.rule)
	for i := range u {
		prev := pull * min(max(e.depth[i]/6, -1.5), 1.5)
		u[i] = prev*(1-infl[i]) + 6*sign*infl[i] + 0.5*ratio[i]
		if rule[i] == 0 && (e.away[i] > min(2*radius, e.limit()) || e.base[i] == e.on) {
			rule[i] = -1
			if e.base[i] {
				rule[i] = 1
			}
		}
	}
	return proposal{e.connected(s.cut(u, rule, 3)), 0.3 * reach}
}

// limit is farthest in working pixels.
func (e *edit) limit() float32 {
	return float32(farthest * float64(min(e.s.reg.w, e.s.reg.h)))
}

// ringGeodesic returns the 60th percentile of the geodesic distances of the
// regions at about the radius.
func (e *edit) ringGeodesic(radius float32) float32 {
	var v []float32
	for i, a := range e.away {
		if a > 0.8*radius && a < 1.2*radius {
			v = append(v, e.geo[i])
		}
	}
	if len(v) == 0 {
		return radius
	}
	slices.Sort(v)
	return max(v[len(v)*6/10], 1)
}

// connected returns the changed regions that hang together with the click.
func (e *edit) connected(next labels) labels {
	out := make(labels, len(next))
	out[e.at] = true
	stack := []int32{e.at}
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for _, ei := range e.s.reg.edge[i] {
			o := e.s.reg.edges[ei].other(i)
			if !out[o] && next[o] == e.on && e.base[o] != e.on && e.rule[o] == 0 {
				out[o] = true
				stack = append(stack, o)
			}
		}
	}
	return out
}

// apply changes the working mask and cuts the new outline pixel by pixel.
func (e *edit) apply(change labels) ([]uint8, error) {
	s := e.s
	work := slices.Clone(e.work)
	touched := make([]uint8, len(work))
	for p, r := range s.reg.of {
		touched[p] = 1
		if change[r] {
			touched[p] = 0
			work[p] = 0
			if e.on {
				work[p] = 1
			}
		}
	}
	far, err := vision.Distance(touched, s.reg.w, s.reg.h)
	if err != nil {
		return nil, err
	}
	dist, err := vision.SignedDistance(work, s.reg.w, s.reg.h)
	if err != nil {
		return nil, err
	}
	return s.outlineWhere(work, dist, e.pts, func(p int) bool {
		return far.Pix[p] <= outlineBand && math.Abs(float64(dist.Pix[p])) <= outlineBand
	})
}

// compose takes the new full-size mask where the working mask changed and the
// old one elsewhere.
func (s *Scene) compose(st *state, work []uint8, pts []annotate.Point) (annotate.Mask, error) {
	same := make([]uint8, len(work))
	for p := range work {
		if work[p] == st.work[p] {
			same[p] = 1
		}
	}
	far, err := vision.Distance(same, s.reg.w, s.reg.h)
	if err != nil {
		return annotate.Mask{}, err
	}
	fresh, err := s.sharpen(work)
	if err != nil {
		return annotate.Mask{}, err
	}
	out := st.full.Bitmap()
	parallel(s.h, func(from, to int) {
		for y := from; y < to; y++ {
			row := y * s.reg.h / s.h * s.reg.w
			for x := range s.w {
				if far.Pix[row+x*s.reg.w/s.w] <= 3 {
					out.Pix[y*s.w+x] = fresh.Pix[y*s.w+x]
				}
			}
		}
	})
	obey(out, pts)
	return annotate.MaskFromBitmap(out), nil
}
