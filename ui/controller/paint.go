package controller

import (
	"image"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/controller/drawing"
)

// Painter changes masks by hand: with brush and eraser, by areas, and as a whole.
type Painter struct {
	*desk
	play    *Playback
	objects *Objects
	tools   *Tools
	preview *Preview

	Area  *drawing.Drawer // polygon and lasso
	brush *drawing.Brush
}

// reset forgets what is being drawn in another video.
func (p *Painter) reset() {
	p.Area, p.brush = drawing.NewDrawer(easel{p}), drawing.NewBrush(easel{p})
}

// BeginStroke starts painting at a point in video pixels with the brush or
// eraser that is chosen. Painting goes on top of the mask that the frame has.
func (p *Painter) BeginStroke(x, y float64) {
	if t := p.tools.tool; t.Painting() {
		p.brush.Begin(x, y, drawing.Stroke{Radius: p.tools.brush, Erase: t == ToolEraser, Snap: p.tools.snap && t != ToolEdge, Edge: t == ToolEdge})
	}
}

// MoveStroke goes on painting to a point.
func (p *Painter) MoveStroke(x, y float64) { p.brush.Move(x, y) }

// EndStroke makes what was painted the mask of the frame.
func (p *Painter) EndStroke() { p.brush.End() }

// cancelStroke gives a stroke up that is being painted.
func (p *Painter) cancelStroke() bool { return p.brush.Cancel() }

// How says how an area that begins now is drawn; pixel is the size of a pixel of the
// screen in video pixels.
func (p *Painter) How(subtract bool, pixel float64) drawing.How {
	return drawing.How{Lasso: p.tools.tool == ToolLasso, Subtract: subtract, Snap: p.tools.snap, Pixel: pixel}
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

// easel is what is drawn into: the selected object on the current frame.
type easel struct{ p *Painter }

func (e easel) Picture() *image.RGBA {
	if s := e.p.play.shown; s.frame == e.p.play.frame {
		return s.img
	}
	return nil
}

func (e easel) Size() (w, h int)         { return e.p.doc().Size() }
func (e easel) Key() annotate.FrameKey   { return e.p.objects.key() }
func (e easel) Say(text string)          { e.p.say(Info, text) }
func (e easel) Fail(s string, err error) { e.p.fail(s, err) }
func (e easel) Changed()                 { e.p.changed(PartScene) }
func (e easel) AreaChanged()             { e.p.changed(PartArea) }

func (e easel) Mask(k annotate.FrameKey) annotate.MaskRef {
	r, _ := e.p.doc().Result(k)
	return r.Mask
}

func (e easel) Make() annotate.FrameKey {
	edits, key := e.p.objects.target()
	if len(edits) > 0 {
		e.p.objects.selected = key.Object
		e.p.sess.Do(annotate.Change{Name: "Add object", Edits: edits})
	}
	return key
}

func (e easel) Paint(name string, k annotate.FrameKey, m annotate.Mask) { e.p.setPainted(name, k, m) }

func (e easel) Mend(name string, f func(annotate.Mask) annotate.Mask) { e.p.MendMask(name, f) }

func (e easel) Begin() {
	e.p.play.pause()
	e.p.preview.EndPreview()
}
