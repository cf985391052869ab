package export

import (
	"slices"
	"testing"
)

func TestVariableRate(t *testing.T) {
	for _, c := range []struct {
		times []float64
		want  bool
	}{
		{nil, false}, {[]float64{0, 0.04, 0.08, 0.12}, false}, {[]float64{0, 0.033, 0.067, 0.1}, false}, {[]float64{0, 0.04, 0.12, 0.16}, true},
	} {
		if got := variableRate(c.times); got != c.want {
			t.Errorf("%v: %v", c.times, got)
		}
	}
}

// What a format has no room for is counted, and nothing is said of one that has.
func TestLostMarksAreCounted(t *testing.T) {
	l := lost{absent: 5, occluded: 2, attributes: 1}
	var all []string
	for _, f := range []Format{{Name: "png"}, {Name: "part", Holds: Holds{Overlaps: true, Occluded: true}}, {Name: "cvat", Holds: Holds{Absent: true, Occluded: true, Attributes: true}}} {
		all = append(all, l.by(f)...)
	}
	want := []string{
		"png has no room for absent frames: 5 stay in the project alone", "png has no room for occluded frames: 2 stay in the project alone",
		"png has no room for attributes: 1 stay in the project alone",
		"part has no room for absent frames: 5 stay in the project alone", "part has no room for attributes: 1 stay in the project alone",
	}
	if !slices.Equal(all, want) {
		t.Errorf("%q", all)
	}
}
