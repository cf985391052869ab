package datumaro

import (
	"testing"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/exporttest"
)

func TestRoundTrip(t *testing.T) { exporttest.RoundTrip(t, Format(), export.Options{}) }
