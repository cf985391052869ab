package controller

import (
	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/scene"
)

// Painter paints masks with the brush and the eraser.
type Painter struct {
	*desk
	play    *Playback
	objects *Objects
	tools   *Tools
	preview *Preview

	stroke *strokeState
}

// strokeState is a stroke that is being painted.
type strokeState struct {
	key    annotate.FrameKey
	base   annotate.MaskRef // nil: the frame had no mask
	stroke scene.Stroke
}

// BeginStroke starts painting at a point in video pixels with the brush or
// eraser that is chosen. Painting goes on top of the mask that the frame has.
func (p *Painter) BeginStroke(x, y float64) {
	if !p.tools.tool.Painting() {
		return
	}
	p.play.pause()
	p.preview.EndPreview()
	edits, key := p.objects.target()
	if len(edits) > 0 {
		p.objects.selected = key.Object
		p.sess.Do(annotate.Change{Name: "Add object", Edits: edits})
	}
	s := &strokeState{key: key, stroke: scene.Stroke{Erase: p.tools.tool == ToolEraser, Radius: p.tools.brush, Points: []scene.Pt{{X: x, Y: y}}}}
	if r, ok := p.doc().Result(key); ok {
		s.base = r.Mask
	}
	p.stroke = s
	p.changed(PartScene)
}

// MoveStroke goes on painting to a point.
func (p *Painter) MoveStroke(x, y float64) {
	if p.stroke == nil {
		return
	}
	// Whoever draws the scene reads the points that it was given; appending
	// leaves those alone.
	s := &p.stroke.stroke
	s.Points = append(s.Points, scene.Pt{X: x, Y: y})
	p.changed(PartScene)
}

// EndStroke makes what was painted the mask of the frame. It becomes a mask
// prompt, so that tracking starts from it.
func (p *Painter) EndStroke() {
	if p.stroke == nil {
		return
	}
	s := p.stroke
	p.stroke = nil
	w, h := p.doc().Size()
	b, err := scene.Apply(s.base, []scene.Stroke{s.stroke}, w, h)
	if err != nil {
		p.fail("Paint", err)
		p.changed(PartScene)
		return
	}
	name := "Paint"
	if s.stroke.Erase {
		name = "Erase"
	}
	p.setPainted(name, s.key, annotate.MaskFromBitmap(b))
}

// setPainted makes m the mask and prompt of a frame.
func (p *Painter) setPainted(name string, key annotate.FrameKey, m annotate.Mask) {
	if r, ok := p.doc().Result(key); ok {
		if old, err := r.Mask.Load(); err == nil && old.Equal(m) {
			p.changed(PartScene)
			return
		}
	}
	p.sess.Paint(name, key, m)
}

// cancelStroke gives a stroke up that is being painted.
func (p *Painter) cancelStroke() bool {
	if p.stroke == nil {
		return false
	}
	p.stroke = nil
	p.changed(PartScene)
	return true
}
