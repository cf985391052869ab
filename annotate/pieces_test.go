package annotate

import (
	"math/rand/v2"
	"testing"
)

func TestPieces(t *testing.T) {
	ring, err := Subtract(rect(60, 40, 5, 5, 35, 35), rect(60, 40, 10, 10, 30, 30))
	if err != nil {
		t.Fatal(err)
	}
	with := func(m Mask, o ...Mask) Mask {
		for _, x := range o {
			if m, err = Union(m, x); err != nil {
				t.Fatal(err)
			}
		}
		return m
	}
	notch := rect(60, 40, 0, 0, 60, 40)
	notch, _ = Subtract(notch, rect(60, 40, 20, 0, 30, 10)) // open to the border: no hole
	for name, tt := range map[string]struct{ got, want Mask }{
		"a hole":                {ring.FillHoles(), rect(60, 40, 5, 5, 35, 35)},
		"an open notch":         {notch.FillHoles(), notch},
		"nothing to fill":       {EmptyMask(60, 40).FillHoles(), EmptyMask(60, 40)},
		"a speck":               {with(ring, rect(60, 40, 50, 5, 51, 6)).WithoutSpecks(), ring},
		"a part is no speck":    {with(ring, rect(60, 40, 50, 5, 55, 10)).WithoutSpecks(), with(ring, rect(60, 40, 50, 5, 55, 10))},
		"the largest":           {with(ring, rect(60, 40, 50, 5, 55, 10)).LargestPiece(), ring},
		"one of equals":         {with(rect(60, 40, 0, 0, 4, 4), rect(60, 40, 9, 0, 13, 4)).LargestPiece(), rect(60, 40, 0, 0, 4, 4)},
		"corners do not join":   {with(rect(60, 40, 0, 0, 4, 4), rect(60, 40, 4, 4, 7, 7)).LargestPiece(), rect(60, 40, 0, 0, 4, 4)},
		"nothing has no pieces": {EmptyMask(60, 40).LargestPiece(), EmptyMask(60, 40)},
		"one pixel less":        {rect(60, 40, 5, 5, 9, 9).Grown(false), rect(60, 40, 6, 6, 8, 8)},
		"the border stays":      {rect(60, 40, 0, 0, 9, 9).Grown(false), rect(60, 40, 0, 0, 8, 8)},
	} {
		if !tt.got.Equal(tt.want) {
			t.Errorf("%s: %s, want %s", name, tt.got.RLEString(), tt.want.RLEString())
		}
	}
}

// Growing is the shrinking of what is outside, and each operation done twice is
// the same as once where it says so.
func TestPiecesOfAnyMask(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 4))
	for range 100 {
		b := NewBitmap(1+rng.IntN(20), 1+rng.IntN(20))
		for i := range b.Pix {
			b.Pix[i] = uint8(rng.IntN(2))
		}
		m := MaskFromBitmap(b)
		w, h := m.Size()
		inverse := maskOf(w, h, func(i int) bool { return b.Pix[i] == 0 })
		back := inverse.Grown(true)
		shrunk := m.Grown(false)
		if !maskOf(w, h, func(i int) bool { return !back.At(i%w, i/w) }).Equal(shrunk) {
			t.Fatalf("%s grown outside is not shrunk inside", m.RLEString())
		}
		for name, f := range map[string]func(Mask) Mask{"fill": Mask.FillHoles, "specks": Mask.WithoutSpecks, "largest": Mask.LargestPiece} {
			if once := f(m); !f(once).Equal(once) {
				t.Fatalf("%s of %s changes when done twice", name, m.RLEString())
			}
		}
		if m.FillHoles().Area() < m.Area() || m.LargestPiece().Area() > m.WithoutSpecks().Area() {
			t.Fatalf("areas of %s", m.RLEString())
		}
	}
}
