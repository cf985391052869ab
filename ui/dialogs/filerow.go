package dialogs

import (
	"image/color"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// fileRow is a row of a chooser's list. A press selects at once: a tap would wait
// whether a second one follows.
type fileRow struct {
	widget.BaseWidget
	c    *chooser
	i    int
	back *canvas.Rectangle
	icon *widget.Icon
	name *widget.Label
}

var (
	_ desktop.Mouseable   = (*fileRow)(nil)
	_ fyne.DoubleTappable = (*fileRow)(nil)
)

func newFileRow(c *chooser) *fileRow {
	r := &fileRow{c: c, back: canvas.NewRectangle(color.Transparent), icon: widget.NewIcon(theme.FileIcon()), name: widget.NewLabel("")}
	r.back.CornerRadius = theme.Size(theme.SizeNameSelectionRadius)
	r.name.Truncation = fyne.TextTruncateEllipsis
	r.ExtendBaseWidget(r)
	return r
}

// show shows an entry of the list.
func (r *fileRow) show(i int) {
	r.i = i
	if i >= len(r.c.entries) {
		return
	}
	e := r.c.entries[i]
	icon := theme.FileVideoIcon()
	if e.folder {
		icon = theme.FolderIcon()
	}
	r.icon.SetResource(icon)
	r.name.SetText(e.name)
	r.back.FillColor = color.Transparent
	if i == r.c.at {
		r.back.FillColor = theme.Color(theme.ColorNameSelection)
	}
	r.back.Refresh()
}

// MouseDown implements desktop.Mouseable.
func (r *fileRow) MouseDown(*desktop.MouseEvent) {
	if r.i < len(r.c.entries) {
		r.c.choose(r.i)
	}
}

// MouseUp implements desktop.Mouseable. Keys go on to the path.
func (r *fileRow) MouseUp(*desktop.MouseEvent) { r.c.h.win.Canvas().Focus(r.c.path) }

// DoubleTapped implements fyne.DoubleTappable.
func (r *fileRow) DoubleTapped(*fyne.PointEvent) {
	if r.i < len(r.c.entries) {
		r.c.take(filepath.Join(r.c.folder, r.c.entries[r.i].name), true)
	}
}

// CreateRenderer implements fyne.Widget.
func (r *fileRow) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewStack(r.back, container.NewBorder(nil, nil, r.icon, nil, r.name)))
}
