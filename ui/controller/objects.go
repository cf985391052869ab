package controller

import (
	"fmt"
	"slices"
	"strings"

	"github.com/masklet/masklet/annotate"
)

// Selected returns the selected object, 0 for none.
func (c *Controller) Selected() annotate.ObjectID {
	if c.clip == nil {
		return 0
	}
	return c.clip.selected
}

// Select selects an object; clicks then are for it.
func (c *Controller) Select(id annotate.ObjectID) {
	cl := c.clip
	if cl == nil || cl.selected == id {
		return
	}
	if _, ok := cl.doc.Object(id); !ok && id != 0 {
		return
	}
	c.cancelStroke()
	c.endPreview()
	cl.selected, cl.point, cl.corner = id, -1, nil
	c.changed(PartObjects | PartScene | PartTimeline)
}

// SelectNth selects the nth object of the list, from 1.
func (c *Controller) SelectNth(n int) {
	if c.clip == nil {
		return
	}
	if objs := c.clip.doc.Objects(); n >= 1 && n <= len(objs) {
		c.Select(objs[n-1].ID)
	}
}

// SelectNext selects the object that is n places further down the list, within
// its ends.
func (c *Controller) SelectNext(n int) {
	if c.clip == nil {
		return
	}
	objs := c.clip.doc.Objects()
	i := slices.IndexFunc(objs, func(o annotate.Object) bool { return o.ID == c.clip.selected })
	if len(objs) > 0 {
		c.Select(objs[min(max(0, i+n), len(objs)-1)].ID)
	}
}

// AddObject makes a new object and selects it.
func (c *Controller) AddObject() {
	if c.clip == nil {
		return
	}
	o := c.newObject()
	c.apply(annotate.Change{Name: "Add object", Edits: []annotate.Edit{c.clip.doc.SetObject(o)}})
	c.Select(o.ID)
	c.say(Info, "Click "+c.clip.doc.Name(o.ID)+" in the picture")
}

func (c *Controller) newObject() annotate.Object {
	id := max(c.clip.doc.NextObjectID(), c.clip.lastID+1)
	o := annotate.Object{ID: id, Color: annotate.PaletteColor(int(id))}
	if cs := c.clip.doc.Classes(); len(cs) == 1 {
		o.Class = cs[0].ID
	}
	return o
}

// DeleteObject removes an object with all its masks.
func (c *Controller) DeleteObject(id annotate.ObjectID) {
	cl := c.clip
	if cl == nil {
		return
	}
	if _, ok := cl.doc.Object(id); !ok {
		return
	}
	c.cancelStroke()
	c.endPreview()
	name := cl.doc.Name(id)
	edits := cl.doc.DeleteObject(id)
	c.apply(annotate.Change{Name: "Delete " + name, Edits: edits})
	// The engine forgets the object with all it knows about it.
	c.tellSession(edits[len(edits)-1:])
	c.flushHeld()
	c.say(Info, "Deleted "+name+" (Ctrl+Z brings it back)")
}

// SetLabel names an object.
func (c *Controller) SetLabel(id annotate.ObjectID, label string) {
	label = strings.TrimSpace(label)
	if c.clip == nil {
		return
	}
	hinted := c.message == Message{Info, c.nextStep()}
	c.editObject(id, "Rename object", func(o *annotate.Object) { o.Label = label })
	if hinted {
		c.say(Info, c.nextStep()) // it may name the object
	}
}

// SetColor changes an object's colour.
func (c *Controller) SetColor(id annotate.ObjectID, col annotate.Color) {
	c.editObject(id, "Change colour", func(o *annotate.Object) { o.Color = col })
}

// SetHidden hides an object's mask or shows it again.
func (c *Controller) SetHidden(id annotate.ObjectID, hidden bool) {
	name := "Show object"
	if hidden {
		name = "Hide object"
	}
	c.editObject(id, name, func(o *annotate.Object) { o.Hidden = hidden })
}

// SetClass puts an object into the class of that name, which is made if there
// is none; an empty name takes it out of its class.
func (c *Controller) SetClass(id annotate.ObjectID, name string) {
	cl := c.clip
	if cl == nil {
		return
	}
	o, ok := cl.doc.Object(id)
	name = strings.TrimSpace(name)
	if !ok {
		return
	}
	var edits []annotate.Edit
	class := annotate.ClassID(0)
	if name != "" {
		all := cl.doc.Classes()
		i := slices.IndexFunc(all, func(k annotate.Class) bool { return k.Name == name })
		if i >= 0 {
			class = all[i].ID
		} else {
			class = cl.doc.NextClassID()
			edits = append(edits, cl.doc.SetClass(annotate.Class{ID: class, Name: name, Color: annotate.PaletteColor(int(class))}))
		}
	}
	if o.Class == class {
		return
	}
	o.Class = class
	c.apply(annotate.Change{Name: "Set class", Edits: append(edits, cl.doc.SetObject(o))})
}

func (c *Controller) editObject(id annotate.ObjectID, name string, f func(*annotate.Object)) {
	if c.clip == nil {
		return
	}
	o, ok := c.clip.doc.Object(id)
	if !ok {
		return
	}
	before := o
	f(&o)
	if o != before {
		c.apply(annotate.Change{Name: name, Edits: []annotate.Edit{c.clip.doc.SetObject(o)}})
	}
}

// Facts returns what is known of the selected object on the current frame: the
// source of its mask, confidence and, where the engine gives one, the object
// score (above 0 the engine thinks that the object is visible).
func (c *Controller) Facts() string {
	if c.clip == nil {
		return ""
	}
	k := c.key()
	r, ok := c.clip.doc.Result(k)
	if !ok {
		return ""
	}
	text := fmt.Sprintf("%s, confidence %.2f", r.Source, r.Confidence)
	if r.Score != 0 {
		text += fmt.Sprintf(", object score %.1f", r.Score)
	}
	if r.Area == 0 {
		text += ", not visible"
	}
	if c.clip.doc.Protected(k) {
		text += ", accepted"
	}
	return text
}
