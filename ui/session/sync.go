package session

import (
	"context"
	"fmt"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// sessionOp brings a session in step with one fact of the document.
type sessionOp func(ctx context.Context, s inference.Session) error

// sessionOps returns what a session must be told of edits that were applied to
// doc, in their order.
func sessionOps(doc *annotate.Document, edits []annotate.Edit) []sessionOp {
	var ops []sessionOp
	gone := map[annotate.ObjectID]bool{}
	for _, e := range edits {
		if o, ok := e.(annotate.ObjectEdit); ok && o.After == nil {
			gone[o.ID] = true
			ops = append(ops, func(_ context.Context, s inference.Session) error { return s.RemoveObject(o.ID) })
		}
	}
	for _, e := range edits {
		switch e := e.(type) {
		case annotate.PromptEdit:
			if !gone[e.Key.Object] {
				ops = append(ops, promptOps(doc, edits, e)...)
			}
		case annotate.ProtectEdit:
			if !gone[e.Key.Object] {
				ops = append(ops, protectOps(doc, e.Key)...)
			}
		case annotate.ResultEdit:
			if gone[e.Key.Object] {
				continue
			}
			if _, prompted := doc.Prompt(e.Key); !prompted {
				ops = append(ops, knownOp(doc, e.Key))
			} else if !slices.ContainsFunc(edits, isPromptOf(e.Key)) {
				ops = append(ops, againOp(doc, e.Key))
			}
		}
	}
	return ops
}

func isPromptOf(k annotate.FrameKey) func(annotate.Edit) bool {
	return func(e annotate.Edit) bool {
		p, ok := e.(annotate.PromptEdit)
		return ok && p.Key == k
	}
}

// promptOps tells a prompt that was edited; with its answer where edits bring
// that back too.
func promptOps(doc *annotate.Document, edits []annotate.Edit, e annotate.PromptEdit) []sessionOp {
	answered := slices.ContainsFunc(edits, func(o annotate.Edit) bool {
		r, ok := o.(annotate.ResultEdit)
		return ok && r.Key == e.Key && r.After != nil
	})
	if e.After != nil && answered {
		return []sessionOp{againOp(doc, e.Key)}
	}
	return []sessionOp{promptOp(e.Key, e.After)}
}

func promptOp(k annotate.FrameKey, p *annotate.Prompt) sessionOp {
	if p == nil {
		return func(_ context.Context, s inference.Session) error { return s.ClearPrompt(k) }
	}
	prompt := *p
	return func(ctx context.Context, s inference.Session) error {
		_, err := s.SetPrompt(ctx, k, prompt)
		return err
	}
}

// againOp tells a prompt that stands again in doc, with its answer: the user may
// have chosen another than the first.
func againOp(doc *annotate.Document, k annotate.FrameKey) sessionOp {
	prompt, _ := doc.Prompt(k)
	stands, answered := doc.Result(k)
	return func(ctx context.Context, s inference.Session) error {
		r, err := s.SetPrompt(ctx, k, prompt)
		if err != nil {
			return err
		}
		back, ok := s.(inference.Restorer)
		if !ok || !answered {
			return nil
		}
		given, err := r.Mask.Load()
		if err != nil {
			return err
		}
		if m, err := stands.Mask.Load(); err != nil || m.Equal(given) {
			return err
		}
		return back.Restore(ctx, k, prompt, stands)
	}
}

// restoreOp tells the prompt of a frame in doc with the answer that it had.
func restoreOp(doc *annotate.Document, k annotate.FrameKey) sessionOp {
	p, _ := doc.Prompt(k)
	r, answered := doc.Result(k)
	if !answered {
		return promptOp(k, &p)
	}
	return func(ctx context.Context, s inference.Session) error { return inference.Restore(ctx, s, k, p, r) }
}

// protectOps tells whether a frame is protected in doc. Where it is no longer,
// the prompt that it had counts again.
func protectOps(doc *annotate.Document, k annotate.FrameKey) []sessionOp {
	p, prompted := doc.Prompt(k)
	if doc.Protected(k) || !prompted {
		return []sessionOp{knownOp(doc, k)}
	}
	forget := func(_ context.Context, s inference.Session) error { return s.SetKnown(k, annotate.Mask{}, false) }
	return []sessionOp{forget, promptOp(k, &p)}
}

// knownOp tells the mask that stands on a frame in doc, or that none does.
func knownOp(doc *annotate.Document, k annotate.FrameKey) sessionOp {
	r, ok := doc.Result(k)
	protected := doc.Protected(k)
	return func(_ context.Context, s inference.Session) error {
		var m annotate.Mask
		if ok {
			var err error
			if m, err = r.Mask.Load(); err != nil {
				return fmt.Errorf("read the mask of frame %d: %w", k.Frame, err)
			}
		}
		return s.SetKnown(k, m, ok && protected)
	}
}

// tellFrame tells the masks of a frame on which a prompt is about to be asked: a
// click corrects the mask that stands, and keeps clear of other objects. They are
// news only to a session that did not make them.
func (s *Session) tellFrame(frame int) {
	var ops []sessionOp
	for _, o := range s.doc.Objects() {
		k := annotate.FrameKey{Object: o.ID, Frame: frame}
		_, waits := s.prompts.pending[k]
		if _, ok := s.doc.Result(k); ok && !waits {
			ops = append(ops, knownOp(s.doc, k))
		}
	}
	s.tell(ops)
}

// tellAll tells a new session everything that guides tracking: protected frames
// and prompts, with the answers that they had. Prompts that wait for an answer
// are asked again.
func (s *Session) tellAll() {
	var ops []sessionOp
	for _, o := range s.doc.Objects() {
		ops = append(ops, guideOps(s.doc, s.prompts.pending, o.ID)...)
	}
	s.tell(ops)
	for k, w := range s.prompts.pending {
		if p, ok := s.doc.Prompt(k); ok {
			s.engine.live.runner.Prompt(inference.PromptRequest{Seq: w.seq, Key: k, Prompt: p})
		}
	}
}

// guideOps tells everything that guides the tracking of an object, but for the
// prompts that wait for an answer.
func guideOps(doc *annotate.Document, waiting map[annotate.FrameKey]pending, id annotate.ObjectID) []sessionOp {
	var ops []sessionOp
	for _, f := range doc.ProtectedFrames(id) {
		k := annotate.FrameKey{Object: id, Frame: f}
		if _, prompted := doc.Prompt(k); !prompted {
			ops = append(ops, knownOp(doc, k))
		}
	}
	for _, f := range doc.Keyframes(id) {
		k := annotate.FrameKey{Object: id, Frame: f}
		if _, waits := waiting[k]; !waits {
			ops = append(ops, restoreOp(doc, k))
		}
		if doc.Protected(k) {
			ops = append(ops, knownOp(doc, k))
		}
	}
	return ops
}

// anyTracked reports whether the document holds other masks than those of prompts.
func anyTracked(d *annotate.Document) bool {
	for _, o := range d.Objects() {
		if len(d.ResultFrames(o.ID)) > len(d.Keyframes(o.ID)) {
			return true
		}
	}
	return false
}

// tellTracked tells the tracked masks of some objects, so that a session that
// did not make them goes on from there as the one that did.
func (s *Session) tellTracked(ids []annotate.ObjectID) {
	_ = s.whenLive(func(l *live) {
		if l.told {
			return
		}
		l.told = true
		var ops []sessionOp
		for _, id := range ids {
			for _, f := range s.doc.ResultFrames(id) {
				k := annotate.FrameKey{Object: id, Frame: f}
				if _, prompted := s.doc.Prompt(k); !prompted && !s.doc.Protected(k) {
					ops = append(ops, knownOp(s.doc, k))
				}
			}
		}
		s.tell(ops)
	})
}
