package session

import (
	"context"
	"maps"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// Do applies a change: with Undo and Redo the only way in which the document
// changes. What the engine must know of it is told by those who make the
// change (see Tell).
func (s *Session) Do(c annotate.Change) {
	if len(c.Edits) == 0 {
		return
	}
	s.hist.Do(c)
	s.edited(c.Edits)
}

// DoAndTell applies a change of objects or protected frames, and tells the
// engine about it.
func (s *Session) DoAndTell(c annotate.Change) {
	s.Do(c)
	s.tell(sessionOps(s.doc, c.Edits))
	s.flushHeld()
}

// DeleteObject removes an object with all its masks.
func (s *Session) DeleteObject(id annotate.ObjectID) {
	edits := s.doc.DeleteObject(id)
	s.Do(annotate.Change{Name: "Delete " + s.doc.Name(id), Edits: edits})
	// The engine forgets the object with all it knows about it.
	s.tell(sessionOps(s.doc, edits[len(edits)-1:]))
	s.flushHeld()
}

// edited brings what belongs to the document in step with edits.
func (s *Session) edited(edits []annotate.Edit) {
	for _, e := range edits {
		if o, ok := e.(annotate.ObjectEdit); ok && o.After == nil {
			maps.DeleteFunc(s.prompts.pending, func(k annotate.FrameKey, _ pending) bool { return k.Object == o.ID })
			s.job.gone[o.ID] = true
			delete(s.splits.told, o.ID)
			for _, h := range s.held {
				h.job.gone[o.ID] = true
			}
		}
	}
	if splitsChanged(edits) {
		s.splits.news()
	}
	s.notify(Edited{edits})
}

// CanUndo returns the name of the step that Undo takes back.
func (s *Session) CanUndo() (name string, ok bool) { return s.hist.CanUndo() }

// CanRedo returns the name of the step that Redo does again.
func (s *Session) CanRedo() (name string, ok bool) { return s.hist.CanRedo() }

// Undo takes the latest step back and returns its edits as they were applied. A
// run is stopped, since its frames are what would be undone.
func (s *Session) Undo() []annotate.Edit {
	if _, ok := s.hist.CanUndo(); !ok {
		return nil
	}
	s.stopAndForget()
	return s.moved(s.hist.Undo(), false)
}

// Redo does the step again that was undone last, as Undo does.
func (s *Session) Redo() []annotate.Edit {
	if _, ok := s.hist.CanRedo(); !ok {
		return nil
	}
	s.stopAndForget()
	return s.moved(s.hist.Redo(), true)
}

func (s *Session) moved(changes []annotate.Change, redone bool) []annotate.Edit {
	var edits []annotate.Edit
	for _, c := range changes {
		edits = append(edits, c.Edits...)
		if c.Group != 0 && c.Group == s.job.group {
			s.job.undone = true
		}
	}
	for _, e := range edits {
		if p, ok := e.(annotate.PromptEdit); ok {
			// Whatever is on its way was asked for another prompt.
			delete(s.prompts.pending, p.Key)
		}
	}
	s.flushHeld()
	s.edited(edits)
	s.fixes.moved(changes, redone)
	s.tell(sessionOps(s.doc, edits))
	return edits
}

// Tell runs f with the engine's session between two frames of whatever it does.
// If no engine is ready, f never runs.
func (s *Session) Tell(f func(ctx context.Context, is inference.Session) error) {
	s.tell([]sessionOp{f})
}

// tell tells the engine's session what changed. One that is being opened is told
// everything once it is (see tellAll).
func (s *Session) tell(ops []sessionOp) {
	l := s.engine.live
	if len(ops) == 0 || l == nil {
		return
	}
	l.runner.Do(func(is inference.Session) {
		for _, op := range ops {
			if l.ctx.Err() != nil {
				return
			}
			if err := op(l.ctx, is); err != nil {
				s.Post(func() { s.failed("Engine", err) })
			}
		}
	})
}
