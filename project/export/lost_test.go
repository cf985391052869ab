package export

import "testing"

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
