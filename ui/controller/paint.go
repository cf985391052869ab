package controller

import (
	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/scene"
)

// strokeState is a stroke that is being painted.
type strokeState struct {
	key    annotate.FrameKey
	base   annotate.MaskRef // nil: the frame had no mask
	stroke scene.Stroke
}

// BeginStroke starts painting at a point in video pixels with the brush or
// eraser that is chosen. Painting goes on top of the mask that the frame has.
func (c *Controller) BeginStroke(x, y float64) {
	cl := c.clip
	if cl == nil || !c.tool.Painting() {
		return
	}
	c.pause()
	c.endPreview()
	edits, key := c.target()
	if len(edits) > 0 {
		cl.selected = key.Object
		c.apply(annotate.Change{Name: "Add object", Edits: edits})
	}
	s := &strokeState{key: key, stroke: scene.Stroke{Erase: c.tool == ToolEraser, Radius: c.brush, Points: []scene.Pt{{X: x, Y: y}}}}
	if r, ok := cl.doc.Result(key); ok {
		s.base = r.Mask
	}
	cl.stroke = s
	c.changed(PartScene)
}

// MoveStroke goes on painting to a point.
func (c *Controller) MoveStroke(x, y float64) {
	if c.clip == nil || c.clip.stroke == nil {
		return
	}
	// Whoever draws the scene reads the points that it was given; appending
	// leaves those alone.
	s := &c.clip.stroke.stroke
	s.Points = append(s.Points, scene.Pt{X: x, Y: y})
	c.changed(PartScene)
}

// EndStroke makes what was painted the mask of the frame. It becomes a mask
// prompt, so that tracking starts from it.
func (c *Controller) EndStroke() {
	cl := c.clip
	if cl == nil || cl.stroke == nil {
		return
	}
	s := cl.stroke
	cl.stroke = nil
	w, h := cl.doc.Size()
	b, err := scene.Apply(s.base, []scene.Stroke{s.stroke}, w, h)
	if err != nil {
		c.fail("Paint", err)
		c.changed(PartScene)
		return
	}
	name := "Paint"
	if s.stroke.Erase {
		name = "Erase"
	}
	c.setPainted(name, s.key, annotate.MaskFromBitmap(b))
}

// setPainted makes m the mask and prompt of a frame.
func (c *Controller) setPainted(name string, key annotate.FrameKey, m annotate.Mask) {
	cl := c.clip
	if r, ok := cl.doc.Result(key); ok {
		if old, err := r.Mask.Load(); err == nil && old.Equal(m) {
			c.changed(PartScene)
			return
		}
	}
	before, _ := cl.doc.Prompt(key)
	p := annotate.Prompt{Mask: &m}
	r := annotate.NewResult(m, 1, annotate.Painted, "")
	group := cl.hist.NewGroup()
	edits := []annotate.Edit{cl.doc.SetPrompt(key, &p), cl.doc.SetResult(key, &r)}
	lift := c.unprotect(key)
	c.apply(annotate.Change{Name: name, Group: group, Edits: append(edits, lift...)})
	c.tellSession(lift)
	c.noteFix(key, before)
	c.ask(key, p, group, true)
}

// cancelStroke gives a stroke up that is being painted.
func (c *Controller) cancelStroke() bool {
	if c.clip == nil || c.clip.stroke == nil {
		return false
	}
	c.clip.stroke = nil
	c.changed(PartScene)
	return true
}
