package stride

import (
	"math"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// A mask between is never worth more than what it was made of.
func TestWorthOfAMaskBetween(t *testing.T) {
	p := &propagation{s: &Session{name: "engine"}}
	full, empty := annotate.FullMask(8, 8), annotate.EmptyMask(8, 8)
	at := func(frame int, confidence, score float64, joined bool) *anchor {
		r := annotate.NewResult(full, confidence, annotate.Tracked, "engine")
		r.Score = score
		return &anchor{frame: frame, result: r, mask: full, joined: joined}
	}
	for name, c := range map[string]struct {
		frame             int
		mask              annotate.Mask
		quality           float64
		before, after     *anchor
		confidence, score float64
	}{
		"the less sure side counts":  {2, full, 1, at(0, 0.8, 3, true), at(5, 0.4, 7, true), 0.95 * 0.4, 3},
		"also if it is the first":    {4, full, 1, at(0, 0.4, 3, true), at(5, 0.8, 7, true), 0.95 * 0.4, 7},
		"quality counts":             {1, full, 0.5, at(0, 0.8, 3, true), at(5, 0.8, 7, true), 0.95 * 0.4, 3},
		"after a cut":                {1, full, 1, at(0, 0.2, 3, false), at(5, 0.8, 7, true), 0.95 * 0.8, 7},
		"before a cut":               {4, full, 1, at(0, 0.8, 3, true), at(5, 0.2, 7, false), 0.95 * 0.8, 3},
		"an empty mask is no object": {1, empty, 1, at(0, 0.8, 3, true), at(5, 0.8, 7, true), 0.95 * 0.8, 0},
		"a hidden object":            {1, empty, 1, at(0, 0.8, -3, true), at(5, 0.8, -7, true), 0.95 * 0.8, -3},
	} {
		r := p.result(c.frame, c.mask, c.quality, c.before, c.after)
		if math.Abs(r.Confidence-c.confidence) > 1e-9 || r.Score != c.score {
			t.Errorf("%s: confidence %g, score %g; want %g, %g", name, r.Confidence, r.Score, c.confidence, c.score)
		}
		if r.Source != annotate.Warped || r.Engine != "engine" || r.IoU != 0 || r.Area != c.mask.Area() {
			t.Errorf("%s: %+v", name, r)
		}
	}
}

// Pixels of the frame lie between those of the field: the centre of pixel 0 is
// a quarter of a field pixel before that of field pixel 0.
func TestFieldAndFrameShareTheirEdges(t *testing.T) {
	const w, h = 24, 8
	squeeze := even(w/2, h/2, 0, 0)
	for i := range w / 2 * h / 2 {
		squeeze.V[2*i] = -float32(i % (w / 2)) // every pixel comes from x = 0.5
	}
	column := annotate.NewBitmap(w, h)
	for y := range h {
		column.Set(1, y, true)
	}
	mask := annotate.MaskFromBitmap(column)
	sure := make([]float32, w/2*h/2)
	for i := range sure {
		sure[i] = 0.25
	}
	got, quality := blend(w, h, []side{{mask.Bitmap(), mask.Bounds(), squeeze, sure, 1}})
	for x := 1; x < w-1; x++ {
		if !got.At(x, 4) {
			t.Errorf("column %d is off", x)
		}
	}
	if math.Abs(quality-0.25) > 1e-6 {
		t.Errorf("one side that is sure by 0.25 gives quality %g", quality)
	}
}
