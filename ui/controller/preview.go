package controller

import (
	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/session"
)

// previewState is the live preview of the mask under the pointer.
type previewState struct {
	on   bool
	key  annotate.FrameKey
	mask annotate.MaskRef
}

// PreviewAt shows the mask that a click at (x, y) would give, on a frame that
// is ready. Nothing changes in the document.
func (c *Prompts) PreviewAt(x, y float64, positive bool) {
	key := c.objects.key()
	if c.play.play.on {
		return
	}
	if key.Object == 0 {
		key.Object = c.objects.newObject().ID
	}
	p, _ := c.doc().Prompt(key)
	p.Mask = nil
	if c.sess.Preview(key, p.WithPoint(annotate.Point{X: x, Y: y, Positive: positive})) {
		c.preview.on, c.preview.key = true, key
	}
}

// EndPreview takes the live preview off.
func (c *Prompts) EndPreview() {
	if c.preview.on {
		c.preview = previewState{}
		c.changed(PartScene)
	}
}

// previewed shows an answer. Answers come in order, and only while the preview
// is on; an older one than the latest is shown too, since the pointer may
// never rest.
func (c *Prompts) previewed(a session.Previewed) {
	p := &c.preview
	if !p.on || a.Key != p.key || a.Key.Frame != c.play.frame || a.Err != nil {
		return
	}
	p.mask = a.Result.Mask
	c.changed(PartScene)
}
