package click

import (
	"math"
	"slices"
)

// best returns the change whose mask has the best expected score.
func (e *edit) best(cands []proposal) labels {
	j := e.newJudge()
	g := make([]guess, len(cands))
	each(len(cands), func(i int) {
		g[i].in = e.changed(cands[i].change)
		g[i].own = j.score(cands[i], g[i].in)
	})
	e.s.agree(g)
	best := 0
	for i := range g {
		if g[i].score > g[best].score {
			best = i
		}
	}
	return cands[best].change
}

// changed returns the mask with a change made.
func (e *edit) changed(change labels) labels {
	in := slices.Clone(e.base)
	for i, c := range change {
		if c {
			in[i] = e.on
		}
	}
	return in
}

// judge scores changes. It holds what all changes of one click share.
type judge struct {
	*edit
	whole  float64   // share of the frame that the mask covers
	motion float64   // how the mask differs in motion from its surroundings
	ratio  []float32 // how much more each region looks like the mask than like the rest
}

func (e *edit) newJudge() judge {
	return judge{e, e.s.areaShare(e.base), e.s.traits(e.base, []int32{e.at}).motion, e.s.logRatio(e.base, nil, 4)}
}

// score predicts how much better the mask in, which a change led to, is than
// others. People click in the middle of what is wrong, so the click should be
// deep in the change; and what changes should look and move like what it
// becomes, have a clear new outline, and lie near the old one. The weights are
// few and rounded; those of the last four traits were found on several frames
// of each of ten clips, and leaving a clip out of the search costs nothing on it.
func (j judge) score(p proposal, in labels) float64 {
	after, part := j.s.traits(in, []int32{j.at}), j.s.traits(p.change, []int32{j.at})
	after.central = 0
	v := after.score() + 0.4*part.edge - 0.25*part.inner + 0.5*part.central - p.cost
	v += 0.05 * min(math.Log(part.area+1e-6), -4)
	// A wrong large change costs more than a right one gains.
	v -= 0.6 * min(part.area/max(j.whole, 1e-6), 1.5)
	likeness, depth := j.average(p.change)
	v += 0.45*min(max(after.motion-j.motion, -1), 1) + 0.2*likeness
	return v + 0.15*j.newOutline(in) - 0.02*min(depth, 20)
}

// average returns two means over a change: of the log ratio of what it becomes
// against what it was, and of its distance from the mask's border.
func (j judge) average(change labels) (likeness, depth float64) {
	var area float64
	for i, c := range change {
		if c {
			a := float64(j.s.reg.area[i])
			area += a
			likeness += a * float64(j.ratio[i])
			depth += a * math.Abs(float64(j.depth[i]))
		}
	}
	if !j.on {
		likeness = -likeness
	}
	return likeness / max(area, 1), depth / max(area, 1)
}

// newOutline returns the mean strength of the borders that are outline in a
// mask and were not before.
func (j judge) newOutline(in labels) float64 {
	var length, strength float64
	for i, b := range j.s.reg.edges {
		if in[b.a] != in[b.b] && j.base[b.a] == j.base[b.b] {
			length += float64(b.length)
			strength += float64(b.length * j.s.con.strength[i])
		}
	}
	return strength / max(length, 1)
}
