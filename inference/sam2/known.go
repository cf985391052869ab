package sam2

import (
	"fmt"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// ClearPrompt implements inference.Session. What tracking had found on the
// frame before it was prompted stands again.
func (s *Session) ClearPrompt(key annotate.FrameKey) error {
	leave, err := s.own()
	if err != nil {
		return err
	}
	defer leave()
	if err := s.p.checkFrame(key.Frame); err != nil {
		return err
	}
	o := s.p.object(key.Object)
	if o == nil {
		return nil
	}
	s.changed()
	if s.strict {
		return s.p.Clear(key)
	}
	k := s.keys[key]
	if k == nil {
		return nil
	}
	delete(s.keys, key)
	delete(s.kept, key.Object)
	delete(o.pendCond, key.Frame)
	if c := o.cond[key.Frame]; c != nil && c.protected {
		return nil
	}
	delete(o.cond, key.Frame)
	if !o.hasCond() {
		// What was tracked from prompts that no longer exist guides nothing.
		s.p.keep(o.untracked())
		return nil
	}
	if k.base != nil {
		o.non[key.Frame] = k.base
		return nil
	}
	delete(o.non, key.Frame)
	delete(o.tracked, key.Frame)
	return nil
}

// RemoveObject implements inference.Session.
func (s *Session) RemoveObject(id annotate.ObjectID) error {
	leave, err := s.own()
	if err != nil {
		return err
	}
	defer leave()
	s.changed()
	delete(s.kept, id)
	for key := range s.keys {
		if key.Object == id {
			delete(s.keys, key)
		}
	}
	s.p.Remove(id)
	return nil
}

// SetKnown implements inference.Session. A protected mask becomes a
// conditioning frame; its pointer and memory are computed when a frame first
// attends to it. Another mask stands for a tracked frame: it is read, and
// computed, only when tracking goes on next to it. The zero mask makes the
// session forget what was known, or tracked, on the frame; prompts stay.
func (s *Session) SetKnown(key annotate.FrameKey, mask annotate.Mask, protected bool) error {
	leave, err := s.own()
	if err != nil {
		return err
	}
	defer leave()
	if err := s.p.checkFrame(key.Frame); err != nil {
		return err
	}
	if !mask.IsZero() {
		if err := s.checkSize(key, mask); err != nil {
			return err
		}
	}
	o := s.p.object(key.Object)
	if o == nil {
		if mask.IsZero() {
			return nil
		}
		o = newObject(key.Object)
		s.p.keep(o)
	}
	s.changed()
	non, cond := o.non[key.Frame], o.cond[key.Frame]
	s.setKnown(o, key, mask, protected)
	if o.non[key.Frame] != non || o.cond[key.Frame] != cond {
		delete(s.kept, key.Object)
	}
	return nil
}

func (s *Session) checkSize(key annotate.FrameKey, mask annotate.Mask) error {
	if w, h := mask.Size(); w != s.p.video.W || h != s.p.video.H {
		return fmt.Errorf("%w: object %d, frame %d: the mask is %dx%d, the video %dx%d",
			inference.ErrUsage, key.Object, key.Frame, w, h, s.p.video.W, s.p.video.H)
	}
	return nil
}

func (s *Session) setKnown(o *object, key annotate.FrameKey, mask annotate.Mask, protected bool) {
	t := key.Frame
	if c := o.cond[t]; c != nil && c.protected {
		delete(o.cond, t)
		if k := s.keys[key]; k != nil {
			o.pendCond[t] = k.answer()
		}
	}
	switch {
	case mask.IsZero():
		// Also what was tracked here: its result was taken back.
		delete(o.non, t)
		if o.cond[t] == nil {
			delete(o.tracked, t)
		}
	case protected:
		delete(o.pendCond, t)
		delete(o.non, t)
		o.cond[t] = knownOutput(mask, true)
		o.tracked[t] = false
	case o.cond[t] != nil || o.pendCond[t] != nil:
		// The frame has a prompt, which says more than the mask.
	case o.non[t] != nil && o.non[t].mask.Equal(mask):
		// It was tracked here: its own memory is better than a rebuilt one.
	default:
		o.non[t] = knownOutput(mask, false)
		if _, ok := o.tracked[t]; !ok {
			o.tracked[t] = false
		}
	}
}
