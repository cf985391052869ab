package media

import (
	"github.com/masklet/masklet/project/media/frameindex"

	"errors"
	"math"
	"testing"
)

// An index whose frames go back in time was made by other rules: the file is
// read anew.
func TestIndexFileWithTimesThatDoNotGrow(t *testing.T) {
	var s indexStore
	for _, c := range []struct {
		shown []float64
		ok    bool
	}{
		{[]float64{0, 40, 80}, true},
		{[]float64{466, 33, 66}, false},
		{[]float64{0, 40, 40}, false},
		{[]float64{0, math.NaN(), 80}, false},
	} {
		x := frameindex.New()
		for i := range c.shown {
			x.Add(float64(40*i), uint32(i))
		}
		x.Finish(c.shown)
		_, _, err := s.decode(s.encode(x, &waypoints{}))
		if c.ok != (err == nil) || (err != nil && !errors.Is(err, errIndexFile)) {
			t.Errorf("%v: %v", c.shown, err)
		}
	}
}
