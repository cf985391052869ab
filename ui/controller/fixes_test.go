package controller

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// trackedFrom10 opens a video whose object 1 is tracked from frame 10.
func trackedFrom10(t *testing.T, frames int) *rig {
	t.Helper()
	r := opened(t, frames, nil)
	r.GoTo(10)
	r.Click(3, 4, true)
	r.idle()
	r.Track()
	r.idle()
	return r
}

func (r *rig) due() []annotate.Range { ranges, _ := r.Fixes(); return ranges }

// What is to be tracked again follows undo and redo: of the corrections, however
// many were made on a frame, and of the run that made them good.
func TestFixesFollowUndo(t *testing.T) {
	r := trackedFrom10(t, 40)
	whole := []annotate.Range{{First: 11, Last: 39}}
	r.GoTo(20)
	for range 3 {
		r.Click(5, 4, true)
		r.idle()
	}
	if got := r.due(); !slices.Equal(got, whole) {
		t.Fatalf("after three clicks %v are due, want %v", got, whole)
	}
	r.Track()
	r.idle()
	if got := r.due(); got != nil {
		t.Fatalf("after tracking again %v are due", got)
	}
	step := func(what string, do func(), want []annotate.Range) {
		t.Helper()
		do()
		r.settled()
		if got := r.due(); !slices.Equal(got, want) {
			t.Fatalf("%s: %v are due, want %v", what, got, want)
		}
	}
	step("undo of the second run", r.Undo, whole)
	step("undo of the third click", r.Undo, whole)
	step("undo of the second click", r.Undo, whole)
	step("undo of the first click", r.Undo, nil)
	step("undo of the first run", r.Undo, nil)
	step("redo of the first run", r.Redo, nil)
	step("redo of the first click", r.Redo, whole)
	step("redo of the second click", r.Redo, whole)
	step("redo of the third click", r.Redo, whole)
	step("redo of the second run", r.Redo, nil)
}

func TestDeletingAnObjectAndUndoMakesNothingDue(t *testing.T) {
	r := trackedFrom10(t, 40)
	r.DeleteObject(1)
	r.Undo()
	r.settled()
	if got := r.due(); got != nil {
		t.Errorf("%v are due", got)
	}
	r.GoTo(20)
	r.Click(5, 4, true)
	r.idle()
	want := r.due()
	r.DeleteObject(1)
	if got := r.due(); got != nil {
		t.Errorf("%v are due for an object that is gone", got)
	}
	r.Undo()
	r.settled()
	if got := r.due(); !slices.Equal(got, want) {
		t.Errorf("%v are due after undo, want %v", got, want)
	}
}

// Stretches that overlap are tracked once.
func TestNeighbouringFixesAreOneStretch(t *testing.T) {
	r := trackedFrom10(t, 60)
	for _, f := range []int{30, 40} {
		r.GoTo(f)
		r.Click(5, 4, true)
		r.idle()
	}
	if got := r.due(); !slices.Equal(got, []annotate.Range{{First: 11, Last: 59}}) {
		t.Errorf("%v are due", got)
	}
}

// A run in one direction makes only those corrections good that it can reach.
func TestOneDirectionKeepsTheOtherFixes(t *testing.T) {
	r := opened(t, 40, nil)
	r.Click(3, 4, true)
	r.idle()
	r.Track()
	r.idle()
	r.Click(5, 4, true)
	r.idle()
	r.TrackAll(inference.Backward)
	if r.Tracking() || r.Message().Kind != Warning || !strings.Contains(r.Message().Text, "before frame 0") {
		t.Errorf("tracking %v, message %+v", r.Tracking(), r.Message())
	}
	if got := r.due(); len(got) != 1 {
		t.Fatalf("%v are due", got)
	}
	r.TrackAll(inference.Forward)
	r.idle()
	if got := r.due(); got != nil {
		t.Errorf("after the run forward %v are due", got)
	}
}

// A run that is stopped leaves its corrections due.
func TestStoppedRunLeavesFixesDue(t *testing.T) {
	r := trackedFrom10(t, 40)
	r.GoTo(20)
	r.Click(5, 4, true)
	r.idle()
	want := r.due()
	// The run cannot come to its end before it is stopped.
	stopped := make(chan struct{})
	r.sess.Tell(func(context.Context, inference.Session) error { <-stopped; return nil })
	r.Track()
	r.Stop()
	close(stopped)
	r.idle()
	if got := r.due(); !slices.Equal(got, want) {
		t.Errorf("%v are due, want %v", got, want)
	}
}

// Taking work back shows the frame that it was on; taking a run back does not
// move.
func TestUndoShowsItsFrame(t *testing.T) {
	r := trackedFrom10(t, 40)
	r.GoTo(20)
	r.Click(5, 4, true)
	r.idle()
	r.GoTo(35)
	r.Undo()
	if r.Frame() != 20 || !strings.Contains(r.Message().Text, "frame 20") {
		t.Errorf("frame %d, message %+v", r.Frame(), r.Message())
	}
	r.GoTo(35)
	r.Undo()
	if r.Frame() != 35 {
		t.Errorf("undo of a run goes to frame %d", r.Frame())
	}
}

// The status line says what comes next, and nothing that is over.
func TestStatusLineSaysWhatIsNext(t *testing.T) {
	r := opened(t, 40, nil)
	says := func(want string) {
		t.Helper()
		if got := r.Message().Text; !strings.Contains(got, want) {
			t.Errorf("%q, want %q", got, want)
		}
	}
	says("Click the object")
	r.Track()
	says("click an object first")
	r.Click(3, 4, true)
	r.idle()
	says("Ctrl+T tracks object 1")
	r.SetLabel(1, "bear")
	says("Ctrl+T tracks bear")
	r.Track()
	says("Tracking")
	r.idle()
	r.wait("the review is ranked", func() bool { return strings.Contains(r.Message().Text, ". N") })
	says("Mask propagation completed")
	r.GoTo(20)
	r.Click(3, 4, true)
	r.idle()
	says("Ctrl+T tracks frames 1–39 again")
	r.PrevKeyframe()
	r.PrevKeyframe()
	says("no keyframe before")
	r.CloseClip()
	if m := r.Message(); m != (Message{}) {
		t.Errorf("after closing %+v", m)
	}
}

func TestSelectNextStaysInTheList(t *testing.T) {
	r := opened(t, 5, nil)
	r.SelectNext(1)
	if r.Selected() != 0 {
		t.Errorf("selected %d of none", r.Selected())
	}
	for range 12 {
		r.AddObject()
	}
	for _, s := range []struct {
		n    int
		want annotate.ObjectID
	}{{1, 12}, {-1, 11}, {-20, 1}, {-1, 1}, {1, 2}, {20, 12}} {
		if r.SelectNext(s.n); r.Selected() != s.want {
			t.Fatalf("%+d: object %d, want %d", s.n, r.Selected(), s.want)
		}
	}
}

// A run that starts while one that was undone still ends waits for that.
func TestTrackRightAfterUndo(t *testing.T) {
	r := opened(t, 60, func() { time.Sleep(100 * time.Microsecond) })
	r.Click(3, 4, true)
	r.idle()
	r.Track()
	r.wait("some frames are tracked", func() bool { return len(r.Document().ResultFrames(1)) > 5 })
	r.Undo()
	r.Track()
	r.idle()
	if n := len(r.Document().ResultFrames(1)); n != 60 {
		t.Errorf("%d frames are tracked; %+v", n, r.Message())
	}
}
