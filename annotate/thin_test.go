package annotate

import (
	"math/rand/v2"
	"testing"
)

// spreading pixel by pixel.
func slowSpread(b *Bitmap, reach int, on bool) *Bitmap {
	out := NewBitmap(b.W, b.H)
	for y := range b.H {
		for x := range b.W {
			found := false
			for v := y - reach; v <= y+reach; v++ {
				for u := x - reach; u <= x+reach; u++ {
					found = found || b.At(u, v) == on
				}
			}
			out.Set(x, y, found == on)
		}
	}
	return out
}

func TestSpread(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for range 300 {
		b := NewBitmap(1+rng.IntN(12), 1+rng.IntN(12))
		few := 1 + rng.IntN(6)
		for i := range b.Pix {
			if rng.IntN(few) == 0 {
				b.Pix[i] = 255
			}
		}
		for _, on := range []bool{true, false} {
			reach := rng.IntN(4)
			if got, want := spread(b, reach, on), slowSpread(b, reach, on); !MaskFromBitmap(got).Equal(MaskFromBitmap(want)) {
				t.Fatalf("%dx%d by %d, on %v: %v, want %v of %v", b.W, b.H, reach, on, got.Pix, want.Pix, b.Pix)
			}
		}
	}
}

// body is a square with a leg that is so many pixels thick and long.
func body(thick, long int) Mask {
	b := NewBitmap(100, 100)
	for y := 20; y < 50; y++ {
		for x := 20; x < 50; x++ {
			b.Set(x, y, true)
		}
	}
	for y := 50; y < 50+long; y++ {
		for x := 30; x < 30+thick; x++ {
			b.Set(x, y, true)
		}
	}
	return MaskFromBitmap(b)
}

func TestThinParts(t *testing.T) {
	for _, tt := range []struct {
		name        string
		m           Mask
		least, most int
	}{
		{"a square", body(0, 0), 0, 0},
		{"a thick leg", body(8, 30), 0, 0},
		{"a thin leg", body(3, 30), 80, 90},
		{"nothing", EmptyMask(100, 100), 0, 0},
		{"everything", FullMask(100, 100), 0, 0},
	} {
		if got := tt.m.Thin(2).Area(); got < tt.least || got > tt.most {
			t.Errorf("%s: %d thin pixels, want %d to %d", tt.name, got, tt.least, tt.most)
		}
	}
}

func TestThinKept(t *testing.T) {
	leg := body(3, 30)
	for _, tt := range []struct {
		name        string
		first       Mask
		later       Mask
		least, most float64
	}{
		{"the same mask", leg, leg, 1, 1},
		{"moved", leg, leg.shift(20, 5), 1, 1},
		{"without the leg", leg, body(0, 0), 0, 0},
		{"with half of it", leg, body(3, 16), 0.4, 0.6},
		{"none at first", body(0, 0), leg, 1, 1},
		{"gone", leg, EmptyMask(100, 100), 1, 1},
	} {
		if got := ThinKept(tt.first, tt.later); got < tt.least || got > tt.most {
			t.Errorf("%s: %.2f, want %.2f to %.2f", tt.name, got, tt.least, tt.most)
		}
	}
}

func BenchmarkThin1080p(b *testing.B) {
	bm := NewBitmap(1920, 1080)
	for y := 200; y < 900; y++ {
		for x := 300; x < 1500; x++ {
			bm.Set(x, y, true)
		}
	}
	m := MaskFromBitmap(bm)
	for b.Loop() {
		m.Thin(4)
	}
}

// A mask that lost its thin leg is to be reviewed, and says why; one that kept it is not
// suspect.
func TestReviewWarnsOfLostThinParts(t *testing.T) {
	in := ReviewInput{Object: 1}
	for f := range 20 {
		m := body(3, 40)
		if f >= 12 {
			m = body(0, 0)
		}
		in.Frames = append(in.Frames, f)
		in.Result = append(in.Result, NewResult(m, 0.99, Tracked, "e"))
		in.Fixed = append(in.Fixed, f == 0)
		in.Checked = append(in.Checked, false)
	}
	items, err := RankForReview(t.Context(), []ReviewInput{in})
	if err != nil || len(items) == 0 {
		t.Fatalf("%v, error %v", items, err)
	}
	suspects := 0
	for _, it := range items {
		if it.Suspect() {
			suspects++
		}
		if it.Suspect() != (it.Key.Frame >= 12) || it.Suspect() && it.Reason != "thin parts lost" {
			t.Errorf("%+v", it)
		}
	}
	if suspects == 0 {
		t.Error("no frame is suspect")
	}
}
