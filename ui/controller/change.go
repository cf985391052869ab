package controller

import (
	"fmt"
	"maps"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// apply does a change: the only way in which the document changes, undo and
// redo aside.
func (c *Controller) apply(ch annotate.Change) {
	if len(ch.Edits) == 0 {
		return
	}
	c.clip.hist.Do(ch)
	c.noted(ch.Edits)
}

// noted tells everybody that edits were applied.
func (c *Controller) noted(edits []annotate.Edit) {
	cl := c.clip
	cl.note(edits)
	parts := PartTimeline | PartHistory
	for _, e := range edits {
		switch e := e.(type) {
		case annotate.ObjectEdit:
			parts |= PartObjects | PartScene | PartReview | PartTrack
			if e.After == nil {
				c.objectGone(e.ID)
			} else {
				cl.lastID = max(cl.lastID, e.ID)
			}
		case annotate.ClassEdit:
			parts |= PartObjects
		case annotate.PromptEdit:
			parts |= PartScene | PartTrack
		case annotate.ResultEdit:
			if e.Key.Frame == cl.shown.frame || e.Key.Frame == cl.frame || c.view.Onion {
				parts |= PartScene
			}
		case annotate.ProtectEdit:
			parts |= PartScene | PartReview | PartTrack
		case annotate.RangeEdit:
			parts |= PartTrack
		case annotate.SettingEdit:
			parts |= PartReview
		}
	}
	c.changed(parts)
}

// objectGone drops everything that waits for an object.
func (c *Controller) objectGone(id annotate.ObjectID) {
	cl := c.clip
	maps.DeleteFunc(cl.pending, func(k annotate.FrameKey, _ pendingPrompt) bool { return k.Object == id })
	cl.review.items = slices.DeleteFunc(slices.Clone(cl.review.items), func(it annotate.ReviewItem) bool { return it.Key.Object == id })
	if cl.selected == id {
		cl.selected, cl.point = 0, -1
		if objs := cl.doc.Objects(); len(objs) > 0 {
			cl.selected = objs[0].ID
		}
	}
	cl.job.gone[id] = true
}

// CanUndo returns the name of the step that Undo takes back.
func (c *Controller) CanUndo() (string, bool) {
	if c.clip == nil {
		return "", false
	}
	return c.clip.hist.CanUndo()
}

// CanRedo returns the name of the step that Redo does again.
func (c *Controller) CanRedo() (string, bool) {
	if c.clip == nil {
		return "", false
	}
	return c.clip.hist.CanRedo()
}

// Undo takes the latest step back. A stroke that is being drawn goes first; a
// propagation that runs is stopped, since its frames are what would be undone.
func (c *Controller) Undo() {
	if c.clip == nil {
		return
	}
	if c.cancelStroke() {
		return
	}
	name, ok := c.CanUndo()
	if !ok {
		return
	}
	c.stopAndForget()
	c.moved("Undone: "+name, c.clip.hist.Undo(), false)
}

// Redo does the step again that was undone last.
func (c *Controller) Redo() {
	if c.clip == nil {
		return
	}
	name, ok := c.CanRedo()
	if !ok {
		return
	}
	c.stopAndForget()
	c.moved("Done again: "+name, c.clip.hist.Redo(), true)
}

// moved brings everything in step after an undo or redo.
func (c *Controller) moved(text string, changes []annotate.Change, redone bool) {
	var edits []annotate.Edit
	for _, ch := range changes {
		edits = append(edits, ch.Edits...)
	}
	cl := c.clip
	for _, e := range edits {
		if p, ok := e.(annotate.PromptEdit); ok {
			// Whatever is on its way was asked for another prompt.
			delete(cl.pending, p.Key)
			cl.point = -1
		}
	}
	c.flushHeld()
	c.noted(edits)
	c.refix(changes, redone)
	if cl.selected == 0 {
		if objs := cl.doc.Objects(); len(objs) > 0 {
			cl.selected = objs[len(objs)-1].ID
		}
	}
	c.tellSession(edits)
	c.rankReview()
	if f, ok := oneFrame(edits); ok && f != cl.frame {
		c.GoTo(f)
		text += fmt.Sprintf(" (frame %d)", f)
	}
	if slices.ContainsFunc(changes, func(ch annotate.Change) bool { return ch.Group != 0 && ch.Group == cl.job.group }) {
		cl.job.group = 0 // its progress speaks of masks that are no longer as it left them
		c.changed(PartTrack)
	}
	c.say(Info, text)
}

// oneFrame returns the frame that edits are about, if it is one: a person who
// takes work on it back wants to see that.
func oneFrame(edits []annotate.Edit) (frame int, ok bool) {
	for _, e := range edits {
		var k annotate.FrameKey
		switch e := e.(type) {
		case annotate.PromptEdit:
			k = e.Key
		case annotate.ResultEdit:
			k = e.Key
		case annotate.ProtectEdit:
			k = e.Key
		default:
			continue
		}
		if ok && k.Frame != frame {
			return 0, false
		}
		frame, ok = k.Frame, true
	}
	return frame, ok
}

// tellSession brings the engine's session in step with edits that did not come
// from it. It runs between two frames of whatever the session does.
func (c *Controller) tellSession(edits []annotate.Edit) {
	c.tell(sessionOps(c.clip.doc, edits))
}

func (c *Controller) tell(ops []sessionOp) {
	if len(ops) == 0 {
		return
	}
	cl := c.clip
	c.whenReady(func(s *session) {
		s.runner.Do(func(is inference.Session) {
			for _, op := range ops {
				if s.ctx.Err() != nil {
					return
				}
				if err := op(s.ctx, is); err != nil {
					c.postFor(cl, func() { c.fail("Engine", err) })
				}
			}
		})
	})
}
