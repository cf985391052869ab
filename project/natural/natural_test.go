package natural

import (
	"slices"
	"testing"
)

func TestNaturalOrder(t *testing.T) {
	want := []string{"9.png", "0010.png", "a1.png", "a2.png", "a10.png", "a10b.png", "a10b2.png", "b.png", "frame 1 of 2.png", "frame 1 of 10.png", "frame 02 of 10.png"}
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, Compare)
	if !slices.Equal(got, want) {
		t.Fatalf("got %v", got)
	}
	for _, a := range want {
		for _, b := range want {
			if x, y := Compare(a, b), Compare(b, a); (x < 0) != (y > 0) || (x == 0) != (a == b) {
				t.Errorf("%q and %q have no order", a, b)
			}
		}
	}
}
