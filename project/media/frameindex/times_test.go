package frameindex

import (
	"slices"
	"testing"
)

func TestTimesNeverGoBack(t *testing.T) {
	for _, c := range []struct{ in, want []float64 }{
		{[]float64{0, 40, 80}, []float64{0, 40, 80}},
		{[]float64{466, 33, 66, 100}, []float64{0, 33, 66, 100}},
		{[]float64{0, 90, 80, 120}, []float64{0, 40, 80, 120}},
		{[]float64{50, 10, 50}, []float64{0, 40, 80}}, // a start before 0 moves all
	} {
		got := slices.Clone(c.in)
		neverBack(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.in, got, c.want)
		}
	}
}
