package frameindex

import (
	"slices"
	"testing"
)

func times(n int, step float64) (out []float64) {
	for i := range n {
		out = append(out, float64(i)*step)
	}
	return out
}

// A list is trusted as long as the decoder confirms it, and is gone when all of it
// was confirmed.
func TestListIsConfirmed(t *testing.T) {
	x := New()
	if x.List(times(10, 40)) {
		t.Error("a list was taken that nothing confirms")
	}
	x.Add(-80, 1) // as decoders say of a first frame at time 0
	x.Add(40, 2)
	if x.List([]float64{0, 33, 66}) {
		t.Error("a list was taken that the decoder contradicts")
	}
	if !x.List(times(10, 40)) || x.Reach() != 10 || x.Len() != 2 || x.Listed(1) || !x.Listed(2) {
		t.Fatalf("reach %d of %d", x.Reach(), x.Len())
	}
	if msec, _, sure := x.Entry(7); msec != 280 || sure {
		t.Errorf("frame 7 at %g, sure %v", msec, sure)
	}
	if x.At(280) != 7 || x.At(40) != 1 || x.At(41) != -1 || x.Second(9) != 0.36 {
		t.Errorf("frames at 280, 40, 41: %d %d %d", x.At(280), x.At(40), x.At(41))
	}
	for i := 2; i < 10; i++ {
		msec := 40 * float64(i)
		if i > 7 {
			msec = 0 // held back by the decoder at the end
		}
		x.Add(msec, 3)
	}
	x.Finish(times(10, 40))
	if x.Recount() != nil || x.Reach() != 10 || x.Listed(9) || x.Second(9) != 0.36 {
		t.Errorf("reach %d, last at %g", x.Reach(), x.Second(9))
	}
}

// Pictures that the decoder leaves out, or gives beyond the list, keep or get
// numbers only with the recount.
func TestRecountPairsPictures(t *testing.T) {
	for name, c := range map[string]struct{ decoded, want []int }{
		"one left out":   {[]int{0, 1, 2, 4, 5, 6, 7}, []int{0, 1, 2, 2, 3, 4, 5, 6}},
		"two left out":   {[]int{0, 1, 3, 4, 6, 7}, []int{0, 1, 1, 2, 3, 3, 4, 5}},
		"the last ones":  {[]int{0, 1, 2, 3, 4, 5}, []int{0, 1, 2, 3, 4, 5, 5, 5}},
		"one more":       {[]int{0, 1, 2, 3, 4, 5, 6, 7, 8}, []int{0, 1, 2, 3, 4, 5, 6, 7}},
		"all as written": {[]int{0, 1, 2, 3, 4, 5, 6, 7}, nil},
	} {
		x := New()
		x.Add(0, 1)
		x.Add(40, 1)
		if !x.List(times(8, 40)) {
			t.Fatal("the list was not taken")
		}
		var shown []float64
		for i, f := range c.decoded {
			shown = append(shown, 40*float64(f))
			if i > 1 {
				x.Add(40*float64(f), 1)
			}
		}
		if c.want != nil && x.Recount() != nil {
			t.Errorf("%s: a recount before all is known", name)
		}
		x.Finish(shown)
		if c.want != nil && (x.Reach() != 8 || x.At(280) != 7) {
			t.Errorf("%s: reach %d before the recount", name, x.Reach())
		}
		if got := x.Recount(); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
		if x.Reach() != len(c.decoded) || x.Recount() != nil {
			t.Errorf("%s: reach %d of %d", name, x.Reach(), len(c.decoded))
		}
	}
}
