package controller

import (
	"context"
	"fmt"

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
				ops = append(ops, promptOp(e.Key, e.After))
			}
		case annotate.ProtectEdit:
			if !gone[e.Key.Object] {
				ops = append(ops, protectOps(doc, e.Key)...)
			}
		case annotate.ResultEdit:
			if _, prompted := doc.Prompt(e.Key); !gone[e.Key.Object] && !prompted {
				ops = append(ops, knownOp(doc, e.Key))
			}
		}
	}
	return ops
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

// restoreOp tells the prompt of a frame in doc with the answer that it had, or
// asks it again where the session cannot take that.
func restoreOp(doc *annotate.Document, k annotate.FrameKey) sessionOp {
	p, _ := doc.Prompt(k)
	r, answered := doc.Result(k)
	return func(ctx context.Context, s inference.Session) error {
		if back, ok := s.(inference.Restorer); ok && answered {
			return back.Restore(k, p, r)
		}
		_, err := s.SetPrompt(ctx, k, p)
		return err
	}
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
func (c *Controller) tellFrame(frame int) {
	cl := c.clip
	var ops []sessionOp
	for _, o := range cl.doc.Objects() {
		k := annotate.FrameKey{Object: o.ID, Frame: frame}
		_, waits := cl.pending[k]
		if _, ok := cl.doc.Result(k); ok && !waits {
			ops = append(ops, knownOp(cl.doc, k))
		}
	}
	c.tell(ops)
}

// tellAll tells a new session everything that guides tracking: prompts and
// protected frames. Masks come before prompts: an engine then knows what a
// prompt gave, and its answer, which is dropped, cannot differ from the mask
// that stands. Prompts that wait for an answer are asked again.
func (c *Controller) tellAll() {
	cl := c.clip
	var masks, prompts []sessionOp
	for _, o := range cl.doc.Objects() {
		for _, f := range cl.doc.ProtectedFrames(o.ID) {
			masks = append(masks, knownOp(cl.doc, annotate.FrameKey{Object: o.ID, Frame: f}))
		}
		for _, f := range cl.doc.Keyframes(o.ID) {
			k := annotate.FrameKey{Object: o.ID, Frame: f}
			if _, waits := cl.pending[k]; waits {
				continue
			}
			// An empty mask is no ground to build on: the engine answers afresh.
			if r, ok := cl.doc.Result(k); ok && r.Area > 0 && !cl.doc.Protected(k) {
				masks = append(masks, knownOp(cl.doc, k))
			}
			prompts = append(prompts, restoreOp(cl.doc, k))
		}
	}
	c.tell(append(masks, prompts...))
	for k, w := range cl.pending {
		if p, ok := cl.doc.Prompt(k); ok {
			c.engine.session.runner.Prompt(inference.PromptRequest{Seq: w.seq, Key: k, Prompt: p})
		}
	}
}
