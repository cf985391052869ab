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
func (c *Prompts) BeginStroke(x, y float64) {
	if !c.view.tool.Painting() {
		return
	}
	c.play.pause()
	c.EndPreview()
	edits, key := c.target()
	if len(edits) > 0 {
		c.objects.selected = key.Object
		c.sess.Do(annotate.Change{Name: "Add object", Edits: edits})
	}
	s := &strokeState{key: key, stroke: scene.Stroke{Erase: c.view.tool == ToolEraser, Radius: c.view.brush, Points: []scene.Pt{{X: x, Y: y}}}}
	if r, ok := c.doc().Result(key); ok {
		s.base = r.Mask
	}
	c.stroke = s
	c.changed(PartScene)
}

// MoveStroke goes on painting to a point.
func (c *Prompts) MoveStroke(x, y float64) {
	if c.stroke == nil {
		return
	}
	// Whoever draws the scene reads the points that it was given; appending
	// leaves those alone.
	s := &c.stroke.stroke
	s.Points = append(s.Points, scene.Pt{X: x, Y: y})
	c.changed(PartScene)
}

// EndStroke makes what was painted the mask of the frame. It becomes a mask
// prompt, so that tracking starts from it.
func (c *Prompts) EndStroke() {
	if c.stroke == nil {
		return
	}
	s := c.stroke
	c.stroke = nil
	w, h := c.doc().Size()
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
func (c *Prompts) setPainted(name string, key annotate.FrameKey, m annotate.Mask) {
	if r, ok := c.doc().Result(key); ok {
		if old, err := r.Mask.Load(); err == nil && old.Equal(m) {
			c.changed(PartScene)
			return
		}
	}
	c.sess.Paint(name, key, m)
}

// cancelStroke gives a stroke up that is being painted.
func (c *Prompts) cancelStroke() bool {
	if c.stroke == nil {
		return false
	}
	c.stroke = nil
	c.changed(PartScene)
	return true
}
