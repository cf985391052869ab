package ask

import (
	"context"
	"math"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/promptnet"
)

const (
	// reach is the radius of the disc around a click that a change must touch,
	// in short sides of the picture.
	reach = 0.02
	// leastClose is the least side of a crop around a corrective click.
	leastClose = promptnet.LeastLookSide
)

// views are the crops in which a correction is looked at, in sides of the one
// around the whole object and the clicks: wide ones, and close ones around the
// last click.
var views = []struct {
	side  float64
	close bool
}{{1, false}, {1.6, false}, {0.6, true}, {0.35, true}}

// A correction's worth is what the network expects of it, and more yet how far the
// other views lead to the same mask; of like answers the smaller change is taken.
const (
	weightAgree  = 2
	weightChange = 0.3 // of the changed pixels in standing ones
)

// correct changes a standing mask by the last of the clicks. Of what the network
// would change, what hangs together with the click does change. The confidence is
// what the network expects times the agreement of the views: the IoU to expect,
// and no less than that of a standing mask which the click hardly changed.
func (f *Frame) correct(ctx context.Context, st *state, box *annotate.Box, pts []annotate.Point) (*state, error) {
	p := pts[len(pts)-1]
	bitmap := st.mask.Bitmap()
	prior := promptnet.Hard(bitmap)
	whole := promptnet.Around(st.mask.Bounds(), promptnet.Margin, promptnet.LeastSide, pts...)
	queries := make([]promptnet.Query, len(views))
	for i, v := range views {
		q := promptnet.Query{Picture: f.picture, Crop: whole, Points: pts, Box: box, Prior: prior}
		q.Crop.Side *= v.side
		if v.close {
			q.Crop = promptnet.Look(p, max(q.Crop.Side, leastClose))
		}
		queries[i] = q
	}
	answers, err := f.net.Segment(ctx, queries...)
	if err != nil {
		return nil, err
	}
	standing := float64(st.mask.Area())
	changes, masks := make([]change, len(answers)), make([]*shape, len(answers))
	for i, a := range answers {
		changes[i] = f.change(a, bitmap, p, views[i].close)
		masks[i] = changes[i].result(whole, bitmap)
	}
	best, sure := 0, 0.0
	for i := range changes {
		c, agree := &changes[i], 0.0
		for k := range masks {
			if k != i {
				agree += sameness(masks[i], masks[k]) / float64(len(masks)-1)
			}
		}
		changed := c.area() / standing
		c.worth = c.answer.IoU + weightAgree*agree - weightChange*changed - float64(c.broken(pts))
		if i == 0 || c.worth > changes[best].worth {
			best, sure = i, max(c.answer.IoU*agree, st.confidence-changed)
		}
	}
	m, err := f.compose(bitmap, changes[best], pts)
	if err != nil {
		return nil, err
	}
	return &state{mask: m, confidence: sure}, nil
}

// change is what one answer would change of a standing mask: the pixels of on,
// which get the label that the answer gives them.
type change struct {
	candidate
	before *shape // the standing mask
}

// change returns what an answer changes in connection with a click. Close crops
// change nothing at their border.
func (f *Frame) change(a promptnet.Answer, standing *annotate.Bitmap, p annotate.Point, closeUp bool) change {
	var before, differ shape
	px := float64(min(f.w, f.h)) / shortSide
	margin := 0
	if closeUp {
		margin = int(math.Ceil(2 * px / a.Crop.Step()))
	}
	for i, v := range a.P {
		x, y := a.Crop.From(float64(i%size), float64(i/size))
		ix, iy := int(math.Round(x)), int(math.Round(y))
		before[i] = standing.At(ix, iy)
		if u, w := i%size, i/size; u < margin || w < margin || u >= size-margin || w >= size-margin {
			continue
		}
		differ[i] = (v > 0.5) != before[i] && ix >= 0 && iy >= 0 && ix < f.w && iy < f.h
	}
	seeds := disc(a.Crop, p, max(reach*float64(min(f.w, f.h)), 2*px))
	return change{candidate{answer: a, on: differ.touching(seeds)}, &before}
}

// broken counts the clicks in the crop whose pixel would not have their label.
func (c change) broken(pts []annotate.Point) int {
	n := 0
	for _, p := range pts {
		if i, ok := pixelOf(c.answer.Crop, p); ok && (c.before[i] != c.on[i]) != p.Positive {
			n++
		}
	}
	return n
}

// result returns the mask that a change leads to, in the pixels of a crop.
func (c change) result(in promptnet.Crop, standing *annotate.Bitmap) *shape {
	var out shape
	for i := range out {
		x, y := in.From(float64(i%size), float64(i/size))
		out[i] = standing.At(int(math.Round(x)), int(math.Round(y)))
		u, v := c.answer.Crop.To(x, y)
		px, py := int(math.Round(u)), int(math.Round(v))
		if px >= 0 && py >= 0 && px < size && py < size && c.on[py*size+px] {
			out[i] = !c.before[py*size+px]
		}
	}
	return &out
}

// sameness returns the IoU of two masks in the same crop; that of two empty ones is 1.
func sameness(a, b *shape) float64 {
	both, either := 0, 0
	for i := range a {
		if a[i] || b[i] {
			either++
			if a[i] && b[i] {
				both++
			}
		}
	}
	if either == 0 {
		return 1
	}
	return float64(both) / float64(either)
}
