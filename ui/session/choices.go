package session

import (
	"context"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// OtherMask takes the next of the masks that the prompt of an object on a frame
// may mean: a part, the object, something larger. It reports false where no mask
// stands that a prompt of points or a box gave. Chosen is the answer.
func (s *Session) OtherMask(key annotate.FrameKey) bool {
	p, prompted := s.doc.Prompt(key)
	r, answered := s.doc.Result(key)
	if _, waits := s.prompts.pending[key]; !prompted || !answered || waits || p.Mask != nil || s.doc.Protected(key) {
		return false
	}
	err := s.whenLive(func(l *live) {
		l.runner.Do(func(is inference.Session) {
			next, err := nextChoice(l.ctx, is, key, p, r)
			s.Post(func() { s.choose(key, p, r, next, err) })
		})
	})
	if err != nil {
		s.notify(Chosen{Err: err})
	}
	return true
}

// choice is one of the masks that a prompt may mean.
type choice struct {
	result annotate.Result
	number int // from 1
	of     int // 0: there is no other
}

// nextChoice runs between two frames of whatever the engine does.
func nextChoice(ctx context.Context, s inference.Session, key annotate.FrameKey, p annotate.Prompt, now annotate.Result) (choice, error) {
	chooser, ok := s.(inference.Chooser)
	if !ok {
		return choice{}, nil
	}
	list, err := chooser.Choices(ctx, key, p)
	if err != nil {
		return choice{}, err
	}
	mask, err := now.Mask.Load()
	if err != nil {
		return choice{}, err
	}
	for i, r := range list {
		m, err := r.Mask.Load()
		if err != nil {
			return choice{}, err
		}
		if m.Equal(mask) && len(list) > 1 {
			n := (i + 1) % len(list)
			return choice{list[n], n + 1, len(list)}, nil
		}
	}
	return choice{}, nil // a correction of another mask has no others
}

// choose makes another mask the answer to a prompt, if that still stands.
func (s *Session) choose(key annotate.FrameKey, p annotate.Prompt, before annotate.Result, next choice, err error) {
	now, _ := s.doc.Prompt(key)
	r, answered := s.doc.Result(key)
	_, waits := s.prompts.pending[key]
	if waits || !answered || r.Area != before.Area || r.Confidence != before.Confidence || !now.Equal(p) {
		return // the user went on
	}
	if err == nil && next.of > 0 {
		chosen := next.result
		if kept, err := s.Store.Adopt(chosen); err == nil {
			chosen = kept
		}
		s.Do(annotate.Change{Name: "Other mask", Group: s.hist.NewGroup(), Edits: []annotate.Edit{s.doc.SetResult(key, &chosen)}})
		s.tell([]sessionOp{restoreOp(s.doc, key)})
		s.fixes.note(key, annotate.Prompt{})
	}
	s.notify(Chosen{Number: next.number, Of: next.of, Err: err})
}
