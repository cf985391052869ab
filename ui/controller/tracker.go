package controller

import (
	"context"
	"errors"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/ui/controller/tracks"
	"github.com/masklet/masklet/ui/session"
)

// Tracker starts and stops tracking and says how far it is.
type Tracker struct {
	*desk
	engine  *Engine
	prompts *Prompts
	review  *Review
}

// opened offers to go on with a run that was cut short.
func (t *Tracker) opened() {
	if r, ok := t.sess.Resumable(); ok {
		t.offer("Tracking did not come to its end last time. What was finished is kept.", r)
	}
}

func (t *Tracker) offer(text string, r project.Run) {
	t.banner = Banner{Kind: Info, Text: text, Action: "Continue", Do: func() { t.Continue(r) }}
}

// Tracking reports whether a run is under way.
func (t *Tracker) Tracking() bool { return t.sess.Tracking() }

// Progress returns how far the latest run is; ok is false if there was none
// since the video was opened.
func (t *Tracker) Progress() (p inference.Progress, ok bool) { return t.sess.Progress() }

// Fixes returns the stretches that corrections can affect and that were not
// tracked again yet, and how many frames they are.
func (t *Tracker) Fixes() (ranges []annotate.Range, frames int) { return t.sess.Fixes() }

// CanTrack reports whether there is something to track from, and other frames to
// track to.
func (t *Tracker) CanTrack() bool { return t.doc().Frames() > 1 && len(t.sess.Guided()) > 0 }

// Track tracks what needs it: after corrections only the stretches that they
// can affect, otherwise everything, in both directions. While tracking runs it
// is stopped instead.
func (t *Tracker) Track() {
	if t.Tracking() {
		t.Stop()
	} else if !t.TrackFixes() {
		t.TrackAll(inference.Both)
	}
}

// TrackAll tracks all objects in one direction or both.
func (t *Tracker) TrackAll(dir inference.Direction) {
	target := session.Target{Direction: dir}
	if err := t.sess.Reach(target); err != nil && !t.Tracking() {
		t.say(Warning, "Track: "+PlainLine(err))
		return
	}
	t.refused("Track", t.sess.Track(target))
}

// TrackStep tracks the next frame alone, or the one before, and goes there.
func (t *Tracker) TrackStep(dir inference.Direction) {
	frame := t.prompts.play.frame + 1
	if dir == inference.Backward {
		frame -= 2
	}
	if frame < 0 || frame >= t.doc().Frames() {
		t.say(Info, "There is no frame to track in that direction")
		return
	}
	err := t.sess.TrackFrame(frame, dir)
	if err == nil {
		t.prompts.play.GoTo(frame)
	}
	t.refused("Track one frame", err)
}

// TrackFixes tracks again what corrections can affect; it returns false if there
// are none.
func (t *Tracker) TrackFixes() bool {
	any, err := t.sess.TrackFixes()
	t.refused("Track again", err)
	return any
}

// Continue goes on with a run that was cut short.
func (t *Tracker) Continue(r project.Run) {
	has := func(engine string) bool {
		for _, n := range t.engine.EngineNames() {
			if n == engine {
				return true
			}
		}
		return false
	}
	t.say(Info, "Looking up what is finished ...")
	err := t.sess.Continue(r, has)
	if errors.Is(err, session.ErrNoPrompt) {
		t.banner = Banner{}
		t.say(Info, "There is nothing left to continue")
		return
	}
	t.refused("Continue", err)
}

func (t *Tracker) refused(what string, err error) {
	if errors.Is(err, session.ErrBusy) {
		t.say(Warning, "Tracking runs already: Ctrl+T stops it")
		return
	}
	t.alert(what, err)
}

// Stop ends the run that is under way; finished frames are kept.
func (t *Tracker) Stop() {
	if t.Tracking() {
		t.say(Info, "Stopping ...")
		t.sess.Stop()
	}
}

// started makes way for a run.
func (t *Tracker) started() {
	t.prompts.begin()
	t.banner = Banner{}
	t.say(Info, "Tracking: go on looking and clicking meanwhile; Ctrl+T stops")
	t.changed(PartTrack)
}

// ended says how a run ended.
func (t *Tracker) ended(end session.Outcome) {
	p, _ := t.Progress()
	switch {
	case end.Err == nil:
		text := p.Line()
		if stops := tracks.StopsLine(t.doc(), end.Stops); stops != "" {
			text = stops + ": click it there if it goes on. " + text
		}
		t.say(Success, text)
		t.review.after = t.message
	case errors.Is(end.Err, context.Canceled):
		t.say(Info, "Tracking was stopped; finished frames are kept")
		if end.Run.ID != 0 && !end.Dropped && !end.Again {
			t.offer("Tracking was stopped. What is finished is kept.", end.Run)
		}
	default:
		t.alert(end.Name, end.Err)
	}
	t.review.rank()
	t.changed(PartTrack | PartTimeline | PartScene | PartHistory | PartMessage)
}
