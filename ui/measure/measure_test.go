package measure

import (
	"testing"

	"github.com/masklet/masklet/annotate"
)

func TestNextClickIsWhereAnAnnotatorClicks(t *testing.T) {
	box := func(x0, y0, x1, y1 int) annotate.Mask {
		b := annotate.NewBitmap(40, 30)
		for y := y0; y < y1; y++ {
			for x := x0; x < x1; x++ {
				b.Set(x, y, true)
			}
		}
		return annotate.MaskFromBitmap(b)
	}
	truth := box(5, 5, 20, 20)
	p, ok, err := NextClick(truth, annotate.EmptyMask(40, 30))
	if want := (annotate.Point{X: 12.5, Y: 12.5, Positive: true}); err != nil || !ok || p != want {
		t.Errorf("first click %+v, want %+v (%v)", p, want, err)
	}
	p, ok, _ = NextClick(truth, box(5, 5, 35, 20))
	if !ok || p.Positive || p.X < 20 || p.X > 35 {
		t.Errorf("click on what is too much: %+v", p)
	}
	if _, ok, _ = NextClick(truth, truth); ok {
		t.Error("a perfect mask got a click")
	}
}

func TestReflectIndexGoesBackAndForth(t *testing.T) {
	want := []int{0, 1, 2, 3, 2, 1, 0, 1, 2, 3, 2}
	for i, w := range want {
		if got := reflectIndex(i, 4); got != w {
			t.Errorf("frame %d of 4 is %d, want %d", i, got, w)
		}
	}
	if reflectIndex(9, 1) != 0 {
		t.Error("a video of one frame")
	}
}
