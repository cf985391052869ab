package stride

import (
	"github.com/masklet/masklet/annotate"
)

// result says what a mask between two anchors is worth: never more than the
// less sure of them, and the less the further the sides are apart.
func (p *propagation) result(frame int, mask annotate.Mask, quality float64, before, after *anchor) annotate.Result {
	sure := min(before.result.Confidence, after.result.Confidence)
	nearest := before
	switch {
	case !before.joined && after.joined:
		sure, nearest = after.result.Confidence, after
	case before.joined && !after.joined:
		sure = before.result.Confidence
	case after.frame-frame < frame-before.frame:
		nearest = after
	}
	r := annotate.NewResult(mask, warpedSure*sure*quality, annotate.Warped, p.s.name)
	r.Score = nearest.result.Score
	if r.Area == 0 {
		r.Score = min(r.Score, 0) // not visible
	}
	return r
}

// warpedSure keeps what was filled in below what was tracked.
const warpedSure = 0.95
