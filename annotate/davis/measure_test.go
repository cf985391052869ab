package davis

import (
	"math"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// rect returns a w by h mask with the pixels x0..x1-1, y0..y1-1 on.
func rect(w, h, x0, y0, x1, y1 int) annotate.Mask {
	b := annotate.NewBitmap(w, h)
	for y := y0; y < y1; y++ {
		for x := x0; x < x1; x++ {
			b.Set(x, y, true)
		}
	}
	return annotate.MaskFromBitmap(b)
}

func TestJByHand(t *testing.T) {
	tests := []struct {
		name        string
		pred, truth annotate.Mask
		want        float64
	}{
		{"equal", rect(20, 20, 2, 2, 8, 8), rect(20, 20, 2, 2, 8, 8), 1},
		{"both empty", annotate.EmptyMask(5, 4), annotate.EmptyMask(5, 4), 1},
		{"missed", annotate.EmptyMask(5, 4), rect(5, 4, 0, 0, 1, 1), 0},
		{"disjoint", rect(20, 20, 0, 0, 4, 4), rect(20, 20, 8, 8, 12, 12), 0},
		// 6x6 moved by 3: 18 pixels in common of 54.
		{"a third", rect(20, 20, 2, 2, 8, 8), rect(20, 20, 5, 2, 11, 8), 1.0 / 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := J(tt.pred, tt.truth)
			if err != nil || math.Abs(got-tt.want) > 1e-12 {
				t.Errorf("J = %v, %v; want %v", got, err, tt.want)
			}
		})
	}
}

func TestFByHand(t *testing.T) {
	// On 100x100 the tolerance is ceil(0.008*141.42) = 2 pixels.
	tests := []struct {
		name        string
		pred, truth annotate.Mask
		want        float64
	}{
		{"equal", rect(100, 100, 20, 20, 60, 60), rect(100, 100, 20, 20, 60, 60), 1},
		{"moved by the tolerance", rect(100, 100, 22, 20, 62, 60), rect(100, 100, 20, 20, 60, 60), 1},
		{"far away", rect(100, 100, 70, 70, 90, 90), rect(100, 100, 10, 10, 30, 30), 0},
		{"both empty", annotate.EmptyMask(100, 100), annotate.EmptyMask(100, 100), 1},
		{"missed", annotate.EmptyMask(100, 100), rect(100, 100, 10, 10, 30, 30), 0},
		{"invented", rect(100, 100, 10, 10, 30, 30), annotate.EmptyMask(100, 100), 0},
		// The full frame has no contour, so it counts as empty.
		{"full and empty", annotate.FullMask(100, 100), annotate.EmptyMask(100, 100), 1},
		// A strip over the full height, columns 20..39, against 20..59. Each
		// contour is two columns of 100: 19 and 39, 19 and 59. One of two
		// matches on each side.
		{"half", rect(100, 100, 20, 0, 40, 100), rect(100, 100, 20, 0, 60, 100), 0.5},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := F(tt.pred, tt.truth)
			if err != nil || math.Abs(got-tt.want) > 1e-12 {
				t.Errorf("F = %v, %v; want %v", got, err, tt.want)
			}
		})
	}
	if _, err := F(rect(4, 4, 0, 0, 1, 1), rect(5, 4, 0, 0, 1, 1)); err == nil {
		t.Error("masks of different sizes were compared")
	}
}

func TestStatisticsByHand(t *testing.T) {
	// Nine values: the quarters are 0..2, 2..4, 4..6, 6..8.
	got := Summarise([]float64{0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1})
	want := Statistics{Mean: 0.5, Recall: 4.0 / 9, Decay: 0.8 - 0.2}
	if math.Abs(got.Mean-want.Mean)+math.Abs(got.Recall-want.Recall)+math.Abs(got.Decay-want.Decay) > 1e-12 {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if s := Summarise([]float64{0.7}); s.Mean != 0.7 || s.Recall != 1 || s.Decay != 0 {
		t.Errorf("one frame: %+v", s)
	}
	if s := Summarise(nil); !math.IsNaN(s.Mean) {
		t.Errorf("no frames: %+v", s)
	}
}

func BenchmarkF(b *testing.B) {
	p, t := rect(854, 480, 100, 100, 300, 300), rect(854, 480, 110, 100, 310, 300)
	for b.Loop() {
		if _, err := F(p, t); err != nil {
			b.Fatal(err)
		}
	}
}
