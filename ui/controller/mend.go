package controller

import (
	"fmt"

	"github.com/masklet/masklet/annotate"
)

// MendMask changes the mask of the selected object on the current frame by f,
// which runs in the background; the result counts as painted. name says what is
// done, as "Fill holes".
func (p *Painter) MendMask(name string, f func(annotate.Mask) annotate.Mask) {
	key := p.objects.key()
	r, ok := p.doc().Result(key)
	if !ok || r.Area == 0 {
		p.say(Info, name+": there is no mask on this frame")
		return
	}
	p.cancelStroke()
	p.preview.EndPreview()
	p.play.pause()
	s, revision := p.sess, p.doc().Revision()
	s.Go(func() {
		old, err := r.Mask.Load()
		var m annotate.Mask
		if err == nil {
			m = f(old)
		}
		s.Post(func() {
			switch {
			case err != nil:
				p.fail(name, err)
			case p.doc().Revision() != revision:
				p.say(Info, name+" was given up: the mask changed meanwhile")
			case m.Equal(old):
				p.say(Info, name+": the mask has nothing of that")
			default:
				s.Paint(name, key, m)
				p.say(Info, fmt.Sprintf("%s: %+d pixels", name, m.Area()-old.Area()))
			}
		})
	})
}

// CopyMask makes the selected object's mask of the current frame that of the frame
// that is n farther on, and goes there. Accepted masks are left alone.
func (p *Painter) CopyMask(n int) {
	from := p.objects.key()
	to := annotate.FrameKey{Object: from.Object, Frame: from.Frame + n}
	r, ok := p.doc().Result(from)
	switch {
	case !ok:
		p.say(Info, "There is no mask to copy on this frame")
		return
	case to.Frame < 0 || to.Frame >= p.doc().Frames():
		p.say(Info, "There is no frame to copy the mask to")
		return
	case p.doc().Protected(to):
		p.say(Info, fmt.Sprintf("Frame %d is accepted: its mask stays", to.Frame))
		return
	}
	m, err := r.Mask.Load()
	if err != nil {
		p.fail("Copy the mask", err)
		return
	}
	p.cancelStroke()
	p.preview.EndPreview()
	p.setPainted("Copy mask", to, m)
	p.play.GoTo(to.Frame)
}
