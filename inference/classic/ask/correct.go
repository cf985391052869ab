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

// closer are the sides of the crops around a corrective click, in sides of the
// one around the whole object.
var closer = []float64{0.6, 0.35}

// correct changes a standing mask by the last of the clicks. Of what the network
// would change, what hangs together with the click does change.
func (f *Frame) correct(ctx context.Context, st *state, box *annotate.Box, pts []annotate.Point) (*state, error) {
	p := pts[len(pts)-1]
	bitmap := st.mask.Bitmap()
	prior := promptnet.Hard(bitmap)
	wide := promptnet.Around(st.mask.Bounds(), promptnet.Margin, promptnet.LeastSide, pts...)
	crops := []promptnet.Crop{wide}
	for _, s := range closer {
		crops = append(crops, promptnet.Look(p, max(wide.Side*s, leastClose)))
	}
	queries := make([]promptnet.Query, len(crops))
	for i, c := range crops {
		queries[i] = promptnet.Query{Picture: f.picture, Crop: c, Points: pts, Box: box, Prior: prior}
	}
	answers, err := f.net.Segment(ctx, queries...)
	if err != nil {
		return nil, err
	}
	standing := float64(st.mask.Area())
	var best change
	for i, a := range answers {
		c := f.change(a, bitmap, p, i > 0)
		c.worth = a.IoU - 0.5*c.area()/standing - float64(c.broken(pts))
		if i == 0 || c.worth > best.worth {
			best = c
		}
	}
	m, err := f.compose(bitmap, best, pts)
	if err != nil {
		return nil, err
	}
	return &state{mask: m, confidence: max(best.answer.IoU, st.confidence+0.2*(1-st.confidence))}, nil
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
