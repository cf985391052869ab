package controller

import (
	"strings"
	"testing"

	"github.com/masklet/masklet/ui/session/opening"
)

// A project whose video is gone asks for it, refuses another one and asks
// again, and opens once it is told the right one. What was open stays open
// until then.
func TestMissingVideoIsAskedFor(t *testing.T) {
	r := opened(t, 30, nil)
	asked := func(what string, before *opening.MissingVideo) *opening.MissingVideo {
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

// A video beside the project of another one: each answer does what it says.
func TestOtherProjectIsAskedFor(t *testing.T) {
	r := opened(t, 10, nil)
	r.StartFresh()
	r.OpenOther()
	r.LeaveOther()
	if _, _, _, ok := r.Opening(); ok || r.Path() != "clip.mp4" {
		t.Fatal("an answer without a question did something")
	}
	ask := func() {
		t.Helper()
		r.OpenFile("taken.mp4")
		r.wait("the question", func() bool { return r.OtherProject() != nil })
		if !strings.Contains(r.OtherProject().Reason, "another video") || !r.IsOpen() {
			t.Errorf("asked %+v, open %v", r.OtherProject(), r.IsOpen())
		}
	}
	ask()
	r.LeaveOther()
	if r.OtherProject() != nil || r.Path() != "clip.mp4" || !strings.Contains(r.Message().Text, "taken.mp4 was not opened") {
		t.Errorf("after leaving: asks %v, %s is open, message %+v", r.OtherProject(), r.Path(), r.Message())
	}
	ask()
	r.OpenOther()
	r.wait("the other project is open", func() bool { return r.Path() == "taken.mp4.masklet" })
	ask()
	r.StartFresh()
	r.wait("the video is open", func() bool { return r.Path() == "taken.mp4" })
	if r.OtherProject() != nil {
		t.Error("still asks")
	}
}

// Opening what is open ends the opening of something else, and says so.
func TestOpeningWhatIsOpen(t *testing.T) {
	r := opened(t, 10, nil)
	r.OpenFile("taken.mp4")
	r.OpenFile("clip.mp4")
	if _, _, _, busy := r.Opening(); busy || !strings.Contains(r.Message().Text, "open already") {
		t.Errorf("still opening: %v, message %+v", busy, r.Message())
	}
	r.settled()
	if r.OtherProject() != nil || r.Path() != "clip.mp4" {
		t.Errorf("asks %v, open %s", r.OtherProject(), r.Path())
	}
}
