package controller

import (
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

func TestMendAndCopyMask(t *testing.T) {
	r := opened(t, 10, nil)
	r.MendMask("Fill holes", annotate.Mask.FillHoles)
	if r.Message().Kind != Info || r.Message().Text == "" {
		t.Errorf("without a mask: %+v", r.Message())
	}
	r.Click(3, 3, true)
	r.Click(4, 3, true)
	r.idle()
	area := func(f int) int { res, _ := r.Document().Result(key(1, f)); return res.Area }
	before := area(0)
	r.MendMask("Grow by a pixel", func(m annotate.Mask) annotate.Mask { return m.Grown(true) })
	r.wait("it has grown", func() bool { return area(0) > before })
	r.idle()
	r.CopyMask(1)
	r.idle()
	if r.Frame() != 1 || area(1) != area(0) {
		t.Errorf("frame %d has %d of %d pixels", r.Frame(), area(1), area(0))
	}
	r.Undo()
	if _, ok := r.Document().Result(key(1, 1)); ok {
		t.Error("the copy stays after undo")
	}
	r.Undo()
	if area(0) != before {
		t.Errorf("%d pixels after undo, there were %d", area(0), before)
	}
	r.GoTo(9)
	r.CopyMask(1)
	if r.Frame() != 9 {
		t.Error("copied beyond the end")
	}
}

func TestTrackStepTracksOneFrame(t *testing.T) {
	r := opened(t, 10, nil)
	r.TrackStep(inference.Forward)
	if r.Frame() != 0 || r.Tracking() {
		t.Error("tracks from nothing")
	}
	r.GoTo(4)
	r.Click(3, 3, true)
	r.idle()
	for _, dir := range []inference.Direction{inference.Forward, inference.Backward} {
		r.GoTo(4)
		r.TrackStep(dir)
		r.idle()
	}
	if got := r.Document().ResultFrames(1); len(got) != 3 || got[0] != 3 || got[2] != 5 || r.Frame() != 3 {
		t.Errorf("masks on %v, at frame %d", got, r.Frame())
	}
	r.GoTo(9)
	r.TrackStep(inference.Forward)
	if r.Frame() != 9 || r.Tracking() {
		t.Error("tracks beyond the end")
	}
}
