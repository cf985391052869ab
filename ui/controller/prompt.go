package controller

import (
	"errors"
	"fmt"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// pendingPrompt is a prompt that the engine has not answered yet.
type pendingPrompt struct {
	seq     int64
	group   int64 // history group of the action that asked
	painted bool  // the person made the mask; the answer only confirms it
}

// Click adds a point on the current frame for the selected object, in video
// pixels. Without an object, a new one is made.
func (c *Controller) Click(x, y float64, positive bool) {
	if c.clip == nil {
		return
	}
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
func (c *Controller) DrawBox(b annotate.Box) {
	if c.clip == nil {
		return
	}
	w, h := c.Size()
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
func (c *Controller) SelectPoint(i int) {
	if c.clip == nil {
		return
	}
	p, _ := c.clip.doc.Prompt(c.key())
	if i >= len(p.Points) {
		i = -1
	}
	c.clip.point = i
	c.changed(PartScene)
}

// DeletePoint removes the point that is marked, or else the latest point, or
// else the box of the selected object on the current frame.
func (c *Controller) DeletePoint() {
	cl := c.clip
	if cl == nil {
		return
	}
	p, ok := cl.doc.Prompt(c.key())
	if !ok {
		c.say(Info, "There is no point to delete on this frame")
		return
	}
	switch i := cl.point; {
	case p.Mask != nil:
		c.ClearPrompt()
	case len(p.Points) > 0:
		if i < 0 || i >= len(p.Points) {
			i = len(p.Points) - 1
		}
		cl.point = -1
		c.prompt("Delete point", func(p annotate.Prompt) annotate.Prompt { return p.WithoutPoint(i) })
	default:
		c.prompt("Delete box", func(p annotate.Prompt) annotate.Prompt { p.Box = nil; return p })
	}
}

// ClearPrompt takes back everything that was said about the selected object on
// the current frame, and the mask that came of it.
func (c *Controller) ClearPrompt() {
	if c.clip == nil {
		return
	}
	c.prompt("Clear the frame's prompts", func(annotate.Prompt) annotate.Prompt { return annotate.Prompt{} })
}

func (c *Controller) key() annotate.FrameKey {
	return annotate.FrameKey{Object: c.clip.selected, Frame: c.clip.frame}
}

// prompt changes the prompt of the selected object on the current frame and
// asks the engine for the mask.
func (c *Controller) prompt(name string, change func(annotate.Prompt) annotate.Prompt) {
	cl := c.clip
	c.readOn()
	c.pause()
	c.cancelStroke()
	c.endPreview()
	edits, key := c.target()
	old, had := cl.doc.Prompt(key)
	p := change(old)
	w, h := cl.doc.Size()
	group := cl.hist.NewGroup()
	cl.point = -1
	if p.Empty() {
		if !had {
			return
		}
		c.removePrompt(name, key, group)
		return
	}
	if err := p.Validate(w, h); err != nil {
		c.fail(name, err)
		return
	}
	lift := c.unprotect(key)
	edits = append(edits, cl.doc.SetPrompt(key, &p))
	cl.selected = key.Object
	c.apply(annotate.Change{Name: name, Group: group, Edits: append(edits, lift...)})
	c.tellSession(lift)
	c.noteFix(key, old)
	c.ask(key, p, group, false)
}

// target returns the object and frame that a prompt is for, with the edits
// that make the object if there is none.
func (c *Controller) target() ([]annotate.Edit, annotate.FrameKey) {
	key := c.key()
	if key.Object != 0 {
		return nil, key
	}
	o := c.newObject()
	key.Object = o.ID
	return []annotate.Edit{c.clip.doc.SetObject(o)}, key
}

// unprotect lifts the protection of a frame that is being corrected: who
// clicks on it has not accepted it any longer. The engine is to be told once
// the edits are applied.
func (c *Controller) unprotect(k annotate.FrameKey) []annotate.Edit {
	if !c.clip.doc.Protected(k) {
		return nil
	}
	return []annotate.Edit{c.clip.doc.SetProtected(k, false)}
}

func (c *Controller) removePrompt(name string, key annotate.FrameKey, group int64) {
	cl := c.clip
	delete(cl.pending, key)
	old, _ := cl.doc.Prompt(key)
	prompt := cl.doc.SetPrompt(key, nil)
	tell := append(c.unprotect(key), prompt)
	edits := slices.Clone(tell)
	if _, ok := cl.doc.Result(key); ok {
		edits = append(edits, cl.doc.SetResult(key, nil))
	}
	c.apply(annotate.Change{Name: name, Group: group, Edits: edits})
	c.tellSession(tell)
	c.noteFix(key, old)
	c.flushHeld()
}

// ask sends a prompt to the engine.
func (c *Controller) ask(key annotate.FrameKey, p annotate.Prompt, group int64, painted bool) {
	cl := c.clip
	if _, waits := cl.pending[key]; !waits {
		c.tellFrame(key.Frame)
	}
	cl.seq++
	cl.pending[key] = pendingPrompt{seq: cl.seq, group: group, painted: painted}
	seq := cl.seq
	if c.engine.session == nil {
		// A session that opens asks for everything that is pending.
		if !c.engine.starts {
			delete(cl.pending, key)
			c.fail("Engine "+c.EngineName(), cmpErr(c.engine.err))
		}
		return
	}
	c.engine.session.runner.Prompt(inference.PromptRequest{Seq: seq, Key: key, Prompt: p})
	c.changed(PartTrack)
}

func cmpErr(err error) error {
	if err == nil {
		return errors.New("it is not loaded")
	}
	return err
}

// answered applies the mask that a prompt gave, unless it is stale.
func (c *Controller) answered(a inference.PromptAnswer) {
	cl := c.clip
	w, ok := cl.pending[a.Key]
	if !ok || w.seq != a.Seq {
		return
	}
	delete(cl.pending, a.Key)
	defer c.flushHeld()
	c.changed(PartTrack | PartScene)
	if a.Err != nil {
		if !errors.Is(a.Err, inference.ErrSuperseded) && !errors.Is(a.Err, inference.ErrClosed) {
			c.fail(fmt.Sprintf("Mask of %s on frame %d", cl.doc.Name(a.Key.Object), a.Key.Frame), a.Err)
		}
		return
	}
	if w.painted {
		c.hint(c.nextStep())
		return
	}
	r := a.Result
	r.Source = annotate.Prompted
	name, _ := cl.hist.CanUndo()
	c.apply(annotate.Change{Name: name, Group: w.group, Edits: []annotate.Edit{cl.doc.SetResult(a.Key, &r)}})
	if r.Area == 0 {
		c.say(Warning, "The engine found nothing there: try another point or a box")
	} else {
		c.hint(c.nextStep())
	}
}

// dropPending forgets all prompts that wait; the engine will not answer them.
func (c *Controller) dropPending() {
	if c.clip == nil {
		return
	}
	clear(c.clip.pending)
	c.flushHeld()
}

// HitPoint returns the index of the selected object's point nearest to (x, y)
// within radius pixels on the current frame, or -1.
func (c *Controller) HitPoint(x, y, radius float64) int {
	if c.clip == nil {
		return -1
	}
	p, _ := c.clip.doc.Prompt(c.key())
	best, at := radius*radius, -1
	for i, q := range slices.Backward(p.Points) {
		if d := (q.X-x)*(q.X-x) + (q.Y-y)*(q.Y-y); d <= best {
			best, at = d, i
		}
	}
	return at
}
