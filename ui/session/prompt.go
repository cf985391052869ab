package session

import (
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// promptState holds the prompts that the engine has not answered yet.
type promptState struct {
	pending map[annotate.FrameKey]pending
	seq     int64 // of the latest request
}

type pending struct {
	seq  int64
	step annotate.Change // the step of the history that asked
	kept bool            // the user made the mask; the answer only confirms it
}

// Pending reports whether any prompt waits for its answer.
func (s *Session) Pending() bool { return len(s.prompts.pending) > 0 }

// Standing returns the prompt that the mask on a frame stands for: a click is
// added to it, so that it refines what is there, whatever made that. Where
// nothing is there, that is the prompt of the frame as it is.
func (s *Session) Standing(key annotate.FrameKey) annotate.Prompt {
	p, prompted := s.doc.Prompt(key)
	r, ok := s.doc.Result(key)
	_, waits := s.prompts.pending[key]
	switch {
	case waits, !ok, p.IsMask(), r.Area == 0, prompted && r.Source == annotate.Prompted && s.answers(r):
		return p
	}
	m, err := r.Mask.Load()
	if err != nil {
		s.failed("Read the mask that is to be corrected", err)
		return p
	}
	return annotate.Prompt{Mask: &m}
}

// answers reports whether the engine is the one that a result came from: only
// that gives it again.
func (s *Session) answers(r annotate.Result) bool {
	return s.engine.live == nil || s.engine.live.name == r.Engine
}

// SetPrompt makes p the prompt of an object on a frame and asks the engine for
// the mask. It is one step of the history with its answer and with edits, which
// make the object if there is none. A prompt that loses its last point, or is
// empty, takes back what was said: the mask that stood before stands again.
func (s *Session) SetPrompt(name string, key annotate.FrameKey, p annotate.Prompt, edits ...annotate.Edit) error {
	old, had := s.doc.Prompt(key)
	if p.Empty() || p.IsMask() && old.Corrects() {
		if had {
			s.takeBack(name, key, old, func(before *annotate.Prompt) bool {
				return before == nil || !p.Empty() && before.IsMask()
			})
		}
		return nil
	}
	w, h := s.doc.Size()
	if err := p.Validate(w, h); err != nil {
		return err
	}
	s.prompted(name, key, p, old, edits, false)
	return nil
}

// Paint makes m the mask of an object on a frame, and its prompt, so that
// tracking starts from it.
func (s *Session) Paint(name string, key annotate.FrameKey, m annotate.Mask) {
	old, _ := s.doc.Prompt(key)
	r := annotate.NewResult(m, 1, annotate.Painted, "")
	s.prompted(name, key, annotate.Prompt{Mask: &m}, old, []annotate.Edit{s.doc.SetResult(key, &r)}, true)
}

func (s *Session) prompted(name string, key annotate.FrameKey, p, old annotate.Prompt, edits []annotate.Edit, kept bool) {
	step := annotate.Change{Name: name, Group: s.hist.NewGroup()}
	lift := s.unprotect(key)
	step.Edits = slices.Concat(edits, s.doc.SeenFrom(key), []annotate.Edit{s.doc.SetPrompt(key, &p)}, lift)
	s.Do(step)
	s.tell(sessionOps(s.doc, lift))
	s.fixes.note(key, old)
	s.ask(key, p, step, kept)
}

// unprotect lifts the protection of a frame that is being corrected: who
// clicks on it has not accepted it any longer. The engine is to be told once
// the edits are applied.
func (s *Session) unprotect(k annotate.FrameKey) []annotate.Edit {
	if !s.doc.Protected(k) {
		return nil
	}
	return []annotate.Edit{s.doc.SetProtected(k, false)}
}

// takeBack removes what was said about an object on a frame since its prompt was
// as wanted says, and puts the prompt and mask of that time back.
func (s *Session) takeBack(name string, key annotate.FrameKey, old annotate.Prompt, wanted func(*annotate.Prompt) bool) {
	delete(s.prompts.pending, key)
	p, r, ok := s.hist.Before(key, wanted)
	if !ok && old.Corrects() {
		// The history does not reach back so far; the mask itself is known.
		known := annotate.NewResult(*old.Mask, 1, annotate.Imported, "")
		r = &known
	}
	edits := append(s.unprotect(key), s.doc.SetPrompt(key, p))
	if _, stands := s.doc.Result(key); stands || r != nil {
		edits = append(edits, s.doc.SetResult(key, r))
	}
	s.Do(annotate.Change{Name: name, Group: s.hist.NewGroup(), Edits: edits})
	s.tell(sessionOps(s.doc, edits))
	s.fixes.note(key, old)
	s.flushHeld()
}

// ask sends a prompt to the engine. One that is being opened is asked
// everything that is pending.
func (s *Session) ask(key annotate.FrameKey, p annotate.Prompt, step annotate.Change, kept bool) {
	if _, waits := s.prompts.pending[key]; !waits {
		s.tellFrame(key.Frame)
	}
	s.prompts.seq++
	step.Edits = nil
	s.prompts.pending[key] = pending{seq: s.prompts.seq, step: step, kept: kept}
	s.holdCounting()
	switch {
	case s.engine.live != nil:
		s.engine.live.runner.Prompt(inference.PromptRequest{Seq: s.prompts.seq, Key: key, Prompt: p})
	case !s.engine.starts:
		delete(s.prompts.pending, key)
		s.notify(Answered{Key: key, Err: s.engine.none()})
		return
	}
	s.notify(Asked{key})
}

// answered applies the mask that a prompt gave, unless it is stale.
func (s *Session) answered(a inference.PromptAnswer) {
	w, ok := s.prompts.pending[a.Key]
	if !ok || w.seq != a.Seq {
		return
	}
	delete(s.prompts.pending, a.Key)
	s.holdCounting()
	defer s.flushHeld()
	if a.Err == nil && !w.kept {
		r := a.Result
		r.Source = annotate.Prompted
		if kept, err := s.Store.Adopt(r); err == nil {
			r = kept
		}
		w.step.Edits = []annotate.Edit{s.doc.SetResult(a.Key, &r)}
		s.Do(w.step)
	}
	s.notify(Answered{Key: a.Key, Area: a.Result.Area, Kept: w.kept, Err: a.Err})
}

// dropPending forgets all prompts that wait; the engine will not answer them.
func (s *Session) dropPending(why error) {
	for k := range s.prompts.pending {
		delete(s.prompts.pending, k)
		s.notify(Answered{Key: k, Err: why})
	}
	s.flushHeld()
}

// Preview asks which mask a prompt would give on a frame that is ready; nothing
// changes. It returns false if there is none to be had. Previewed is the answer.
func (s *Session) Preview(key annotate.FrameKey, p annotate.Prompt) bool {
	w, h := s.doc.Size()
	l := s.engine.live
	if l == nil || !l.Session.Ready(key.Frame) || p.Validate(w, h) != nil {
		return false
	}
	s.prompts.seq++
	l.runner.Preview(inference.PromptRequest{Seq: s.prompts.seq, Key: key, Prompt: p})
	return true
}
