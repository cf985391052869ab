package project_test

import (
	"path/filepath"
	"runtime"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project"
)

// What a project keeps in memory of a frame is small, whatever its mask takes:
// twice as many frames take no more than some hundred bytes each on top.
func TestStoredMasksLeaveMemory(t *testing.T) {
	const w, h, perFrame = 512, 512, 2 << 10
	heap := func(frames int) int64 {
		p, err := project.Create(t.Context(), filepath.Join(t.TempDir(), "p.masklet"), project.Media{Frames: frames, W: w, H: h})
		if err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		b := annotate.NewBitmap(w, h)
		for y := 0; y < h; y += 2 { // 130,000 runs, half a megabyte
			for x := range w {
				b.Set(x, y, true)
			}
		}
		mask, d := annotate.MaskFromBitmap(b), p.Document()
		p.History().Do(annotate.Change{Name: "Add", Edits: []annotate.Edit{d.SetObject(annotate.Object{ID: 1})}})
		for f := range frames {
			own, err := annotate.MaskFromRuns(w, h, mask.Runs())
			if err != nil {
				t.Fatal(err)
			}
			r, err := p.Adopt(annotate.NewResult(own, 1, annotate.Tracked, "e"))
			if err != nil {
				t.Fatal(err)
			}
			p.History().Do(annotate.Change{Name: "Track", Group: 1, Edits: []annotate.Edit{d.SetResult(annotate.FrameKey{Object: 1, Frame: f}, &r)}})
			if err := p.Flush(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	few, many := heap(160), heap(320) // more than the cache of masks holds
	if grown := many - few; grown > 160*perFrame {
		t.Errorf("160 more frames take %d KB: %d bytes each", grown>>10, grown/160)
	}
}
