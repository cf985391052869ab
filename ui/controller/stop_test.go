package controller

import (
	"strings"
	"testing"

	"github.com/masklet/masklet/inference"
)

// A run that ends while frames are encoded has tracked none of them; a setting
// that is touched meanwhile does not end it.
func TestStoppedRunCountsTrackedFramesOnly(t *testing.T) {
	hold := make(chan struct{})
	encoded := make(chan struct{}, 100)
	r := opened(t, 40, nil)
	r.Click(3, 3, true)
	r.idle()
	slow := func() {
		select {
		case encoded <- struct{}{}:
		default:
		}
		if len(encoded) > 10 {
			<-hold
		}
	}
	r.video.delay.Store(&slow)
	r.Track()
	r.wait("frames are encoded", func() bool { p, _ := r.Progress(); return p.Stage == inference.Encoding && p.Done > 3 })
	s := r.Settings()
	s.Fine = !s.Fine
	r.SetSettings(s)
	if m := r.Message(); !r.Tracking() || m.Kind != Warning || !strings.Contains(m.Text, "stop it") || r.Settings() == s {
		t.Errorf("a setting in the middle of a run: %v, %+v", r.Tracking(), m)
	}
	r.Undo()
	p, _ := r.Progress()
	if r.Tracking() || p.Done != 0 || p.Total != 40 {
		t.Errorf("after a stop in Phase 1: %s", p.Line())
	}
	close(hold)
	r.idle()
}
