package vision

import (
	"image"
	"math/rand/v2"
	"testing"
)

// The part of a reduced frame has the very pixels of the frame reduced whole.
func TestReducedPartEqualsTheWhole(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct{ w, h, sw, sh int }{{120, 90, 60, 45}, {120, 90, 40, 30}, {121, 90, 60, 45}, {7, 5, 1, 1}} {
		full := image.NewRGBA(image.Rect(0, 0, c.w, c.h))
		for i := range full.Pix {
			full.Pix[i] = uint8(rng.IntN(256))
		}
		want, err := ResizeRGBA(full, c.sw, c.sh)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range []image.Rectangle{want.Rect, image.Rect(0, 0, 1, 1), image.Rect(c.sw-1, c.sh-1, c.sw, c.sh), image.Rect(c.sw/3, c.sh/4, c.sw/2+1, c.sh/2+1), {}} {
			got, err := reduce(full, c.sw, c.sh, r)
			if err != nil {
				t.Fatal(err)
			}
			for y := r.Min.Y; y < r.Max.Y; y++ {
				for x := r.Min.X; x < r.Max.X; x++ {
					if got.RGBAAt(x, y) != want.RGBAAt(x, y) {
						t.Fatalf("%+v, part %v: pixel %d, %d is %v, want %v", c, r, x, y, got.RGBAAt(x, y), want.RGBAAt(x, y))
					}
				}
			}
		}
	}
}
