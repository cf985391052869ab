package classic

import (
	"testing"

	"github.com/masklet/masklet/annotate"
)

// thinRadius makes parts that are narrower than about seven pixels thin: a leash,
// spokes, legs far away.
const thinRadius = 3

// thinParts returns the pixels of a mask that no disc of thinRadius inside it
// covers: the mask without its opening.
func thinParts(m annotate.Mask) []bool {
	b := m.Bitmap()
	outside, core := make([]bool, len(b.Pix)), make([]bool, len(b.Pix))
	for i, v := range b.Pix {
		outside[i] = v == 0
	}
	const r2 = thinRadius * thinRadius
	for i, d := range annotate.SquaredDistance(outside, b.W, b.H) {
		core[i] = d > r2
	}
	thin := annotate.SquaredDistance(core, b.W, b.H)
	out := make([]bool, len(b.Pix))
	for i, v := range b.Pix {
		out[i] = v != 0 && thin[i] > r2
	}
	return out
}

// thinRecall returns how many pixels of the true mask's thin parts there are, and
// how many of them a mask has.
func thinRecall(m, truth annotate.Mask) (have, all int) {
	b := m.Bitmap()
	for i, thin := range thinParts(truth) {
		if thin {
			all++
			if b.Pix[i] != 0 {
				have++
			}
		}
	}
	return have, all
}

// thinRecall is the share of the thin parts that the masks of a run have.
func (c clipScore) thinRecall() float64 { return float64(c.thin) / float64(max(c.ofThin, 1)) }

func TestThinParts(t *testing.T) {
	b := annotate.NewBitmap(80, 40)
	for y := range 40 {
		for x := range 80 {
			body := (x-20)*(x-20)+(y-20)*(y-20) < 144
			b.Set(x, y, body || x > 20 && x < 70 && y >= 18 && y < 22) // with a rod of 4 pixels
		}
	}
	whole := annotate.MaskFromBitmap(b)
	for x := 40; x < 80; x++ {
		for y := range 40 {
			b.Set(x, y, false)
		}
	}
	have, all := thinRecall(annotate.MaskFromBitmap(b), whole)
	if all < 30*4 || all > 42*4 {
		t.Errorf("%d pixels are thin, the rod has about 152 outside of the disc", all)
	}
	if share := float64(have) / float64(all); share < 0.1 || share > 0.35 {
		t.Errorf("with a fifth of the rod the recall is %.2f", share)
	}
}
