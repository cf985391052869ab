package sample

import (
	"testing"

	"github.com/masklet/masklet/annotate"
)

// The clip must show what it is for: every object at the start, one that is
// partly hidden later on, and one that grows.
func TestTruth(t *testing.T) {
	truth, err := Truth()
	if err != nil {
		t.Fatal(err)
	}
	if len(truth.Objects) != 3 {
		t.Fatalf("%d objects", len(truth.Objects))
	}
	areas := map[string][]int{}
	for _, o := range truth.Objects {
		if len(o.Masks) != truth.Frames {
			t.Fatalf("%s: %d masks for %d frames", o.Label, len(o.Masks), truth.Frames)
		}
		for f, s := range o.Masks {
			m, err := annotate.MaskFromRLEString(truth.Width, truth.Height, s)
			if err != nil {
				t.Fatalf("%s, frame %d: %v", o.Label, f, err)
			}
			areas[o.Label] = append(areas[o.Label], m.Area())
		}
	}
	for label, a := range areas {
		if a[0] < 1000 {
			t.Errorf("%s has %d pixels on the first frame", label, a[0])
		}
	}
	if a := areas["ball"]; a[truth.Frames-1] < 2*a[0] {
		t.Errorf("the ball grows from %d to %d pixels only", a[0], a[truth.Frames-1])
	}
	least := areas["car"][0]
	for _, a := range areas["car"] {
		least = min(least, a)
	}
	if first := areas["car"][0]; least > first*8/10 || least == 0 {
		t.Errorf("the car is never half hidden: %d of %d pixels at least", least, first)
	}
}
