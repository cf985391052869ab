package davis

import (
	"math"
	"slices"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// A shape that moves keeps its contour and does not flicker; one that changes
// does both, the more the more it changes.
func TestStability(t *testing.T) {
	var still, moving, jumpy, blinking, truth []annotate.Mask
	for f := range 8 {
		still = append(still, rect(120, 100, 20, 20, 60, 50))
		moving = append(moving, rect(120, 100, 20+3*f, 20+f, 60+3*f, 50+f))
		jumpy = append(jumpy, rect(120, 100, 20, 20, 60+25*(f%2), 50))
		m := moving[f]
		if f%2 == 1 {
			m = annotate.EmptyMask(120, 100)
		}
		blinking = append(blinking, m)
		truth = append(truth, moving[f])
	}
	for _, c := range []struct {
		name     string
		masks    []annotate.Mask
		t, flick float64 // at most, if positive; at least, if negative
	}{
		{"still", still, 1e-12, 1e-12}, {"moving", moving, 1e-12, 1e-12}, {"changing", jumpy, -0.01, -0.2}, {"blinking", blinking, 1e-12, -0.99},
	} {
		got, err := T(c.masks)
		if err != nil || c.t > 0 && got > c.t || c.t < 0 && got < -c.t {
			t.Errorf("%s: T %v, %v", c.name, got, err)
		}
		flick, err := Flicker(c.masks, truth)
		if err != nil || c.flick > 0 && flick > c.flick || c.flick < 0 && flick < -c.flick {
			t.Errorf("%s: flicker %v, %v", c.name, flick, err)
		}
	}
	if flick, err := Flicker(blinking, blinking); err != nil || flick != 0 {
		t.Errorf("an object that really comes and goes flickers by %v, %v", flick, err)
	}
}

func TestAssignByHand(t *testing.T) {
	for _, c := range []struct {
		score [][]float64
		want  []int
	}{
		{[][]float64{{0, 1}, {1, 0}}, []int{1, 0}},
		{[][]float64{{0.9, 0.8}, {0.8, 0}}, []int{1, 0}}, // the greedy choice loses
		{[][]float64{{0.1, 0.2, 0.9}}, []int{2}},
		{[][]float64{{0.5}, {0.9}}, []int{-1, 0}},
	} {
		if got := Assign(c.score); !slices.Equal(got, c.want) {
			t.Errorf("%v: %v, want %v", c.score, got, c.want)
		}
	}
	if got := math.Abs(float64(len(Assign(nil)))); got != 0 {
		t.Errorf("of nothing: %v", got)
	}
}
