package labelme

import (
	"fmt"
	"testing"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/exporttest"
)

func TestRoundTrip(t *testing.T) {
	for _, polygons := range []bool{false, true} {
		t.Run(fmt.Sprintf("polygons=%v", polygons), func(t *testing.T) {
			exporttest.RoundTrip(t, Format(), export.Options{Polygons: polygons})
		})
	}
}
