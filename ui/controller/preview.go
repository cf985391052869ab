package controller

import (
	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// previewState is the live preview of the mask under the pointer.
type previewState struct {
	seq  int64 // of the latest request; 0 while off
	key  annotate.FrameKey
	mask annotate.MaskRef
}

// PreviewAt shows the mask that a click at (x, y) would give, on a frame that
// is ready. Nothing changes in the document.
func (c *Controller) PreviewAt(x, y float64, positive bool) {
	cl, s := c.clip, c.engine.session
	if cl == nil || s == nil || cl.play.on || !s.is.Ready(cl.frame) {
		return
	}
	key := c.key()
	if key.Object == 0 {
		key.Object = c.newObject().ID
	}
	p, _ := cl.doc.Prompt(key)
	p.Mask = nil
	p = p.WithPoint(annotate.Point{X: x, Y: y, Positive: positive})
	if w, h := cl.doc.Size(); p.Validate(w, h) != nil {
		return
	}
	cl.seq++
	cl.preview.seq, cl.preview.key = cl.seq, key
	s.runner.Preview(inference.PromptRequest{Seq: cl.seq, Key: key, Prompt: p})
}

// EndPreview takes the live preview off.
func (c *Controller) EndPreview() { c.endPreview() }

func (c *Controller) endPreview() {
	if c.clip == nil || c.clip.preview.seq == 0 {
		return
	}
	c.clip.preview = previewState{}
	c.changed(PartScene)
}

// previewed shows an answer. Answers come in order, and only while the preview
// is on; an older one than the latest is shown too, since the pointer may
// never rest.
func (c *Controller) previewed(a inference.PreviewAnswer) {
	p := &c.clip.preview
	if p.seq == 0 || a.Key != p.key || a.Key.Frame != c.clip.frame || a.Err != nil {
		return
	}
	p.mask = a.Result.Mask
	c.changed(PartScene)
}
