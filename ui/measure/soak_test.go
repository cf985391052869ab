package measure

import (
	"math"
	"testing"
)

// The slope is that of what grows with the frames of Phase 2, once caches are full.
func TestSlopeIsOfTheSecondHalfOfPhaseTwo(t *testing.T) {
	var samples []SoakSample
	for i := range 20 {
		samples = append(samples, SoakSample{Phase: 1, Done: 50 * i, RSSMB: float64(100 * i)})
	}
	for i := range 20 {
		samples = append(samples, SoakSample{Phase: 2, Done: 50 * i, RSSMB: 500 + 3*float64(50*i)/1000 + 400*float64(max(0, 10-i))})
	}
	if got := slope(samples); math.Abs(got-3) > 1e-6 {
		t.Errorf("slope %g, want 3 MB per 1,000 frames", got)
	}
	if got := slope(nil); got != 0 {
		t.Errorf("slope of nothing: %g", got)
	}
}

// Drawn frames differ, lie within the picture, and come again after a round.
func TestDrawnFramesMove(t *testing.T) {
	v := Synthetic(96, 54, 400)
	sum := func(i int) (n int) {
		img, err := v.Frame(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		for j, p := range img.Pix {
			n += int(p) * (j%997 + 1)
		}
		return n
	}
	if sum(0) == sum(20) || sum(3) != sum(151) {
		t.Errorf("frames 0, 20, 3, 151: %d %d %d %d", sum(0), sum(20), sum(3), sum(151))
	}
}
