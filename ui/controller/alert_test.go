package controller

import (
	"strings"
	"testing"
)

// What could not be opened is told over the picture until the user takes it away
// or opens something else; the pointer's hints do not take it away.
func TestOpenErrorStaysOverThePicture(t *testing.T) {
	r := opened(t, 10, nil)
	open := func() {
		r.OpenFile("bad.mp4")
		r.wait("it failed", func() bool { _, _, _, busy := r.Opening(); return !busy })
	}
	open()
	r.Say(Info, "something else")
	if b := r.Banner(); !strings.Contains(b.Text, "bad.mp4") || b.Action != "" {
		t.Fatalf("banner %+v", b)
	}
	r.DismissBanner()
	if b := r.Banner(); b.Text != "" {
		t.Errorf("banner %+v after it was taken away", b)
	}
	open()
	r.OpenFile("another.mp4")
	if b := r.Banner(); b.Text != "" {
		t.Errorf("banner %+v while another video is opened", b)
	}
	r.idle()
}
