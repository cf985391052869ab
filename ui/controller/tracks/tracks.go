// Package tracks is what the user does to the tracks of objects as a whole: where
// an object is absent or occluded, where scenes are cut, and which track belongs
// to which object. Every action is one step of the history.
package tracks

import (
	"fmt"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/session"
)

// Desk is what the rest of the window's logic offers.
type Desk interface {
	Session() *session.Session
	// Key is the selected object, 0 for none, on the current frame.
	Key() annotate.FrameKey
	// Select selects an object.
	Select(id annotate.ObjectID)
	// Say shows one plain line.
	Say(text string)
}

// Tracks changes tracks. Its methods are called on the UI goroutine.
type Tracks struct{ desk Desk }

// New returns the actions on the tracks of a desk.
func New(d Desk) *Tracks { return &Tracks{d} }

func (t *Tracks) doc() *annotate.Document { return t.desk.Session().Document() }

func (t *Tracks) do(name string, edits []annotate.Edit) {
	t.desk.Session().DoAndTell(annotate.Change{Name: name, Edits: edits})
}

func (t *Tracks) say(format string, args ...any) { t.desk.Say(fmt.Sprintf(format, args...)) }

// chosen returns the selected object on the current frame; where there is none it
// says so.
func (t *Tracks) chosen() (k annotate.FrameKey, ok bool) {
	k = t.desk.Key()
	if k.Object == 0 {
		t.desk.Say("Choose an object first")
	}
	return k, k.Object != 0
}

// ToggleAbsent says that the selected object is not in the picture from the current
// frame on; on a frame where it is absent, that it is seen again.
func (t *Tracks) ToggleAbsent() {
	k, ok := t.chosen()
	if !ok {
		return
	}
	name := t.doc().Name(k.Object)
	if t.doc().Notes(k.Object).Absent.Contains(k.Frame) {
		t.do("Seen again", t.doc().SeenFrom(k))
		t.say("%s is seen again from frame %d: click it there", name, k.Frame)
		return
	}
	t.do("Absent", t.doc().AbsentFrom(k))
	r, _ := t.doc().Notes(k.Object).Absent.At(k.Frame)
	t.say("%s is absent on frames %d to %d; a click, or the same key, where it is seen again ends that", name, k.Frame, r.Last)
}

// ToggleOccluded says that something hides a part of the selected object from the
// current frame on, or no longer.
func (t *Tracks) ToggleOccluded() {
	k, ok := t.chosen()
	if !ok {
		return
	}
	name := t.doc().Name(k.Object)
	if t.doc().Notes(k.Object).Absent.Contains(k.Frame) {
		t.say("%s is absent on this frame", name)
		return
	}
	t.do("Occluded", t.doc().OccludedFrom(k))
	if t.doc().Notes(k.Object).Occluded.Contains(k.Frame) {
		t.say("%s is partly hidden from frame %d on, until the same key ends that", name, k.Frame)
		return
	}
	t.say("%s is no longer partly hidden from frame %d on", name, k.Frame)
}

// ToggleCut says that there is a scene cut before a frame, or that there is none.
func (t *Tracks) ToggleCut(frame int) {
	d := t.doc()
	if frame < 1 || frame >= d.Frames() {
		t.desk.Say("There is no cut before the first frame")
		return
	}
	cut := !d.IsCut(frame)
	set := &cut
	if d.FoundCut(frame) == cut {
		set = nil // the picture says so
	}
	t.do("Scene cut", []annotate.Edit{d.SetCut(frame, set)})
	if cut {
		t.say("Scene cut before frame %d: tracks stop there", frame)
		return
	}
	t.say("No scene cut before frame %d: tracks go on there", frame)
}

// ToggleThrough says that the track of the selected object goes on through the cut
// at the current frame, or the next one, or that it stops there.
func (t *Tracks) ToggleThrough() {
	k, ok := t.chosen()
	if !ok {
		return
	}
	at := -1
	for _, f := range t.doc().AllCuts() {
		if f >= k.Frame {
			at = f
			break
		}
	}
	if at < 0 {
		t.desk.Say("No scene cut is known from this frame on")
		return
	}
	n := t.doc().Notes(k.Object)
	on := !n.GoesOn(at)
	t.do("Track through a cut", []annotate.Edit{t.doc().SetNotes(k.Object, n.WithThrough(at, on))})
	if on {
		t.say("%s is followed through the scene cut at frame %d", t.doc().Name(k.Object), at)
		return
	}
	t.say("The track of %s stops at the scene cut at frame %d", t.doc().Name(k.Object), at)
}

// StopsLine says where scene cuts ended tracks, "" where none did.
func StopsLine(d *annotate.Document, stops []session.Stop) string {
	if len(stops) == 0 {
		return ""
	}
	s := stops[0]
	cut := s.Frame
	if s.Backward {
		cut++
	}
	text := fmt.Sprintf("%s stops at the scene cut at frame %d", d.Name(s.Object), cut)
	if n := len(stops) - 1; n > 0 {
		text += fmt.Sprintf(" (and %d more)", n)
	}
	return text
}

// Facts returns what is known of an object on a frame: the source of its mask,
// confidence and, of an engine that is scored, the object score (above 0 it thinks
// that the object is visible), and what the user says of it.
func Facts(d *annotate.Document, k annotate.FrameKey, scored func(engine string) bool) string {
	r, ok := d.Result(k)
	n := d.Notes(k.Object)
	switch {
	case n.Absent.Contains(k.Frame):
		return "absent"
	case !ok:
		return ""
	}
	text := fmt.Sprintf("%s, confidence %.2f", r.Source, r.Confidence)
	if r.Score != 0 && scored(r.Engine) {
		text += fmt.Sprintf(", object score %.1f", r.Score)
	}
	for _, fact := range []struct {
		so   bool
		text string
	}{{r.Area == 0, ", not visible"}, {n.Occluded.Contains(k.Frame), ", partly hidden"}, {d.Protected(k), ", accepted"}} {
		if fact.so {
			text += fact.text
		}
	}
	return text
}
