package canvasview

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/masklet/masklet/annotate"
)

// press is a mouse button that is held on the canvas.
type press struct {
	action pressAction
	last   fyne.Position // for panning; of what is held: where it began
	moved  bool          // what is held
	x, y   float64       // where it began, in video pixels
}

type pressAction int

const (
	noPress pressAction = iota
	panning
	boxing
	stroking
	outlining
	holding // a marker or a handle
)

// dragReach is how far the pointer moves before what it holds is moved, in screen
// units.
const dragReach = 3

// markerReach is how near a press must be to a marker to mean it, in screen
// units.
const markerReach = 10

// MouseDown implements desktop.Mouseable.
func (c *Canvas) MouseDown(e *desktop.MouseEvent) {
	if c.Actions.Focus != nil {
		c.Actions.Focus()
	}
	c.pointer, c.inside = e.Position, true
	if c.press.action != noPress {
		return
	}
	if e.Button == desktop.MouseButtonTertiary || e.Button == desktop.MouseButtonPrimary && c.pan {
		c.press = press{action: panning, last: e.Position}
		c.panned = true
		return
	}
	if c.scene.Picture == nil && c.wanted.W > 1 {
		c.early = e // the picture of what was just opened is on its way
		return
	}
	x, y, ok := c.Pointer()
	remove := e.Button == desktop.MouseButtonSecondary || e.Modifier&fyne.KeyModifierAlt != 0
	switch {
	case e.Button != desktop.MouseButtonPrimary && e.Button != desktop.MouseButtonSecondary:
	case c.mode == DrawArea && c.scene.Picture != nil:
		c.press = press{action: outlining}
		c.pressed = [2]fyne.Position{c.pressed[1], e.Position}
		c.area(StrokeBegin, remove)
	case !ok:
	case c.Actions.Point != nil && c.Actions.Point(x, y, markerReach/c.view.Scale(), !remove && c.mode != Paint):
		c.press = press{action: holding, x: x, y: y, last: e.Position}
	case remove:
		c.add(x, y, false)
	case c.mode == AddPoint || c.mode == RemovePoint:
		c.add(x, y, c.mode == AddPoint)
	case c.mode == DrawBox:
		c.press = press{action: boxing, x: x, y: y}
	case c.mode == Paint:
		c.press = press{action: stroking}
		c.stroke(StrokeBegin, x, y)
	}
}

// MouseUp implements desktop.Mouseable.
func (c *Canvas) MouseUp(e *desktop.MouseEvent) { c.release() }

// DoubleTapped implements fyne.DoubleTappable. Both presses were told before; the toolkit
// calls it for fast presses at two places too, which are two vertices.
func (c *Canvas) DoubleTapped(*fyne.PointEvent) {
	d := c.pressed[1].Subtract(c.pressed[0])
	near := max(d.X, -d.X, d.Y, -d.Y) <= markerReach/2
	if c.mode == DrawArea && near && c.Actions.AreaDone != nil {
		c.Actions.AreaDone()
	}
}

// Dragged implements fyne.Draggable.
func (c *Canvas) Dragged(e *fyne.DragEvent) { c.moveTo(e.Position) }

// DragEnd implements fyne.Draggable.
func (c *Canvas) DragEnd() { c.release() }

// MouseIn implements desktop.Hoverable.
func (c *Canvas) MouseIn(e *desktop.MouseEvent) { c.moveTo(e.Position) }

// MouseMoved implements desktop.Hoverable.
func (c *Canvas) MouseMoved(e *desktop.MouseEvent) { c.moveTo(e.Position) }

// MouseOut implements desktop.Hoverable.
func (c *Canvas) MouseOut() {
	c.inside = false
	c.marks()
	if c.Actions.Leave != nil {
		c.Actions.Leave()
	}
}

// Scrolled implements fyne.Scrollable: the wheel zooms at the pointer, with Shift it
// changes the size of the brush.
func (c *Canvas) Scrolled(e *fyne.ScrollEvent) {
	if c.scene.Picture == nil {
		return
	}
	d := e.Scrolled.DY
	if d == 0 {
		d = e.Scrolled.DX // with Shift held some systems scroll sideways
	}
	factor := zoomStep
	if d < 0 {
		factor = 1 / zoomStep
	}
	switch {
	case d == 0:
	case c.scene.Brush > 0 && c.mods()&fyne.KeyModifierShift != 0:
		if c.Actions.Size != nil {
			c.Actions.Size(factor)
		}
	default:
		c.setView(c.view.ZoomBy(factor, float64(e.Position.X), float64(e.Position.Y)))
	}
}

// zoomStep is the zoom of one notch of the wheel.
const zoomStep = 1.2

// Cursor implements desktop.Cursorable.
func (c *Canvas) Cursor() desktop.Cursor {
	switch {
	case c.press.action == panning || c.pan:
		return desktop.PointerCursor
	case c.scene.Picture == nil || !c.inside:
		return desktop.DefaultCursor
	default:
		return desktop.CrosshairCursor
	}
}

func (c *Canvas) moveTo(p fyne.Position) {
	before := c.press.last
	c.pointer, c.inside = p, true
	sx, sy := float64(p.X), float64(p.Y)
	ix, iy := c.view.Clamp(c.view.ToImage(sx, sy))
	switch c.press.action {
	case panning:
		c.press.last = p
		c.setView(c.view.Pan(float64(p.X-before.X), float64(p.Y-before.Y)))
		return
	case boxing:
		x, y := c.boxEdge(sx, sy)
		b := annotate.Box{X0: c.press.x, Y0: c.press.y, X1: x, Y1: y}.Canon()
		c.rubber = &b
	case stroking:
		c.stroke(StrokeMove, ix, iy)
	case holding:
		if d := p.Subtract(before); c.Actions.Drag != nil && (c.press.moved || max(d.X, -d.X, d.Y, -d.Y) > dragReach) {
			c.press.moved = true
			c.Actions.Drag(StrokeMove, ix, iy)
		}
	case outlining:
		c.area(StrokeMove, false)
	default:
		if c.mode == DrawArea {
			c.area(StrokeMove, false)
		}
		if x, y, ok := c.Pointer(); ok && c.Actions.Hover != nil {
			c.Actions.Hover(x, y, c.mods())
		} else if !ok && c.Actions.Leave != nil {
			c.Actions.Leave()
		}
	}
	c.marks()
}

// boxEdge returns the video position for the moving corner of a box or an outline, which
// may lie on the far border of the picture.
func (c *Canvas) boxEdge(sx, sy float64) (x, y float64) {
	x, y = c.view.ToImage(sx, sy)
	w, h := c.view.ImageSize()
	return min(max(0, x), float64(w)), min(max(0, y), float64(h))
}

func (c *Canvas) release() {
	p := c.press
	c.press = press{}
	switch p.action {
	case boxing:
		b := c.rubber
		c.rubber = nil
		c.marks()
		// A press without a drag is no box.
		if b != nil && b.X1-b.X0 >= 1 && b.Y1-b.Y0 >= 1 && c.Actions.Box != nil {
			c.Actions.Box(*b)
		}
	case stroking:
		c.stroke(StrokeEnd, 0, 0)
	case holding:
		if c.Actions.Drag != nil && !c.Actions.Drag(StrokeEnd, p.x, p.y) && (c.mode == AddPoint || c.mode == RemovePoint) {
			c.add(p.x, p.y, c.mode == AddPoint)
		}
	case outlining:
		c.area(StrokeEnd, false)
	}
}

// Cancel gives up a box or stroke that is being drawn; it reports whether
// there was one.
func (c *Canvas) Cancel() bool {
	active := c.press.action == boxing || c.press.action == stroking || c.press.action == holding && c.press.moved
	c.press, c.rubber = press{}, nil
	c.marks()
	return active
}

func (c *Canvas) add(x, y float64, positive bool) {
	if c.Actions.Add != nil {
		c.Actions.Add(x, y, positive)
	}
}

func (c *Canvas) stroke(p Phase, x, y float64) {
	if c.Actions.Stroke != nil {
		c.Actions.Stroke(p, x, y)
	}
}

// area tells of an outline's press or move, where the pointer is.
func (c *Canvas) area(p Phase, remove bool) {
	if c.Actions.Area != nil {
		x, y := c.boxEdge(float64(c.pointer.X), float64(c.pointer.Y))
		c.Actions.Area(p, x, y, remove)
	}
}
