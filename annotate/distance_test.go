package annotate

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestSquaredDistanceAgainstSearch(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		w, h := 1+rng.IntN(12), 1+rng.IntN(12)
		marked := make([]bool, w*h)
		for i := range marked {
			marked[i] = rng.IntN(6) == 0
		}
		got := SquaredDistance(marked, w, h)
		for i := range got {
			want := math.Inf(1)
			for j, m := range marked {
				if m {
					dx, dy := float64(i%w-j%w), float64(i/w-j/w)
					want = min(want, dx*dx+dy*dy)
				}
			}
			if got[i] != want {
				t.Fatalf("%dx%d pixel %d: %v, want %v", w, h, i, got[i], want)
			}
		}
	}
}

func TestInteriorIsTheDeepestPixel(t *testing.T) {
	b := NewBitmap(20, 10)
	for y := 1; y < 8; y++ {
		for x := 2; x < 9; x++ {
			b.Set(x, y, true) // a 7x7 square: its middle is (5, 4), 4 from the outside
		}
	}
	b.Set(15, 5, true)
	if x, y, depth, ok := b.Interior(); x != 5 || y != 4 || depth != 4 || !ok {
		t.Errorf("got (%d, %d), depth %v, %v", x, y, depth, ok)
	}
	if _, _, _, ok := NewBitmap(3, 3).Interior(); ok {
		t.Error("an empty bitmap has an interior")
	}
	full := FullMask(5, 9).Bitmap()
	if x, _, depth, ok := full.Interior(); x != 2 || depth != 3 || !ok {
		t.Errorf("full: column %d, depth %v", x, depth)
	}
}
