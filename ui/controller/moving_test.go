package controller

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// What was opened before opens where the user left it.
func TestReopeningGoesBackToTheFrame(t *testing.T) {
	r := opened(t, 40, nil)
	r.GoTo(5)
	r.Click(3, 4, true)
	r.idle()
	r.AddObject()
	r.GoTo(31)
	r.Select(1)
	r.CloseClip()
	r.OpenFile("clip.mp4")
	r.wait("it is open again", r.IsOpen)
	r.idle()
	if r.Frame() != 31 || r.Selected() != 1 {
		t.Errorf("frame %d, object %d", r.Frame(), r.Selected())
	}
}

// Numbers of objects and the digits that choose them agree, also after undo and
// after an object was deleted.
func TestDigitsAreTheObjectsNumbers(t *testing.T) {
	r := opened(t, 5, nil)
	r.AddObject()
	r.AddObject()
	r.Undo()
	r.AddObject()
	if objs := r.Document().Objects(); len(objs) != 2 || objs[1].ID != 2 {
		t.Errorf("after undo the new object has the number %+v", objs)
	}
	r.AddObject()
	r.DeleteObject(2)
	r.SelectDigit(3)
	if r.Selected() != 3 {
		t.Errorf("3 selects object %d", r.Selected())
	}
	r.AddObject()
	if r.Selected() != 4 {
		t.Errorf("the new object has the number %d", r.Selected())
	}
	for _, id := range []annotate.ObjectID{10, 40, 17} {
		r.sess.Do(annotate.Change{Edits: []annotate.Edit{r.Document().SetObject(annotate.Object{ID: id})}})
	}
	digits := r.Digits()
	for id, want := range map[annotate.ObjectID]int{1: 1, 3: 3, 4: 4, 10: 0, 17: 2, 40: 5} {
		if digits[id] != want {
			t.Errorf("object %d has the digit %d, want %d", id, digits[id], want)
		}
	}
}

// While one run goes on, another key says so.
func TestTrackingBackwardWhileForwardRunsSaysSo(t *testing.T) {
	gate := make(chan struct{})
	r := opened(t, 30, nil)
	r.Click(3, 4, true)
	r.idle()
	hold := func() { <-gate }
	r.video.delay.Store(&hold)
	r.TrackAll(inference.Forward)
	for _, again := range []func(){func() { r.TrackAll(inference.Backward) }, func() { r.TrackStep(inference.Forward) }} {
		r.Say(Info, "")
		again()
		if m := r.Message(); !strings.Contains(m.Text, "runs already") {
			t.Errorf("message %+v", m)
		}
	}
	r.Stop()
	close(gate)
	r.idle()
}

// A line about a frame or object goes when the user leaves that; failures and what
// was said of the video stay.
func TestLinesGoStale(t *testing.T) {
	r := opened(t, 30, nil)
	next := r.Message().Text
	for name, leave := range map[string]func(){
		"frame":  func() { r.GoTo(r.Frame() + 1) },
		"object": func() { r.AddObject(); r.Select(r.Selected() - 1) },
		"tool":   func() { r.SetTool(ToolBox); r.SetTool(ToolAdd) },
	} {
		r.AddObject()
		r.Say(Warning, "There is nothing on this frame")
		leave()
		if m := r.Message(); m.Text != next {
			t.Errorf("after another %s: %+v", name, m)
		}
	}
	r.Say(Failure, "The disk is full")
	r.GoTo(20)
	if m := r.Message(); m.Text != "The disk is full" {
		t.Errorf("a failure that nobody read went: %+v", m)
	}
	r.message = Message{Text: "clip.mp4 ends early", stay: true}
	r.GoTo(21)
	if m := r.Message(); m.Text != "clip.mp4 ends early" {
		t.Errorf("what was said of the video went: %+v", m)
	}
}

// A box in which nothing is found says what to do.
func TestBoxWithoutAnAnswerSaysSo(t *testing.T) {
	r := opened(t, 5, nil)
	r.DrawBox(annotate.Box{X0: 2, Y0: 2, X1: 30, Y1: 22})
	r.idle()
	if m := r.Message(); !strings.Contains(m.Text, "Nothing fits the box") {
		t.Errorf("message %+v", m)
	}
}

// A sign shows while an answer takes long, and only then.
func TestBusySignWhileAnAnswerTakesLong(t *testing.T) {
	gate, later := make(chan struct{}), make(chan func(), 8)
	var hold atomic.Bool
	r := newRig(t, 5, func() {
		if hold.Load() {
			<-gate
		}
	})
	r.deps.After = func(d time.Duration, f func()) {
		if d != slowAnswer {
			t.Errorf("after %v", d)
		}
		later <- f
	}
	r.OpenFile("clip.mp4")
	r.wait("the engine is ready", func() bool { ready, _ := r.EngineReady(); return ready })
	r.Click(3, 4, true)
	r.idle()
	(<-later)() // the answer came in time
	for r.loop.one() {
	}
	if r.Waiting() != "" {
		t.Error("a sign, although nothing is waited for")
	}
	hold.Store(true)
	r.GoTo(3)
	r.Click(5, 6, true)
	if r.Waiting() != "" {
		t.Error("a sign at once")
	}
	(<-later)()
	r.wait("the sign shows", func() bool { return r.Waiting() == "Finding the mask ..." })
	close(gate)
	r.idle()
	if r.Waiting() != "" {
		t.Error("the sign stays after the answer")
	}
}
