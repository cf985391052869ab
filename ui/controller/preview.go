package controller

import (
	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/session"
)

// Preview is the live preview of the mask under the pointer.
type Preview struct {
	*desk
	play    *Playback
	objects *Objects

	on   bool
	key  annotate.FrameKey
	mask annotate.MaskRef
}

// PreviewAt shows the mask that a click at (x, y) would give, on a frame that
// is ready. Nothing changes in the document.
func (v *Preview) PreviewAt(x, y float64, positive bool) {
	key := v.objects.key()
	if v.play.play.on {
		return
	}
	if key.Object == 0 {
		key.Object = v.objects.newObject().ID
	}
	if v.sess.Preview(key, v.sess.Standing(key).WithPoint(annotate.Point{X: x, Y: y, Positive: positive})) {
		v.on, v.key = true, key
	}
}

// EndPreview takes the live preview off.
func (v *Preview) EndPreview() {
	if v.on {
		v.on, v.mask = false, nil
		v.changed(PartScene)
	}
}

// previewed shows an answer. Answers come in order, and only while the preview
// is on; an older one than the latest is shown too, since the pointer may
// never rest.
func (v *Preview) previewed(a session.Previewed) {
	if !v.on || a.Key != v.key || a.Key.Frame != v.play.frame || a.Err != nil {
		return
	}
	v.mask = a.Result.Mask
	v.changed(PartScene)
}
