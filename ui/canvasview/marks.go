package canvasview

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/controller/handles"
	"github.com/masklet/masklet/ui/scene"
)

// Marker sizes in screen units.
const (
	markerSize   = 16
	markerRim    = 2
	markerStroke = 2
)

// removeColor is the colour of points that are not on the object.
var removeColor = color.NRGBA{R: 0xE6, G: 0x19, B: 0x3B, A: 255}

var (
	white = color.NRGBA{R: 255, G: 255, B: 255, A: 255}
	black = color.NRGBA{A: 200}
)

// marks draws everything that is not pixels of the video: prompts, the box
// that is being drawn, the brush and the keyboard cursor.
func (c *Canvas) marks() {
	if c.renderer == nil {
		return
	}
	var out []fyne.CanvasObject
	for _, b := range c.scene.Boxes {
		out = append(out, c.box(b.Box, rgb(b.Color), b.Selected || b.Drawing)...)
		if b.Selected {
			out = append(out, c.handles(b.Box)...)
		}
	}
	if c.rubber != nil {
		out = append(out, c.box(*c.rubber, white, true)...)
	}
	for _, m := range c.scene.Markers {
		out = append(out, c.marker(m)...)
	}
	if c.outline != nil {
		out = append(out, c.drawn(*c.outline)...)
	}
	if c.scene.Cursor != nil {
		out = append(out, c.crosshair(*c.scene.Cursor)...)
	}
	if x, y, ok := c.Pointer(); ok && c.scene.Brush > 0 && !c.pan {
		out = append(out, c.brush(x, y)...)
	} else if k := c.scene.Cursor; k != nil && c.scene.Brush > 0 {
		out = append(out, c.brush(k.X, k.Y)...)
	}
	c.renderer.marks.Objects = out
	c.renderer.marks.Refresh()
}

func (c *Canvas) at(x, y float64) fyne.Position {
	sx, sy := c.view.ToScreen(x, y)
	return fyne.NewPos(float32(sx), float32(sy))
}

// box draws a rectangle with a dark line under it, so that it is seen on every
// background.
func (c *Canvas) box(b annotate.Box, col color.Color, strong bool) []fyne.CanvasObject {
	p, q := c.at(b.X0, b.Y0), c.at(b.X1, b.Y1)
	width := float32(1.5)
	if strong {
		width = 2
	}
	under, line := canvas.NewRectangle(color.Transparent), canvas.NewRectangle(color.Transparent)
	under.StrokeColor, under.StrokeWidth = black, width+2
	line.StrokeColor, line.StrokeWidth = col, width
	for _, r := range []*canvas.Rectangle{under, line} {
		r.Move(p)
		r.Resize(fyne.NewSize(q.X-p.X, q.Y-p.Y))
	}
	return []fyne.CanvasObject{under, line}
}

// handleSize is the side of a box's handle, in screen units.
const handleSize = 7

// handles draws what a box is moved by.
func (c *Canvas) handles(b annotate.Box) []fyne.CanvasObject {
	var out []fyne.CanvasObject
	for _, p := range handles.Of(b) {
		r := canvas.NewRectangle(white)
		r.StrokeColor, r.StrokeWidth = black, 1
		place(r, c.at(p.X, p.Y), handleSize)
		out = append(out, r)
	}
	return out
}

// marker draws a point prompt: a white-rimmed disc with + in the object's
// colour, or with − in red.
func (c *Canvas) marker(m scene.Marker) []fyne.CanvasObject {
	p := c.at(m.X, m.Y)
	col := rgb(m.Color)
	if !m.Positive {
		col = removeColor
	}
	size := float32(markerSize)
	var out []fyne.CanvasObject
	if m.Selected {
		ring := canvas.NewCircle(color.Transparent)
		ring.StrokeColor, ring.StrokeWidth = color.NRGBA{R: 255, G: 221, A: 255}, 2.5
		place(ring, p, size+9)
		out = append(out, ring)
	}
	shade := canvas.NewCircle(color.NRGBA{A: 90})
	place(shade, p, size+3)
	disc := canvas.NewCircle(col)
	disc.StrokeColor, disc.StrokeWidth = white, markerRim
	place(disc, p, size)
	arm := size/2 - 4.5
	out = append(out, shade, disc, line(p.X-arm, p.Y, p.X+arm, p.Y, white, markerStroke))
	if m.Positive {
		out = append(out, line(p.X, p.Y-arm, p.X, p.Y+arm, white, markerStroke))
	}
	return out
}

// crosshair draws the keyboard cursor.
func (c *Canvas) crosshair(k annotate.Point) []fyne.CanvasObject {
	p := c.at(k.X, k.Y)
	const gap, arm = 5, 18
	var out []fyne.CanvasObject
	for _, w := range []struct {
		col   color.Color
		width float32
	}{{black, 4}, {white, 2}} {
		out = append(out,
			line(p.X-arm, p.Y, p.X-gap, p.Y, w.col, w.width), line(p.X+gap, p.Y, p.X+arm, p.Y, w.col, w.width),
			line(p.X, p.Y-arm, p.X, p.Y-gap, w.col, w.width), line(p.X, p.Y+gap, p.X, p.Y+arm, w.col, w.width))
	}
	dot := canvas.NewCircle(white)
	place(dot, p, 3)
	return append(out, dot)
}

// brush draws the outline of the brush.
func (c *Canvas) brush(x, y float64) []fyne.CanvasObject {
	size := float32(max(3, 2*c.scene.Brush*c.view.Scale()))
	under, ring := canvas.NewCircle(color.Transparent), canvas.NewCircle(color.Transparent)
	under.StrokeColor, under.StrokeWidth = black, 3
	ring.StrokeColor, ring.StrokeWidth = white, 1.25
	place(under, c.at(x, y), size)
	place(ring, c.at(x, y), size)
	return []fyne.CanvasObject{under, ring}
}

func place(o fyne.CanvasObject, centre fyne.Position, size float32) {
	o.Resize(fyne.NewSquareSize(size))
	o.Move(centre.SubtractXY(size/2, size/2))
}

func line(x0, y0, x1, y1 float32, col color.Color, width float32) *canvas.Line {
	l := canvas.NewLine(col)
	l.StrokeWidth = width
	l.Position1, l.Position2 = fyne.NewPos(x0, y0), fyne.NewPos(x1, y1)
	return l
}
