package controller

import (
	"strings"
	"testing"
)

// A project whose video is gone asks for it, refuses another one and asks
// again, and opens once it is told the right one. What was open stays open
// until then.
func TestMissingVideoIsAskedFor(t *testing.T) {
	r := opened(t, 30, nil)
	asked := func(what string, before *MissingVideo) *MissingVideo {
		t.Helper()
		r.wait(what, func() bool { m := r.MissingVideo(); return m != nil && m != before })
		if r.Message().Kind != Failure || !r.IsOpen() || r.Path() != "clip.mp4" {
			t.Errorf("message %+v, open %v %s", r.Message(), r.IsOpen(), r.Path())
		}
		return r.MissingVideo()
	}
	r.OpenFile("lost.masklet")
	first := asked("the video is asked for", nil)
	if first.Project != "lost.masklet" || first.Reason != "clip.mp4 is gone." {
		t.Errorf("asked %+v", first)
	}
	r.LocateVideo("wrong.mp4")
	if r.MissingVideo() != nil {
		t.Error("still asks while it looks at the answer")
	}
	second := asked("it is asked again", first)
	if second.Reason != "wrong.mp4 is another video." {
		t.Errorf("asked %+v", second)
	}
	r.LocateVideo("found/clip.mp4")
	r.wait("the project is open", func() bool { return r.Path() == "lost.masklet" })
	if r.MissingVideo() != nil {
		t.Error("still asks")
	}
}

func TestMissingVideoCanBeLeft(t *testing.T) {
	r := newRig(t, 10, nil)
	r.LocateVideo("nobody asked")
	r.LeaveMissing()
	if _, _, _, ok := r.Opening(); ok || r.Message().Text != "" {
		t.Error("an answer without a question did something")
	}
	r.OpenFile("lost.masklet")
	r.wait("the video is asked for", func() bool { return r.MissingVideo() != nil })
	r.LeaveMissing()
	if r.MissingVideo() != nil || !strings.Contains(r.Message().Text, "lost.masklet was not opened") {
		t.Errorf("asks %v, message %+v", r.MissingVideo(), r.Message())
	}
	// Opening something else answers the question too.
	r.OpenFile("lost.masklet")
	r.wait("the video is asked for", func() bool { return r.MissingVideo() != nil })
	r.OpenFile("clip.mp4")
	r.wait("the other is open", r.IsOpen)
	if r.MissingVideo() != nil {
		t.Error("still asks")
	}
}
