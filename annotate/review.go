package annotate

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// ReviewItem is a frame of an object that the user should look at.
type ReviewItem struct {
	Key     FrameKey
	Badness float64 // 0..1: how likely the mask is bad
	Reason  string  // the main cause in a few words
}

// ReviewInput is what RankForReview needs of one object: a snapshot, so that
// the ranking can run on another goroutine than the document's.
type ReviewInput struct {
	Object ObjectID
	Frames []int    // with a result, in order
	Result []Result // of the same length
	Fixed  []bool   // true: the user made, accepted or looked at it, so it is not reviewed
	// Checked are those of Fixed that tracking made and the user found good.
	Checked []bool
}

// ReviewSnapshot collects the input for the ranking of one object. looked may
// be nil; frames for which it reports true were looked at.
func (d *Document) ReviewSnapshot(id ObjectID, looked func(frame int) bool) ReviewInput {
	in := ReviewInput{Object: id, Frames: d.ResultFrames(id)}
	for _, f := range in.Frames {
		k := FrameKey{id, f}
		_, prompted := d.prompts[k]
		in.Result = append(in.Result, d.results[id][f])
		checked := !prompted && (d.protected[k] || looked != nil && looked(f))
		in.Fixed = append(in.Fixed, prompted || checked)
		in.Checked = append(in.Checked, checked)
	}
	return in
}

// Review thresholds. A mask that changes its area by less than areaCalm, or
// overlaps its shifted predecessor by more than overlapCalm, is no sign of a
// mistake in itself; both were chosen so that the true masks of moving objects
// are not listed.
const (
	areaCalm    = 0.25 // share of the larger area
	overlapCalm = 0.70 // IoU
	reviewFrom  = 0.5  // least badness of a suspect
	reviewApart = 5    // a worse frame this near stands for its neighbours
)

// Suspect reports whether the mask is more likely bad than good.
func (it ReviewItem) Suspect() bool { return it.Badness >= reviewFrom }

// RankForReview returns the frames to look at, worst first: those whose mask is
// likely bad, and where nothing is suspect the least certain ones (see spots),
// since a mask can be wrong without a sign of it. The badness of a
// frame joins independent signs as probabilities: the engine's low
// confidence, a jump of the area against the frame before, and a poor overlap
// with the mask before it once that is moved to the same centre; a fourth is that it
// lost thin parts that the nearest mask of the user has. Of suspects
// that lie close together only the worst is listed. It stops with ctx's error
// when cancelled, and with the error of a mask that cannot be read.
func RankForReview(ctx context.Context, inputs []ReviewInput) ([]ReviewItem, error) {
	var out []ReviewItem
	for _, in := range inputs {
		items, err := rankObject(ctx, in)
		if err != nil {
			return nil, err
		}
		out = append(out, items...)
	}
	slices.SortStableFunc(out, worseFirst)
	return out, nil
}

func worseFirst(a, b ReviewItem) int {
	return cmp.Or(cmp.Compare(b.Badness, a.Badness), cmp.Compare(a.Key.Frame, b.Key.Frame), cmp.Compare(a.Key.Object, b.Key.Object))
}

func rankObject(ctx context.Context, in ReviewInput) ([]ReviewItem, error) {
	all := make([]ReviewItem, len(in.Frames))
	thin, err := newThinShares(in)
	if err != nil {
		return nil, err
	}
	var suspects []ReviewItem
	var before Mask
	for i, f := range in.Frames {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m, err := in.Result[i].Mask.Load()
		if err != nil {
			return nil, err
		}
		var prev *Result
		if i > 0 && in.Frames[i-1] == f-1 {
			prev = &in.Result[i-1]
		}
		all[i] = judge(FrameKey{in.Object, f}, in.Result[i], prev, m, before)
		all[i].missesThin(thin.kept(in, i, m))
		if !in.Fixed[i] && all[i].Suspect() {
			suspects = append(suspects, all[i])
		}
		before = m
	}
	suspects = thinOut(suspects)
	return append(suspects, spots(in, all, suspects)...), nil
}

// judge returns the badness of one result; prev is the result on the frame
// before, if there is one, and pm its mask.
func judge(k FrameKey, r Result, prev *Result, m, pm Mask) ReviewItem {
	low := 1 - min(1, max(0, r.Confidence))
	jump, apart := 0.0, 0.0
	// Where the object goes out of view the masks cannot be compared: there
	// the engine's confidence alone speaks.
	if prev != nil && prev.Area > 0 && r.Area > 0 {
		change := 1 - float64(min(prev.Area, r.Area))/float64(max(prev.Area, r.Area))
		jump = 0.9 * ramp(change, areaCalm, 0.8)
		apart = 0.7 * ramp(1-shiftedIoU(pm, m), 1-overlapCalm, 0.9)
	}
	it := ReviewItem{Key: k, Badness: 1 - (1-low)*(1-jump)*(1-apart), Reason: "low confidence"}
	switch {
	case jump > low && jump >= apart:
		it.Reason = "size jump"
	case apart > low:
		it.Reason = "shape jump"
	}
	return it
}

// missesThin adds that the mask has only a share of the thin parts that it should have.
func (it *ReviewItem) missesThin(kept float64) {
	thin := 0.7 * ramp(1-kept, 0.4, 0.8)
	if thin > it.Badness {
		it.Reason = "thin parts lost"
	}
	it.Badness = 1 - (1-it.Badness)*(1-thin)
}

// ramp rises from 0 at lo to 1 at hi.
func ramp(x, lo, hi float64) float64 { return min(1, max(0, (x-lo)/(hi-lo))) }

// thinOut keeps of each cluster of near frames the worst.
func thinOut(items []ReviewItem) []ReviewItem {
	slices.SortStableFunc(items, worseFirst)
	var out []ReviewItem
	for _, it := range items {
		near := slices.ContainsFunc(out, func(o ReviewItem) bool {
			d := o.Key.Frame - it.Key.Frame
			return max(d, -d) <= reviewApart
		})
		if !near {
			out = append(out, it)
		}
	}
	return out
}

// shiftedIoU returns the IoU of b with a moved so that the centroids meet.
func shiftedIoU(a, b Mask) float64 {
	ax, ay, okA := a.Centroid()
	bx, by, okB := b.Centroid()
	if !okA || !okB {
		return 0
	}
	iou, err := IoU(a.shift(int(math.Round(bx-ax)), int(math.Round(by-ay))), b)
	if err != nil {
		return 0
	}
	return iou
}

// shift moves the mask; what leaves the frame is lost.
func (m Mask) shift(dx, dy int) Mask {
	e := runEncoder{}
	at := 0
	m.each(func(x, y0, y1 int) {
		x, y0, y1 = x+dx, max(0, y0+dy), min(m.h, y1+dy)
		if x < 0 || x >= m.w || y0 >= y1 {
			return
		}
		start := x*m.h + y0
		e.add(uint32(start-at), false)
		e.add(uint32(y1-y0), true)
		at = start + y1 - y0
	})
	e.add(uint32(m.w*m.h-at), false)
	return Mask{w: m.w, h: m.h, runs: e.finish()}
}
