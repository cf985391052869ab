package click

import (
	"cmp"
	"math"
	"slices"
)

// hypothesis is one guess and how much its making speaks for it.
type hypothesis struct {
	in    labels
	bonus float64
}

// guess is one hypothesis with its rank.
type guess struct {
	in    labels
	t     traits
	own   float64 // from its traits alone
	score float64 // with its agreement with the others
}

// rank puts the guess first that agrees best with all others, each weighed by
// its own score: with doubtful scores the best expected IoU beats the best score.
func (s *Scene) rank(hyps []hypothesis, start []int32, extra func(labels, traits) float64) []guess {
	out := make([]guess, len(hyps))
	each(len(hyps), func(i int) {
		t := s.traits(hyps[i].in, start)
		out[i] = guess{in: hyps[i].in, t: t, own: t.score() + hyps[i].bonus}
		if extra != nil {
			out[i].own += extra(hyps[i].in, t)
		}
	})
	s.agree(out)
	slices.SortStableFunc(out, func(a, b guess) int { return cmp.Compare(b.score, a.score) })
	return out
}

// agree sets the score of each guess from its own and its expected IoU.
func (s *Scene) agree(g []guess) {
	top := math.Inf(-1)
	for _, x := range g {
		top = max(top, x.own)
	}
	each(len(g), func(i int) {
		var sum, weight float64
		for k := range g {
			o := &g[k] // not all of it: the others' scores are being set
			w := math.Exp(8 * (o.own - top))
			sum += w * s.iou(g[i].in, o.in)
			weight += w
		}
		g[i].score = 0.5*g[i].own + 0.5*sum/weight
	})
}

// trimmed returns trimmed versions of the best guesses.
func (s *Scene) trimmed(ranked []guess, trim func(labels) labels) []hypothesis {
	out := make([]hypothesis, min(8, len(ranked)))
	each(len(out), func(i int) { out[i] = hypothesis{trim(ranked[i].in), trimBonus} })
	return out
}

// confidence tells good first masks from bad ones: both the traits of the best
// guess and its agreement with the others must speak for it. The line was fitted
// to the true IoU of one-click masks.
func (s *Scene) confidence(ranked []guess) float64 {
	best := ranked[0]
	agreement := 2*best.score - best.own
	return min(max(0.8*(best.t.score()+trimBonus)*agreement-0.1, 0.05), 0.98)
}

// iou compares two labellings by area.
func (s *Scene) iou(a, b labels) float64 {
	var both, either float32
	for i, v := range s.reg.area {
		if a[i] && b[i] {
			both += v
		}
		if a[i] || b[i] {
			either += v
		}
	}
	return float64(both) / math.Max(float64(either), 1)
}

// areaShare returns the share of the frame that a labelling covers.
func (s *Scene) areaShare(in labels) float64 {
	var sum float32
	for i, on := range in {
		if on {
			sum += s.reg.area[i]
		}
	}
	return float64(sum) / float64(s.reg.w*s.reg.h)
}
