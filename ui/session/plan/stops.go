package plan

import (
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// Stop is where a scene cut ended the track of an object: Frame is the first one
// beyond the cut, in the direction of tracking, that has nothing to track from.
type Stop struct {
	annotate.FrameKey
	Backward bool
}

// Stops returns where cuts ended the tracks of a run.
func Stops(d *annotate.Document, req *inference.PropagateRequest) []Stop {
	var out []Stop
	for _, id := range req.Objects {
		keys := Guides(d, id)
		rs := d.Stretches(id)
		guided := func(i int) bool { return slices.ContainsFunc(keys, rs[i].Contains) }
		for i := range rs {
			if !guided(i) {
				continue
			}
			next, before := rs[i].Last+1, rs[i].First-1
			if req.Direction != inference.Backward && i+1 < len(rs) && rs[i+1].First == next && next <= req.Range.Last && !guided(i+1) {
				out = append(out, Stop{annotate.FrameKey{Object: id, Frame: next}, false})
			}
			if req.Direction != inference.Forward && i > 0 && rs[i-1].Last == before && before >= req.Range.First && !guided(i-1) {
				out = append(out, Stop{annotate.FrameKey{Object: id, Frame: before}, true})
			}
		}
	}
	return out
}
