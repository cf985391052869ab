package tracks

import (
	"slices"

	"github.com/masklet/masklet/annotate"
)

// Others returns the objects beside the selected one.
func (t *Tracks) Others() []annotate.Object {
	own := t.desk.Key().Object
	return slices.DeleteFunc(t.doc().Objects(), func(o annotate.Object) bool { return o.ID == own })
}

// still reports whether tracks may change hands, and says so if not: a run or a
// prompt under way would still answer for the old ones.
func (t *Tracks) still() bool {
	s := t.desk.Session()
	if s.Tracking() || s.Pending() {
		t.desk.Say("Wait for the engine, or stop it, before tracks change hands")
		return false
	}
	return true
}

// JoinWith gives the track of another object to the selected one.
func (t *Tracks) JoinWith(other annotate.ObjectID) {
	k, ok := t.chosen()
	if !ok || other == k.Object || !t.still() {
		return
	}
	d := t.doc()
	name, gone := d.Name(k.Object), d.Name(other)
	t.do("Join "+name+" and "+gone, d.Join(k.Object, other))
	t.say("%s has the track of %s now (Ctrl+Z takes it back)", name, gone)
}

// SplitHere gives the track of the selected object from the current frame on to a
// new object.
func (t *Tracks) SplitHere() {
	k, ok := t.chosen()
	if !ok || !t.still() {
		return
	}
	d := t.doc()
	if k.Frame == 0 {
		t.desk.Say("Go to the frame from which the track is another object's")
		return
	}
	o, _ := d.Object(k.Object)
	fresh := annotate.Object{ID: d.NextObjectID(), Class: o.Class}
	fresh.Color = annotate.PaletteColor(int(fresh.ID))
	name := d.Name(k.Object)
	t.do("Split "+name, d.SplitAt(k.Object, k.Frame, fresh))
	t.say("The track of %s is %s's from frame %d on", name, d.Name(fresh.ID), k.Frame)
}

// SwapWith exchanges the selected object and another from the current frame on.
func (t *Tracks) SwapWith(other annotate.ObjectID) {
	k, ok := t.chosen()
	if !ok || other == k.Object || !t.still() {
		return
	}
	d := t.doc()
	name, second := d.Name(k.Object), d.Name(other)
	t.do("Swap "+name+" and "+second, d.SwapFrom(k.Object, other, k.Frame))
	t.say("%s and %s are exchanged from frame %d on", name, second, k.Frame)
}

// MaxNumber is the largest number that an object can be given.
const MaxNumber = 1_000_000

// Renumber gives the selected object another number; it reports whether that can
// be. An object that has the number takes the old one.
func (t *Tracks) Renumber(to int) bool {
	k, ok := t.chosen()
	switch {
	case !ok || !t.still():
		return false
	case to < 1 || to > MaxNumber:
		t.say("An object's number is from 1 to %d", MaxNumber)
		return false
	case annotate.ObjectID(to) == k.Object:
		return false
	}
	name := t.doc().Name(k.Object)
	t.do("Renumber "+name, t.doc().RenumberObject(k.Object, annotate.ObjectID(to)))
	t.desk.Select(annotate.ObjectID(to))
	t.say("%s is object %d now", name, to)
	return true
}
