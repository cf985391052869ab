package annotate

import (
	"image"
	"math/rand/v2"
	"testing"
)

// A part at any place, in the frame or not, has the pixels of a bitmap of the whole
// frame, and is read back as it was.
func TestMaskFromPart(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 1))
	for range 300 {
		w, h := 1+rng.IntN(20), 1+rng.IntN(20)
		part := NewBitmap(1+rng.IntN(12), 1+rng.IntN(12))
		for i := range part.Pix {
			part.Pix[i] = uint8(rng.IntN(2)) * uint8(rng.IntN(256))
		}
		x0, y0 := rng.IntN(40)-15, rng.IntN(40)-15
		want := NewBitmap(w, h)
		for y := range part.H {
			for x := range part.W {
				want.Set(x0+x, y0+y, part.At(x, y))
			}
		}
		m := MaskFromPart(w, h, x0, y0, part)
		if !m.Equal(MaskFromBitmap(want)) {
			t.Fatalf("%dx%d at (%d,%d) of %dx%d differs", part.W, part.H, x0, y0, w, h)
		}
		back := m.Part(image.Rect(x0, y0, x0+part.W, y0+part.H))
		for y := range part.H {
			for x := range part.W {
				if back.At(x, y) != want.At(x0+x, y0+y) {
					t.Fatalf("pixel (%d,%d) of the part reads %v", x, y, back.At(x, y))
				}
			}
		}
	}
}
