package mots

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/exporttest"
)

func TestRoundTrip(t *testing.T) { exporttest.RoundTrip(t, Format(), export.Options{}) }

// The pictures hold what the text holds.
func TestPictures(t *testing.T) {
	src := exporttest.Hostile()
	dir, rep := exporttest.Write(t, Format(), src, export.Options{})
	if rep.OverlapPixels == 0 {
		t.Error("no overlap was counted")
	}
	exporttest.Must(t, os.Remove(filepath.Join(dir, "mots", "gt", "gt.txt")))
	got, _, _ := exporttest.Read(t, Format(), dir, src.About)
	for frame, masks := range src.Masks {
		held, err := Format().Holds.Held(masks)
		exporttest.Must(t, err)
		src.Masks[frame] = held
	}
	got.Same(t, src, func(export.FrameMask) bool { return false })
}
