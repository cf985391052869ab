package controller

import (
	"fmt"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/session"
)

// Prompts is what the tools do in the picture: points, boxes, strokes, the live
// preview and the keyboard cursor.
type Prompts struct {
	*desk
	play    *Playback
	objects *Objects
	view    *Tools

	point   int // index of the selected point prompt, -1 none
	stroke  *strokeState
	preview previewState
	cursor  *annotate.Point
	corner  *annotate.Point // first corner of a box made by keyboard
}

// opened forgets what belonged to another video.
func (p *Prompts) opened() {
	*p = Prompts{desk: p.desk, play: p.play, objects: p.objects, view: p.view, point: -1}
}

// leave gives up what is bound to the current frame and object.
func (p *Prompts) leave() {
	p.cancelStroke()
	p.EndPreview()
	p.point, p.corner = -1, nil
}

// Click adds a point on the current frame for the selected object, in video
// pixels. Without an object, a new one is made.
func (c *Prompts) Click(x, y float64, positive bool) {
	name := "Add point"
	if !positive {
		name = "Add removing point"
	}
	c.prompt(name, func(p annotate.Prompt) annotate.Prompt {
		p.Mask = nil
		return p.WithPoint(annotate.Point{X: x, Y: y, Positive: positive})
	})
}

// DrawBox sets the box of the selected object on the current frame.
func (c *Prompts) DrawBox(b annotate.Box) {
	w, h := c.doc().Size()
	b = b.Canon()
	b = annotate.Box{X0: max(0, b.X0), Y0: max(0, b.Y0), X1: min(float64(w), b.X1), Y1: min(float64(h), b.Y1)}
	c.prompt("Draw box", func(p annotate.Prompt) annotate.Prompt {
		p.Mask = nil
		p.Box = &b
		return p
	})
}

// SelectPoint marks a point prompt of the selected object on the current frame,
// so that Delete removes it; -1 marks none.
func (c *Prompts) SelectPoint(i int) {
	p, _ := c.doc().Prompt(c.objects.key())
	if i >= len(p.Points) {
		i = -1
	}
	c.point = i
	c.changed(PartScene)
}

// DeletePoint removes the point that is marked, or else the latest point, or
// else the box of the selected object on the current frame.
func (c *Prompts) DeletePoint() {
	p, ok := c.doc().Prompt(c.objects.key())
	if !ok {
		c.say(Info, "There is no point to delete on this frame")
		return
	}
	switch i := c.point; {
	case p.Mask != nil:
		c.ClearPrompt()
	case len(p.Points) > 0:
		if i < 0 || i >= len(p.Points) {
			i = len(p.Points) - 1
		}
		c.point = -1
		c.prompt("Delete point", func(p annotate.Prompt) annotate.Prompt { return p.WithoutPoint(i) })
	default:
		c.prompt("Delete box", func(p annotate.Prompt) annotate.Prompt { p.Box = nil; return p })
	}
}

// ClearPrompt takes back everything that was said about the selected object on
// the current frame, and the mask that came of it.
func (c *Prompts) ClearPrompt() {
	c.prompt("Clear the frame's prompts", func(annotate.Prompt) annotate.Prompt { return annotate.Prompt{} })
}

// prompt changes the prompt of the selected object on the current frame and
// asks the engine for the mask.
func (c *Prompts) prompt(name string, change func(annotate.Prompt) annotate.Prompt) {
	c.begin()
	c.point = -1
	edits, key := c.target()
	old, _ := c.doc().Prompt(key)
	if err := c.sess.SetPrompt(name, key, change(old), edits...); err != nil {
		c.fail(name, err)
		return
	}
	if _, ok := c.doc().Object(key.Object); ok {
		c.objects.selected = key.Object
	}
	c.changed(PartObjects | PartScene)
}

// begin ends whatever else goes on in the picture.
func (c *Prompts) begin() {
	c.readOn()
	c.play.pause()
	c.cancelStroke()
	c.EndPreview()
}

// target returns the object and frame that a prompt is for, with the edits
// that make the object if there is none.
func (c *Prompts) target() ([]annotate.Edit, annotate.FrameKey) {
	key := c.objects.key()
	if key.Object != 0 {
		return nil, key
	}
	o := c.objects.newObject()
	key.Object = o.ID
	return []annotate.Edit{c.doc().SetObject(o)}, key
}

// answered says what came of a prompt.
func (c *Prompts) answered(a session.Answered) {
	switch {
	case a.Err != nil:
		c.fail(fmt.Sprintf("Mask of %s on frame %d", c.doc().Name(a.Key.Object), a.Key.Frame), a.Err)
	case a.Area == 0 && !a.Kept:
		c.say(Warning, "The engine found nothing there: try another point or a box")
	default:
		c.hint(nextStep(c.sess))
	}
	c.changed(PartTrack | PartScene)
}

// HitPoint returns the index of the selected object's point nearest to (x, y)
// within radius pixels on the current frame, or -1.
func (c *Prompts) HitPoint(x, y, radius float64) int {
	p, _ := c.doc().Prompt(c.objects.key())
	best, at := radius*radius, -1
	for i, q := range slices.Backward(p.Points) {
		if d := (q.X-x)*(q.X-x) + (q.Y-y)*(q.Y-y); d <= best {
			best, at = d, i
		}
	}
	return at
}

// toolLeaves gives up what another tool began.
func (c *Prompts) toolLeaves() {
	c.cancelStroke()
	c.corner = nil
}
