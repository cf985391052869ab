package annotate_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/masklet/masklet/annotate"
)

func draw(w, h int, on func(x, y int) bool) annotate.Mask {
	b := annotate.NewBitmap(w, h)
	for y := range h {
		for x := range w {
			b.Set(x, y, on(x, y))
		}
	}
	return annotate.MaskFromBitmap(b)
}

func ring(cx, cy, inner, outer float64) annotate.Mask {
	return draw(120, 90, func(x, y int) bool {
		d := math.Hypot(float64(x)+0.5-cx, float64(y)+0.5-cy)
		return d >= inner && d < outer
	})
}

func tween(t *testing.T, a, b annotate.Mask) *annotate.Tween {
	t.Helper()
	w, err := annotate.NewTween(a, b)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// Between any two masks the ends are these masks, the way back is the way there, and
// what only moves keeps its shape.
func TestTweenOfAnyMasks(t *testing.T) {
	for seed := range uint64(60) {
		r := rand.New(rand.NewPCG(seed, 9))
		shape := func(dx, dy int) annotate.Mask {
			r := rand.New(rand.NewPCG(seed, 10))
			var holes [4][3]float64
			for i := range holes {
				holes[i] = [3]float64{r.Float64() * 30, r.Float64() * 30, r.Float64() * 6}
			}
			return draw(120, 90, func(x, y int) bool {
				fx, fy := float64(x-dx), float64(y-dy)
				if fx < 0 || fy < 0 || fx >= 30 || fy >= 30 {
					return false
				}
				for _, h := range holes {
					if math.Hypot(fx-h[0], fy-h[1]) < h[2] {
						return false
					}
				}
				return true
			})
		}
		dx, dy := 2*r.IntN(20), 2*r.IntN(14)
		a, b := shape(10, 15), shape(10+dx, 15+dy)
		w, back := tween(t, a, b), tween(t, b, a)
		if !w.At(0).Equal(a) || !w.At(1).Equal(b) {
			t.Fatalf("seed %d: the ends are other masks", seed)
		}
		if half := w.At(0.5); !half.Equal(shape(10+dx/2, 15+dy/2)) {
			t.Fatalf("seed %d: moved by %d, %d half the way is another shape", seed, dx, dy)
		}
		s := r.Float64()
		iou, err := annotate.IoU(w.At(s), back.At(1-s))
		if err != nil || iou < 0.999 {
			t.Fatalf("seed %d: the way back differs: IoU %g, %v", seed, iou, err)
		}
	}
}

// A ring that moves and grows is a ring between, with its hole and in its place.
func TestTweenKeepsHoles(t *testing.T) {
	a, b := ring(30, 40, 6, 15), ring(80, 50, 12, 30)
	w := tween(t, a, b)
	before := a.Area()
	for i := 1; i < 10; i++ {
		s := float64(i) / 10
		m := w.At(s)
		want := ring(30+50*s, 40+10*s, 6+6*s, 15+15*s)
		if iou, err := annotate.IoU(m, want); err != nil || iou < 0.93 {
			t.Errorf("at %g: IoU %g, %v", s, iou, err)
		}
		if m.Area() <= before || m.At(int(30+50*s), int(40+10*s)) {
			t.Errorf("at %g: %d pixels after %d, or no hole", s, m.Area(), before)
		}
		before = m.Area()
	}
}

func TestTweenOfSmallAndEmptyMasks(t *testing.T) {
	dot := draw(20, 20, func(x, y int) bool { return x == 3 && y == 3 })
	far := draw(20, 20, func(x, y int) bool { return x == 19 && y == 19 })
	none := annotate.EmptyMask(20, 20)
	for i := range 11 {
		if m := tween(t, dot, far).At(float64(i) / 10); m.Area() < 1 || m.Area() > 4 {
			t.Errorf("a dot has %d pixels on its way", m.Area())
		}
	}
	if w := tween(t, dot, none); !w.At(0.4).Equal(dot) || !w.At(0.6).Empty() {
		t.Error("between a mask and none there is something else")
	}
	if _, err := annotate.NewTween(dot, annotate.EmptyMask(5, 5)); !errors.Is(err, annotate.ErrMask) {
		t.Errorf("two sizes: %v", err)
	}
}
