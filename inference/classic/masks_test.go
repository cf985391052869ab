package classic

import (
	"image"
	"math/rand/v2"
	"testing"

	"github.com/masklet/masklet/annotate"
)

func TestPlacedEqualsTheWholeBitmap(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 300 {
		w, h := 1+r.IntN(12), 1+r.IntN(12)
		x0, y0 := r.IntN(w), r.IntN(h)
		part := image.Rect(x0, y0, x0+1+r.IntN(w-x0), y0+1+r.IntN(h-y0))
		density := r.Float64() * 1.2
		pix := make([]uint8, part.Dx()*part.Dy())
		whole := annotate.NewBitmap(w, h)
		for i := range pix {
			if r.Float64() < density {
				pix[i] = 255
				whole.Set(x0+i%part.Dx(), y0+i/part.Dx(), true)
			}
		}
		got, err := placed(pix, part, w, h)
		if err != nil {
			t.Fatal(err)
		}
		if want := annotate.MaskFromBitmap(whole); !got.Equal(want) {
			t.Fatalf("%v in %dx%d: runs %v, want %v", part, w, h, got.Runs(), want.Runs())
		}
	}
	if m, err := placed(nil, image.Rectangle{}, 7, 5); err != nil || !m.Equal(annotate.EmptyMask(7, 5)) {
		t.Errorf("no part: %v, %v", m, err)
	}
}
