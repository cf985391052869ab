package canvasview

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/scene"
)

// drawn draws an area that is being drawn: its outline so far, the line to the pointer,
// and the vertices, of which the first, which closes it, is larger.
func (c *Canvas) drawn(o scene.Outline) []fyne.CanvasObject {
	col := rgb(o.Color)
	if o.Subtract {
		col = removeColor
	}
	out := c.lines(o.Points, black, 3.5)
	out = append(out, c.lines(o.Tip, black, 3)...)
	out = append(out, c.lines(o.Points, col, 2)...)
	out = append(out, c.lines(o.Tip, white, 1.25)...)
	for i, v := range o.Vertices {
		dot := canvas.NewCircle(white)
		dot.StrokeColor, dot.StrokeWidth = col, 2
		size := float32(7)
		if i == 0 && len(o.Vertices) > 2 {
			size = 12
		}
		place(dot, c.at(v.X, v.Y), size)
		out = append(out, dot)
	}
	return out
}

// lines draws a line through points, as far as it is in the widget.
func (c *Canvas) lines(points []annotate.Pt, col color.Color, width float32) []fyne.CanvasObject {
	var out []fyne.CanvasObject
	size := c.Size()
	for i := 1; i < len(points); i++ {
		p, q := c.at(points[i-1].X, points[i-1].Y), c.at(points[i].X, points[i].Y)
		if max(p.X, q.X) >= 0 && max(p.Y, q.Y) >= 0 && min(p.X, q.X) <= size.Width && min(p.Y, q.Y) <= size.Height {
			out = append(out, line(p.X, p.Y, q.X, q.Y, col, width))
		}
	}
	return out
}
