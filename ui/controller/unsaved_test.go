package controller

import (
	"strings"
	"testing"
)

// While saving fails, nothing that closes the video does so unasked.
func TestUnsavedWorkIsNotLostUnasked(t *testing.T) {
	r := opened(t, 10, nil)
	r.Click(1, 1, true)
	r.idle()
	asked := func(leave func()) *Unsaved {
		t.Helper()
		r.project.failing.Store(true)
		leave()
		r.wait("it is asked", func() bool { return r.Unsaved() != nil })
		if !r.IsOpen() || r.project.closed.Load() || !strings.Contains(r.Unsaved().Reason, "disk is full") {
			t.Fatalf("open %v, asked %+v", r.IsOpen(), r.Unsaved())
		}
		return r.Unsaved()
	}
	asked(r.CloseClip)
	r.Stay()
	if r.Unsaved() != nil || !r.IsOpen() {
		t.Error("staying closed the video")
	}
	left := false
	asked(func() { r.Leave(func() { left = true }, func() {}) })
	r.RetryLeaving()
	r.wait("it is saved and left", func() bool { return left })
	asked(func() { r.OpenFile("other.mp4") })
	r.Stay()
	r.wait("the other is closed", r.project.closed.Load)
	r.project.closed.Store(false) // both have it
	if r.Path() != "clip.mp4" || len(r.Document().Objects()) != 1 {
		t.Error("the other video was opened")
	}
	asked(r.CloseClip)
	r.LeaveUnsaved()
	r.wait("it is closed", func() bool { return !r.IsOpen() && r.project.closed.Load() })
}

// A failure to save that only the end shows is the error of Close.
func TestCloseTellsWhatIsLost(t *testing.T) {
	r := opened(t, 10, nil)
	r.project.failing.Store(true)
	if err := r.Controller.Close(); err == nil || !strings.Contains(err.Error(), "disk is full") {
		t.Errorf("closing gives %v", err)
	}
}
