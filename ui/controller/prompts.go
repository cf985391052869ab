package controller

import (
	"fmt"
	"time"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/controller/handles"
	"github.com/masklet/masklet/ui/session"
)

// Prompts is what points and boxes in the picture say.
type Prompts struct {
	*desk
	play    *Playback
	objects *Objects
	preview *Preview
	painter *Painter

	held  *hold
	point int  // index of the selected point prompt, -1 none
	slow  bool // an answer takes long
	asks  int  // number of the latest question
}

// hold is a part of a prompt that is being dragged.
type hold struct {
	handles.Grip
	now *annotate.Prompt // as it is shown; nil: it did not move yet
}

// leave gives up what is bound to the current frame and object.
func (p *Prompts) leave() {
	p.painter.cancelStroke()
	p.preview.EndPreview()
	p.point, p.held = -1, nil
}

// Click adds a point on the current frame for the selected object, in video
// pixels. Without an object, a new one is made.
func (p *Prompts) Click(x, y float64, positive bool) {
	name := "Add point"
	if !positive {
		name = "Add removing point"
	}
	p.prompt(name, func(key annotate.FrameKey) annotate.Prompt {
		return p.sess.Standing(key).WithPoint(annotate.Point{X: x, Y: y, Positive: positive})
	})
}

// DrawBox sets the box of the selected object on the current frame.
func (p *Prompts) DrawBox(b annotate.Box) {
	w, h := p.doc().Size()
	b = b.Canon()
	b = annotate.Box{X0: max(0, b.X0), Y0: max(0, b.Y0), X1: min(float64(w), b.X1), Y1: min(float64(h), b.Y1)}
	p.prompt("Draw box", func(key annotate.FrameKey) annotate.Prompt {
		said, _ := p.doc().Prompt(key)
		if said.Mask != nil {
			said = annotate.Prompt{} // its points correct the mask, which the box replaces
		}
		said.Box = &b
		return said
	})
}

// SelectPoint marks a point prompt of the selected object on the current frame,
// so that Delete removes it; -1 marks none.
func (p *Prompts) SelectPoint(i int) {
	said, _ := p.doc().Prompt(p.objects.key())
	if i >= len(said.Points) {
		i = -1
	}
	p.point = i
	p.changed(PartScene)
}

// DeletePoint removes the point that is marked, or else the latest point, or
// else the box of the selected object on the current frame.
func (p *Prompts) DeletePoint() {
	said, ok := p.doc().Prompt(p.objects.key())
	if !ok {
		p.say(Info, "There is no point to delete on this frame")
		return
	}
	switch i := p.point; {
	case said.IsMask():
		p.ClearPrompt()
	case len(said.Points) > 0:
		if i < 0 || i >= len(said.Points) {
			i = len(said.Points) - 1
		}
		p.point = -1
		p.prompt("Delete point", func(annotate.FrameKey) annotate.Prompt { return said.WithoutPoint(i) })
	default:
		p.prompt("Delete box", func(annotate.FrameKey) annotate.Prompt { said.Box = nil; return said })
	}
}

// ClearPrompt takes back everything that was said about the selected object on
// the current frame: the mask that stood there before stands again.
func (p *Prompts) ClearPrompt() {
	p.prompt("Clear the frame's prompts", func(annotate.FrameKey) annotate.Prompt { return annotate.Prompt{} })
}

// prompt changes the prompt of the selected object on the current frame and
// asks the engine for the mask.
func (p *Prompts) prompt(name string, change func(annotate.FrameKey) annotate.Prompt) {
	p.begin()
	p.point = -1
	edits, key := p.objects.target()
	if err := p.sess.SetPrompt(name, key, change(key), edits...); err != nil {
		p.fail(name, err)
		return
	}
	if _, ok := p.doc().Object(key.Object); ok {
		p.objects.selected = key.Object
	}
	if !p.sess.Pending() { // something was taken back
		p.hint(nextStep(p.sess))
	}
	p.changed(PartObjects | PartScene)
}

// begin ends whatever else goes on in the picture.
func (p *Prompts) begin() {
	p.readOn()
	p.play.pause()
	p.painter.cancelStroke()
	p.preview.EndPreview()
}

// slowAnswer is how long an answer may take before that is shown.
const slowAnswer = 200 * time.Millisecond

// asked waits for the answer of a prompt, and shows that it takes long.
func (p *Prompts) asked() {
	p.asks++
	s, asks := p.sess, p.asks
	p.deps.After(slowAnswer, func() {
		s.Post(func() {
			if p.asks == asks && s.Pending() {
				p.slow = true
				p.changed(PartMessage)
			}
		})
	})
}

// Waiting says what the user waits for at a prompt whose answer takes long, or "".
func (p *Prompts) Waiting() string {
	switch ready, err := p.sess.EngineReady(); {
	case !p.slow || !p.sess.Pending() || err != nil:
		return ""
	case !ready:
		return "The engine is starting ..."
	}
	return "Finding the mask ..."
}

// answered says what came of a prompt.
func (p *Prompts) answered(a session.Answered) {
	if p.slow && !p.sess.Pending() {
		p.slow = false
		p.changed(PartMessage)
	}
	said, _ := p.doc().Prompt(a.Key)
	switch {
	case a.Err != nil:
		p.fail(fmt.Sprintf("Mask of %s on frame %d", p.doc().Name(a.Key.Object), a.Key.Frame), a.Err)
	case a.Kept:
		p.hint(nextStep(p.sess))
	case said.Box != nil && float64(a.Area) < leastOfBox*(said.Box.X1-said.Box.X0)*(said.Box.Y1-said.Box.Y0):
		p.say(Warning, "Nothing fits the box: draw it close around the object, or click on the object")
	case a.Area == 0:
		p.say(Warning, "The engine found nothing there: try another point or a box")
	default:
		p.hint(nextStep(p.sess))
	}
	p.changed(PartTrack | PartScene)
}

// leastOfBox is the share of a box that its object fills at least: less is dirt.
const leastOfBox = 0.01

// Hold takes hold of the selected object's point nearest to (x, y) on the current
// frame, within radius pixels, or with box of a handle of its box, and reports
// whether there is one.
func (p *Prompts) Hold(x, y, radius float64, box bool) bool {
	said, _ := p.doc().Prompt(p.objects.key())
	if !box {
		said.Box = nil
	}
	g, ok := handles.Hit(said, x, y, radius)
	p.held = nil
	if ok {
		p.held = &hold{Grip: g}
		p.SelectPoint(g.Point)
	}
	return ok
}

// Drag shows what is held at a place.
func (p *Prompts) Drag(x, y float64) {
	said, ok := p.doc().Prompt(p.objects.key())
	if p.held == nil || !ok {
		return
	}
	w, h := p.doc().Size()
	now := p.held.Moved(said, x, y, w, h)
	p.held.now = &now
	p.changed(PartScene)
}

// Drop makes the prompt what is shown, as one step. It reports whether that was
// the meaning: a handle that did not move was clicked on.
func (p *Prompts) Drop() bool {
	held := p.held
	p.held = nil
	switch {
	case held == nil:
		return true
	case held.now == nil:
		return held.Point >= 0
	}
	name := "Move point"
	if held.Point < 0 {
		name = "Change box"
	}
	p.prompt(name, func(annotate.FrameKey) annotate.Prompt { return *held.now })
	return true
}

// LetGo leaves what is held where it was.
func (p *Prompts) LetGo() {
	p.held = nil
	p.changed(PartScene)
}

// shown returns the prompt of an object as the picture shows it.
func (p *Prompts) shown(k annotate.FrameKey) (annotate.Prompt, bool) {
	if p.held != nil && p.held.now != nil && k == p.objects.key() {
		return *p.held.now, true
	}
	return p.doc().Prompt(k)
}
