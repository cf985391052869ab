package controller

import (
	"fmt"

	"github.com/masklet/masklet/annotate"
)

// History takes steps back and does them again.
type History struct {
	*desk
	play    *Playback
	objects *Objects
	prompts *Prompts
	review  *Review
}

// CanUndo returns the name of the step that Undo takes back.
func (h *History) CanUndo() (name string, ok bool) { return h.sess.CanUndo() }

// CanRedo returns the name of the step that Redo does again.
func (h *History) CanRedo() (name string, ok bool) { return h.sess.CanRedo() }

// Undo takes the latest step back. A stroke that is being drawn goes first, and of
// an area its last vertex; a
// propagation that runs is stopped, since its frames are what would be undone.
func (h *History) Undo() {
	if h.prompts.painter.cancelStroke() || h.prompts.painter.Area.Back() {
		return
	}
	if name, ok := h.CanUndo(); ok {
		h.moved("Undone: "+name, h.sess.Undo())
	}
}

// Redo does the step again that was undone last.
func (h *History) Redo() {
	if name, ok := h.CanRedo(); ok {
		h.moved("Done again: "+name, h.sess.Redo())
	}
}

// moved shows what an undo or redo changed.
func (h *History) moved(text string, edits []annotate.Edit) {
	h.prompts.point = -1
	h.objects.undone()
	h.objects.selectLast()
	h.review.rank()
	if f, ok := oneFrame(edits); ok && f != h.play.frame {
		h.play.GoTo(f)
		text += fmt.Sprintf(" (frame %d)", f)
	}
	h.changed(PartTrack | PartScene)
	h.say(Info, text)
}

// oneFrame returns the frame that edits are about, if it is one: a user who
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
