package controller

import (
	"slices"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/ui/controller/tracks"
	"github.com/masklet/masklet/ui/session"
)

// Objects is the list of objects and which of them is selected.
type Objects struct {
	*desk
	play     *Playback
	selected annotate.ObjectID
	lastID   annotate.ObjectID // no ID of a deleted object is used again
	leaves   func()            // called before another object is selected
}

// opened selects the first object of a document that was just opened.
func (o *Objects) opened() {
	o.selected, o.lastID = 0, 0
	o.selectFirst()
}

func (o *Objects) selectFirst() {
	if objs := o.doc().Objects(); len(objs) > 0 {
		o.selected = objs[0].ID
	}
}

// undone lets the numbers of objects that an undo took away be used again: a redo
// cannot bring them back once there is another.
func (o *Objects) undone() { o.lastID = o.doc().NextObjectID() - 1 }

// selectLast selects the last object if none is selected.
func (o *Objects) selectLast() {
	if objs := o.doc().Objects(); o.selected == 0 && len(objs) > 0 {
		o.selected = objs[len(objs)-1].ID
	}
}

// edited brings the selection in step with edits that were applied.
func (o *Objects) edited(edits []annotate.Edit) {
	for _, e := range edits {
		switch e, ok := e.(annotate.ObjectEdit); {
		case !ok:
		case e.After != nil:
			o.lastID = max(o.lastID, e.ID)
		case o.selected == e.ID:
			o.selected = 0
			o.selectFirst()
		}
	}
}

// key is the selected object on the current frame.
func (o *Objects) key() annotate.FrameKey {
	return annotate.FrameKey{Object: o.selected, Frame: o.play.frame}
}

// target returns the object and frame that a prompt is for, with the edits
// that make the object if there is none.
func (o *Objects) target() ([]annotate.Edit, annotate.FrameKey) {
	key := o.key()
	if key.Object != 0 {
		return nil, key
	}
	fresh := o.newObject()
	key.Object = fresh.ID
	return []annotate.Edit{o.doc().SetObject(fresh)}, key
}

// NextKeyframe moves to the next keyframe of the selected object, or of any if
// none is selected.
func (o *Objects) NextKeyframe() {
	f, ok := o.play.keyframeFrom(o.selected, 1)
	o.play.goToAny(f, ok, "There is no keyframe after this frame")
}

// PrevKeyframe moves to the previous keyframe, as NextKeyframe does.
func (o *Objects) PrevKeyframe() {
	f, ok := o.play.keyframeFrom(o.selected, -1)
	o.play.goToAny(f, ok, "There is no keyframe before this frame")
}

// Selected returns the selected object, 0 for none.
func (o *Objects) Selected() annotate.ObjectID { return o.selected }

// Select selects an object; clicks then are for it.
func (s *Objects) Select(id annotate.ObjectID) {
	if s.selected == id {
		return
	}
	if _, ok := s.doc().Object(id); !ok && id != 0 {
		return
	}
	s.leaves()
	s.selected = id
	s.changed(PartObjects | PartScene | PartTimeline)
}

// SelectDigit selects the object of a digit.
func (s *Objects) SelectDigit(digit int) {
	for id, d := range s.Digits() {
		if d == digit {
			s.Select(id)
		}
	}
}

// Digits returns the digits that select objects: their own numbers (0 is 10), and
// for objects of larger numbers what is left, in their order.
func (s *Objects) Digits() map[annotate.ObjectID]int {
	out, taken := map[annotate.ObjectID]int{}, map[int]bool{}
	for _, o := range s.doc().Objects() {
		if o.ID <= 10 {
			out[o.ID] = int(o.ID) % 10
			taken[int(o.ID)] = true
		}
	}
	next := 1
	for _, o := range s.doc().Objects() {
		for taken[next] {
			next++
		}
		if next > 10 {
			break
		}
		if o.ID > 10 {
			out[o.ID] = next % 10
			next++
		}
	}
	return out
}

// SelectNext selects the object that is n places further down the list, within
// its ends.
func (s *Objects) SelectNext(n int) {
	objs := s.doc().Objects()
	i := slices.IndexFunc(objs, func(o annotate.Object) bool { return o.ID == s.selected })
	if len(objs) > 0 {
		s.Select(objs[min(max(0, i+n), len(objs)-1)].ID)
	}
}

// AddObject makes a new object and selects it.
func (s *Objects) AddObject() {
	o := s.newObject()
	s.sess.Do(annotate.Change{Name: "Add object", Edits: []annotate.Edit{s.doc().SetObject(o)}})
	s.Select(o.ID)
	s.say(Info, "Click "+s.doc().Name(o.ID)+" in the picture")
}

func (s *Objects) newObject() annotate.Object {
	id := max(s.doc().NextObjectID(), s.lastID+1)
	o := annotate.Object{ID: id, Color: annotate.PaletteColor(int(id))}
	if cs := s.doc().Classes(); len(cs) == 1 {
		o.Class = cs[0].ID
	}
	return o
}

// DeleteObject removes an object with all its masks.
func (s *Objects) DeleteObject(id annotate.ObjectID) {
	if _, ok := s.doc().Object(id); !ok {
		return
	}
	s.leaves()
	name := s.doc().Name(id)
	s.sess.DeleteObject(id)
	s.say(Info, "Deleted "+name+" (Ctrl+Z brings it back)")
}

// SetLabel names an object.
func (s *Objects) SetLabel(id annotate.ObjectID, label string) {
	label = strings.TrimSpace(label)
	hinted := s.message == Message{Kind: Info, Text: nextStep(s.sess)}
	s.editObject(id, "Rename object", func(o *annotate.Object) { o.Label = label })
	if hinted {
		s.say(Info, nextStep(s.sess)) // it may name the object
	}
}

// SetColor changes an object's colour.
func (s *Objects) SetColor(id annotate.ObjectID, col annotate.Color) {
	s.editObject(id, "Change colour", func(o *annotate.Object) { o.Color = col })
}

// SetHidden hides an object's mask or shows it again.
func (s *Objects) SetHidden(id annotate.ObjectID, hidden bool) {
	name := "Show object"
	if hidden {
		name = "Hide object"
	}
	s.editObject(id, name, func(o *annotate.Object) { o.Hidden = hidden })
}

// SetClass puts an object into the class of that name, which is made if there
// is none; an empty name takes it out of its class.
func (s *Objects) SetClass(id annotate.ObjectID, name string) {
	o, ok := s.doc().Object(id)
	name = strings.TrimSpace(name)
	if !ok {
		return
	}
	var edits []annotate.Edit
	class := annotate.ClassID(0)
	if name != "" {
		all := s.doc().Classes()
		i := slices.IndexFunc(all, func(k annotate.Class) bool { return k.Name == name })
		if i >= 0 {
			class = all[i].ID
		} else {
			class = s.doc().NextClassID()
			edits = append(edits, s.doc().SetClass(annotate.Class{ID: class, Name: name, Color: annotate.PaletteColor(int(class))}))
		}
	}
	if o.Class == class {
		return
	}
	o.Class = class
	s.sess.Do(annotate.Change{Name: "Set class", Edits: append(edits, s.doc().SetObject(o))})
}

func (s *Objects) editObject(id annotate.ObjectID, name string, f func(*annotate.Object)) {
	o, ok := s.doc().Object(id)
	if !ok {
		return
	}
	before := o
	f(&o)
	if o != before {
		s.sess.Do(annotate.Change{Name: name, Edits: []annotate.Edit{s.doc().SetObject(o)}})
	}
}

// trackDesk is what the actions on tracks work with.
type trackDesk struct {
	*desk
	objects *Objects
}

// Session implements tracks.Desk.
func (d trackDesk) Session() *session.Session { return d.sess }

// Key implements tracks.Desk.
func (d trackDesk) Key() annotate.FrameKey { return d.objects.key() }

// Select implements tracks.Desk.
func (d trackDesk) Select(id annotate.ObjectID) { d.objects.Select(id) }

// Say implements tracks.Desk.
func (d trackDesk) Say(text string) { d.say(Info, text) }

// Facts returns what is known of the selected object on the current frame.
func (s *Objects) Facts() string {
	return tracks.Facts(s.doc(), s.key(), func(engine string) bool { return s.deps.Engines.Kind(engine) == inference.SAM2 })
}
