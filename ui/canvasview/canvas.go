package canvasview

import (
	"image"
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/scene"
	"github.com/masklet/masklet/ui/viewport"
)

// Actions are what the user can do on the canvas. Positions are video pixels,
// always on the picture. Unset functions are ignored.
type Actions struct {
	Add    func(x, y float64, positive bool) // click of a point tool
	Box    func(b annotate.Box)
	Stroke func(phase Phase, x, y float64) // brush and eraser
	// Area is told of presses and moves of a tool that draws outlines, which may lie on
	// the border of the picture; the button need not be held while it moves. remove says
	// that the press is one that removes.
	Area     func(phase Phase, x, y float64, remove bool)
	AreaDone func()               // a double click of such a tool
	Size     func(factor float64) // the wheel with Shift, for the brush
	// Point is told of a press that may be meant for a point marker, or, with box, for
	// a handle of a box; it returns whether one is held now.
	Point func(x, y, radius float64, box bool) bool
	// Drag is told of moves of what is held, and of its end: false says that it was a
	// click where it began.
	Drag   func(phase Phase, x, y float64) bool
	Hover  func(x, y float64, mods fyne.KeyModifier) // the pointer moved over the picture
	Leave  func()                                    // the pointer left the picture
	Zoomed func()                                    // zoom or pan changed
	Failed func(err error)                           // a mask cannot be read
	Focus  func()                                    // the canvas was pressed
}

// Phase is the phase of a stroke.
type Phase int

// The phases.
const (
	StrokeBegin Phase = iota
	StrokeMove
	StrokeEnd
)

// Mode is what the left button does.
type Mode int

// The modes.
const (
	AddPoint Mode = iota
	RemovePoint
	DrawBox
	Paint
	DrawArea
)

// Canvas is the widget. It is used on the UI goroutine only.
type Canvas struct {
	widget.BaseWidget
	Actions Actions

	view     viewport.View
	scene    scene.Scene // what is on the screen
	wanted   scene.Scene
	mode     Mode
	pan      bool // Space is held
	panned   bool // it was used to pan
	worker   worker
	frame    *canvas.Image
	overlay  *canvas.Image
	pointer  fyne.Position
	inside   bool // the pointer is over the widget
	press    press
	pressed  [2]fyne.Position    // the last two presses of a tool that draws outlines
	early    *desktop.MouseEvent // a press before there was a picture
	rubber   *annotate.Box
	outline  *scene.Outline
	mods     func() fyne.KeyModifier
	renderer *renderer
}

var (
	_ desktop.Mouseable  = (*Canvas)(nil)
	_ desktop.Hoverable  = (*Canvas)(nil)
	_ desktop.Cursorable = (*Canvas)(nil)
	_ fyne.Draggable     = (*Canvas)(nil)
	_ fyne.Scrollable    = (*Canvas)(nil)

	_ fyne.DoubleTappable = (*Canvas)(nil)
)

// New returns an empty canvas. post runs functions on the UI goroutine; mods
// returns the modifier keys that are held.
func New(post func(func()), mods func() fyne.KeyModifier) *Canvas {
	c := &Canvas{
		frame:   canvas.NewImageFromImage(nil),
		overlay: canvas.NewImageFromImage(nil),
		mods:    mods,
		view:    viewport.New(1, 1, 1, 1),
	}
	// Scaling on the CPU, the default, stalls the window for large frames.
	c.frame.ScaleMode, c.frame.FillMode = canvas.ImageScaleFastest, canvas.ImageFillStretch
	c.overlay.ScaleMode, c.overlay.FillMode = canvas.ImageScalePixels, canvas.ImageFillStretch
	c.worker.post, c.worker.show = post, c.show
	c.ExtendBaseWidget(c)
	return c
}

// Close ends the worker.
func (c *Canvas) Close() { c.worker.close() }

// SetScene shows a scene as soon as its overlay is composed. Prompts and
// cursors are shown at once.
func (c *Canvas) SetScene(s scene.Scene) {
	if s.W != c.wanted.W || s.H != c.wanted.H {
		size := c.Size()
		c.view = viewport.New(s.W, s.H, float64(size.Width), float64(size.Height))
		c.scene, c.rubber, c.early = scene.Scene{}, nil, nil
		c.frame.Image, c.overlay.Image = nil, nil
	}
	c.wanted = s
	if s.Shown == c.scene.Shown {
		c.scene.Markers, c.scene.Boxes = s.Markers, s.Boxes
	}
	c.scene.Cursor, c.scene.Brush = s.Cursor, s.Brush
	if s.Cursor != nil {
		c.reveal(*s.Cursor)
	}
	c.marks()
	c.worker.ask(s)
}

// SetOutline shows the area that is being drawn, nil for none.
func (c *Canvas) SetOutline(o *scene.Outline) {
	if o != nil || c.outline != nil {
		c.outline = o
		c.marks()
	}
}

// show puts a composed scene on the screen.
func (c *Canvas) show(o composed) {
	if o.err != nil && c.Actions.Failed != nil {
		c.Actions.Failed(o.err)
	}
	if o.scene.W != c.wanted.W || o.scene.H != c.wanted.H {
		return
	}
	cursor, brush := c.wanted.Cursor, c.wanted.Brush
	c.scene = o.scene
	c.scene.Cursor, c.scene.Brush = cursor, brush
	if c.wanted.Shown == o.scene.Shown {
		c.scene.Markers, c.scene.Boxes = c.wanted.Markers, c.wanted.Boxes
	}
	setImage(c.frame, o.picture)
	setImage(c.overlay, o.overlay)
	c.place()
	c.marks()
	if e := c.early; e != nil && c.scene.Picture != nil {
		c.early = nil
		c.MouseDown(e)
		c.MouseUp(e)
	}
}

// setImage shows img; nil hides the image, since a visible empty one keeps the
// toolkit busy.
func setImage(i *canvas.Image, img *image.RGBA) {
	if img == nil {
		i.Image = nil
		i.Hide()
		return
	}
	i.Image = img
	i.Show()
	i.Refresh()
}

// SetMode sets what the left button does.
func (c *Canvas) SetMode(m Mode) {
	c.mode, c.rubber = m, nil
	c.marks()
}

// SetPan switches panning with the left button on or off (Space held).
func (c *Canvas) SetPan(on bool) {
	if on && !c.pan {
		c.panned = false
	}
	c.pan = on
}

// Panned reports whether the picture was panned since SetPan(true).
func (c *Canvas) Panned() bool { return c.panned }

// Fit shows the whole picture.
func (c *Canvas) Fit() { c.setView(c.view.Fit()) }

// Actual shows one video pixel as one pixel of the screen.
func (c *Canvas) Actual() { c.setView(c.view.Actual(1 / float64(c.pixels()))) }

// ZoomBy zooms around the middle.
func (c *Canvas) ZoomBy(factor float64) {
	w, h := c.view.AreaSize()
	c.setView(c.view.ZoomBy(factor, w/2, h/2))
}

// Zoom returns the zoom: 1 is one video pixel on one screen pixel.
func (c *Canvas) Zoom() float64 { return c.view.Scale() * float64(c.pixels()) }

// View returns the mapping of the picture to the widget.
func (c *Canvas) View() viewport.View { return c.view }

// HasPicture reports whether a frame is on the screen.
func (c *Canvas) HasPicture() bool { return c.scene.Picture != nil }

// Pointer returns the video position under the pointer; ok is false if the
// pointer is not over the picture.
func (c *Canvas) Pointer() (x, y float64, ok bool) {
	sx, sy := float64(c.pointer.X), float64(c.pointer.Y)
	x, y = c.view.ToImage(sx, sy)
	return x, y, c.inside && c.scene.Picture != nil && c.view.Inside(sx, sy)
}

func (c *Canvas) pixels() float32 {
	if cv := fyne.CurrentApp().Driver().CanvasForObject(c); cv != nil {
		return cv.Scale()
	}
	return 1
}

func (c *Canvas) setView(v viewport.View) {
	c.view = v
	c.place()
	c.marks()
	if c.Actions.Zoomed != nil {
		c.Actions.Zoomed()
	}
}

func (c *Canvas) reveal(p annotate.Point) {
	if v := c.view.Reveal(p.X, p.Y, 24); v != c.view {
		c.setView(v)
	}
}

// place puts the two images where the view says. Resizing uploads a texture
// again, so it is done only when the size changes.
func (c *Canvas) place() {
	x, y, w, h := c.view.Rect()
	pos, size := fyne.NewPos(float32(x), float32(y)), fyne.NewSize(float32(w), float32(h))
	for _, i := range []*canvas.Image{c.frame, c.overlay} {
		if i.Size() != size {
			i.Resize(size)
		}
		if i.Position() != pos {
			i.Move(pos)
		}
	}
}

// Resize implements fyne.CanvasObject.
func (c *Canvas) Resize(size fyne.Size) {
	c.BaseWidget.Resize(size)
	c.setView(c.view.Resize(float64(size.Width), float64(size.Height)))
}

// MinSize does not follow the picture, so that opening a video never changes
// the layout.
func (c *Canvas) MinSize() fyne.Size { return fyne.NewSize(240, 160) }

func rgb(c annotate.Color) color.Color { return color.NRGBA{R: c.R, G: c.G, B: c.B, A: 255} }
