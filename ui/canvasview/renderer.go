package canvasview

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
)

// backdrop is the same in both themes: colours are judged best on neutral dark
// grey.
var backdrop = color.NRGBA{R: 0x17, G: 0x18, B: 0x1B, A: 255}

type renderer struct {
	c       *Canvas
	back    *canvas.Rectangle
	marks   *fyne.Container
	clip    *container.Clip
	objects []fyne.CanvasObject
}

// CreateRenderer implements fyne.Widget.
func (c *Canvas) CreateRenderer() fyne.WidgetRenderer {
	r := &renderer{c: c, back: canvas.NewRectangle(backdrop), marks: container.NewWithoutLayout()}
	c.frame.Hide()
	c.overlay.Hide()
	r.clip = container.NewClip(container.NewWithoutLayout(c.frame, c.overlay, r.marks))
	r.objects = []fyne.CanvasObject{r.back, r.clip}
	c.renderer = r
	return r
}

func (r *renderer) Layout(size fyne.Size) {
	r.back.Resize(size)
	r.clip.Resize(size)
	r.marks.Resize(size)
}

func (r *renderer) MinSize() fyne.Size           { return r.c.MinSize() }
func (r *renderer) Refresh()                     { r.back.Refresh() }
func (r *renderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *renderer) Destroy()                     { r.c.renderer = nil }
