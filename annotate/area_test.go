package annotate

import (
	"math"
	"math/rand/v2"
	"testing"
)

// winding counts how often an outline runs around a position, edge by edge.
func winding(outline []Pt, x, y float64) int {
	n := 0
	for i, p := range outline {
		q := outline[(i+1)%len(outline)]
		switch side := (q.X-p.X)*(y-p.Y) - (x-p.X)*(q.Y-p.Y); {
		case p.Y <= y && q.Y > y && side > 0:
			n++
		case p.Y > y && q.Y <= y && side < 0:
			n--
		}
	}
	return n
}

func TestMaskFromOutlineHasWhatItRunsAround(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 2))
	for range 400 {
		w, h := 1+rng.IntN(30), 1+rng.IntN(30)
		outline := make([]Pt, 1+rng.IntN(9))
		for i := range outline {
			outline[i] = Pt{rng.Float64()*float64(w+20) - 10, rng.Float64()*float64(h+20) - 10}
		}
		b := MaskFromOutline(w, h, outline).Bitmap()
		for y := range h {
			for x := range w {
				if want := winding(outline, float64(x)+0.5, float64(y)+0.5) != 0; b.At(x, y) != want {
					t.Fatalf("pixel (%d,%d) of %dx%d is %v in %v", x, y, w, h, b.At(x, y), outline)
				}
			}
		}
	}
}

func TestMaskFromOutlineByHand(t *testing.T) {
	square := []Pt{{2, 2}, {6, 2}, {6, 5}, {2, 5}}
	if got := MaskFromOutline(10, 10, square).Area(); got != 12 {
		t.Errorf("4x3 corners hold %d pixels", got)
	}
	// Twice around, as a hand that goes on after it is closed.
	if got := MaskFromOutline(10, 10, append(square, square...)).Area(); got != 12 {
		t.Errorf("twice around holds %d pixels", got)
	}
	for _, o := range [][]Pt{nil, {{3, 3}}, {{3, 3}, {8, 8}}, {{-9, -9}, {-3, -9}, {-3, -3}}, {{math.NaN(), 1}, {5, 5}, {1, 5}}} {
		if m := MaskFromOutline(10, 10, o); o == nil && !m.Empty() || m.Area() > 30 {
			t.Errorf("%v holds %d pixels", o, m.Area())
		}
	}
	if got := MaskFromOutline(10, 10, []Pt{{-100, -100}, {100, -100}, {100, 100}, {-100, 100}}); !got.Equal(FullMask(10, 10)) {
		t.Errorf("an outline around the frame holds %d pixels", got.Area())
	}
}
