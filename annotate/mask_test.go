package annotate

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image"
	"math/rand/v2"
	"slices"
	"testing"
)

func bitmapOf(rows ...string) *Bitmap {
	b := NewBitmap(len(rows[0]), len(rows))
	for y, row := range rows {
		for x, c := range row {
			b.Set(x, y, c == '#')
		}
	}
	return b
}

func randomBitmap(rng *rand.Rand, w, h int) *Bitmap {
	b := NewBitmap(w, h)
	p := rng.Float64()
	on := false
	for i := range b.Pix {
		if rng.Float64() < 0.3 {
			on = rng.Float64() < p
		}
		if on {
			b.Pix[i] = 255
		}
	}
	return b
}

// The expected strings are those of pycocotools.mask.encode for the same arrays.
func TestRLEStringsOfTheCOCOTools(t *testing.T) {
	tests := []struct {
		name string
		b    *Bitmap
		runs []uint32
		rle  string
	}{
		{"empty", bitmapOf("...", "..."), []uint32{6}, "6"},
		{"full", bitmapOf("###", "###"), []uint32{0, 6}, "06"},
		{"one pixel", bitmapOf("...", ".#."), []uint32{3, 1, 2}, "312"},
		{"first column", bitmapOf("#..", "#.."), []uint32{0, 2, 4}, "024"},
		{"hole", bitmapOf("####", "#..#", "####"), []uint32{0, 4, 1, 2, 1, 4}, "041N02"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := MaskFromBitmap(tt.b)
			if !slices.Equal(m.Runs(), tt.runs) {
				t.Errorf("runs %v, want %v", m.Runs(), tt.runs)
			}
			if got := m.RLEString(); got != tt.rle {
				t.Errorf("string %q, want %q", got, tt.rle)
			}
		})
	}
}

// TestRingAgainstTheCOCOTools compares a mask whose counts need several
// characters with the digest of what pycocotools 2 gives for it.
func TestRingAgainstTheCOCOTools(t *testing.T) {
	b := NewBitmap(400, 300)
	for y := range 300 {
		for x := range 400 {
			outer := (x-200)*(x-200)+(y-150)*(y-150) < 10000
			hole := (x-190)*(x-190)+(y-140)*(y-140) <= 900
			b.Set(x, y, outer && !hole)
		}
	}
	m := MaskFromBitmap(b)
	sum := sha256.Sum256([]byte(m.RLEString()))
	if got := hex.EncodeToString(sum[:]); got != "06c6a6e0d745ed2b89c0714ef449a2d7393afabf7964238c0cb27048502e5943" {
		t.Errorf("digest %s of %.60s", got, m.RLEString())
	}
	if m.Area() != 28576 || m.Bounds() != image.Rect(101, 51, 300, 250) {
		t.Errorf("area %d, bounds %v", m.Area(), m.Bounds())
	}
}

func TestMaskAgainstItsPixels(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		w, h := 1+rng.IntN(40), 1+rng.IntN(40)
		b := randomBitmap(rng, w, h)
		m := MaskFromBitmap(b)
		area, bounds := 0, [4]int{w, h, 0, 0}
		for y := range h {
			for x := range w {
				if m.At(x, y) != b.At(x, y) {
					t.Fatalf("%dx%d: pixel (%d, %d) differs", w, h, x, y)
				}
				if b.At(x, y) {
					area++
					bounds = [4]int{min(bounds[0], x), min(bounds[1], y), max(bounds[2], x+1), max(bounds[3], y+1)}
				}
			}
		}
		if m.Area() != area || m.Empty() != (area == 0) {
			t.Fatalf("area %d, want %d", m.Area(), area)
		}
		if r := m.Bounds(); area > 0 && [4]int{r.Min.X, r.Min.Y, r.Max.X, r.Max.Y} != bounds {
			t.Fatalf("bounds %v, want %v", r, bounds)
		}
		if !slices.Equal(m.Bitmap().Pix, b.Pix) {
			t.Fatal("Bitmap does not give the pixels back")
		}
		again, err := MaskFromRLEString(w, h, m.RLEString())
		if err != nil || !again.Equal(m) {
			t.Fatalf("string round trip: %v", err)
		}
	}
}

func TestCombinationsAgainstPixels(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	ops := map[string]struct {
		mask func(a, b Mask) (Mask, error)
		bit  func(a, b bool) bool
	}{
		"intersect": {Intersect, func(a, b bool) bool { return a && b }},
		"subtract":  {Subtract, func(a, b bool) bool { return a && !b }},
	}
	for name, op := range ops {
		for range 100 {
			w, h := 1+rng.IntN(20), 1+rng.IntN(20)
			x, y := randomBitmap(rng, w, h), randomBitmap(rng, w, h)
			want := NewBitmap(w, h)
			both, either := 0, 0
			for i := range want.Pix {
				p, q := x.Pix[i] != 0, y.Pix[i] != 0
				want.Set(i%w, i/w, op.bit(p, q))
				if p && q {
					both++
				}
				if p || q {
					either++
				}
			}
			a, b := MaskFromBitmap(x), MaskFromBitmap(y)
			got, err := op.mask(a, b)
			if err != nil || !got.Equal(MaskFromBitmap(want)) {
				t.Fatalf("%s: %v", name, err)
			}
			iou, err := IoU(a, b)
			if wantIoU := float64(both) / max(1, float64(either)); err != nil || either > 0 && iou != wantIoU || either == 0 && iou != 1 {
				t.Fatalf("IoU %v, want %v (%v)", iou, wantIoU, err)
			}
		}
		if _, err := op.mask(EmptyMask(3, 4), EmptyMask(4, 3)); !errors.Is(err, ErrMask) {
			t.Errorf("%s of different sizes: %v", name, err)
		}
	}
}

func TestBadRunsAreRefused(t *testing.T) {
	for name, runs := range map[string][]uint32{
		"too few": {3}, "too many": {13}, "empty run inside": {3, 0, 9}, "none": nil,
		"overflow": {1 << 31, 1 << 31, 12},
	} {
		if _, err := MaskFromRuns(4, 3, runs); !errors.Is(err, ErrMask) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, size := range [][2]int{{0, 1}, {-1, 4}, {1, MaxSide + 1}} {
		if _, err := MaskFromRuns(size[0], size[1], nil); !errors.Is(err, ErrMask) {
			t.Errorf("size %v: %v", size, err)
		}
	}
}

func FuzzRLEString(f *testing.F) {
	for _, s := range []string{"", "6", "06", "312", "041N02", "oooooooooooo", "\x00", "0000", "P", "~~~~"} {
		f.Add(3, 2, s)
	}
	f.Fuzz(func(t *testing.T, w, h int, s string) {
		m, err := MaskFromRLEString(w, h, s)
		if err != nil {
			if !errors.Is(err, ErrMask) {
				t.Errorf("an error of another kind: %v", err)
			}
			return
		}
		if gw, gh := m.Size(); gw != w || gh != h {
			t.Fatalf("size %dx%d, want %dx%d", gw, gh, w, h)
		}
		again, err := MaskFromRLEString(w, h, m.RLEString())
		if err != nil || !again.Equal(m) {
			t.Fatalf("%q decodes to a mask that does not survive: %v", s, err)
		}
	})
}

func BenchmarkMask(b *testing.B) {
	rng := rand.New(rand.NewPCG(1, 1))
	bm := NewBitmap(1920, 1080)
	for range 40 { // discs
		cx, cy, r := rng.IntN(1920), rng.IntN(1080), 20+rng.IntN(150)
		for y := max(0, cy-r); y < min(1080, cy+r); y++ {
			for x := max(0, cx-r); x < min(1920, cx+r); x++ {
				if (x-cx)*(x-cx)+(y-cy)*(y-cy) < r*r {
					bm.Set(x, y, true)
				}
			}
		}
	}
	m := MaskFromBitmap(bm)
	b.Run("encode/1080p", func(b *testing.B) {
		for b.Loop() {
			MaskFromBitmap(bm)
		}
	})
	b.Run("decode/1080p", func(b *testing.B) {
		for b.Loop() {
			m.Bitmap()
		}
	})
	b.Run("string/1080p", func(b *testing.B) {
		for b.Loop() {
			_ = m.RLEString()
		}
	})
}
