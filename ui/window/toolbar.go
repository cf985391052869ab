package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"masklet/ui/canvasview"
	"masklet/ui/controller"
	"masklet/ui/icons"
)

// toolbar is the row at the top of the window.
type toolbar struct {
	content    fyne.CanvasObject
	w          *Window
	tools      []*widget.Button
	undo, redo *widget.Button
	export     *widget.Button
	outline    *widget.Button
	opacity    *widget.Slider
	brush      *widget.Slider
	brushRow   *fyne.Container
	clip       []fyne.Disableable // of use only with a video
}

// toolNames are the tools in the order of controller.Tool, with their keys.
var toolNames = []struct {
	text string
	icon fyne.Resource
}{
	{"Add", icons.Add}, {"Remove", icons.Remove}, {"Box", icons.Box}, {"Brush", icons.Brush}, {"Eraser", icons.Eraser},
}

func newToolbar(w *Window) *toolbar {
	t := &toolbar{w: w}
	flat := func(text string, icon fyne.Resource, f func()) *widget.Button {
		b := widget.NewButtonWithIcon(text, icon, f)
		b.Importance = widget.LowImportance
		return b
	}
	tools := container.NewHBox()
	for i, n := range toolNames {
		b := flat(n.text, n.icon, func() { w.c.SetTool(controller.Tool(i)) })
		t.tools = append(t.tools, b)
		t.clip = append(t.clip, b)
		tools.Add(b)
	}
	t.undo = flat("", theme.ContentUndoIcon(), w.c.Undo)
	t.redo = flat("", theme.ContentRedoIcon(), w.c.Redo)
	t.export = flat("Export", theme.UploadIcon(), w.showExport)
	t.outline = flat("", icons.Outline, func() {
		v := w.c.View()
		v.Outline = !v.Outline
		w.c.SetView(v)
	})
	t.opacity = widget.NewSlider(0, 1)
	t.opacity.Step = 0.05
	t.opacity.OnChanged = func(x float64) {
		v := w.c.View()
		v.Opacity = x
		w.c.SetView(v)
	}
	t.brush = widget.NewSlider(1, 80)
	t.brush.OnChanged = w.c.SetBrush
	t.brushRow = container.NewHBox(widget.NewSeparator(), caption("Size"), widthOf(t.brush, 110))
	t.clip = append(t.clip, t.export)
	t.content = container.NewHBox(
		flat("Open", theme.FolderOpenIcon(), w.showOpen),
		widget.NewSeparator(), t.undo, t.redo,
		widget.NewSeparator(), tools, t.brushRow,
		layout.NewSpacer(),
		caption("Masks"), widthOf(t.opacity, 110), t.outline,
		widget.NewSeparator(), t.export,
	)
	return t
}

func caption(text string) fyne.CanvasObject {
	l := widget.NewLabel(text)
	l.Importance = widget.LowImportance
	return l
}

func (t *toolbar) update() {
	c := t.w.c
	open := c.IsOpen()
	for _, b := range t.clip {
		enable(b, open)
	}
	_, undo := c.CanUndo()
	_, redo := c.CanRedo()
	enable(t.undo, undo)
	enable(t.redo, redo)
	for i, b := range t.tools {
		setImportance(b, open && int(c.Tool()) == i)
	}
	setImportance(t.outline, c.View().Outline)
	if t.opacity.Value != c.View().Opacity {
		t.opacity.Value = c.View().Opacity
		t.opacity.Refresh()
	}
	if t.brush.Value != c.Brush() {
		t.brush.Value = c.Brush()
		t.brush.Refresh()
	}
	setVisible(t.brushRow, open && c.Tool().Painting())
}

func setImportance(b *widget.Button, on bool) {
	i := widget.LowImportance
	if on {
		i = widget.HighImportance
	}
	if b.Importance != i {
		b.Importance = i
		b.Refresh()
	}
}

func enable(w fyne.Disableable, on bool) {
	if on == !w.Disabled() {
		return
	}
	if on {
		w.Enable()
	} else {
		w.Disable()
	}
}

// showTool brings canvas and theme in step with tool and view options.
func (w *Window) showTool() {
	mode := map[controller.Tool]canvasview.Mode{
		controller.ToolAdd: canvasview.AddPoint, controller.ToolRemove: canvasview.RemovePoint, controller.ToolBox: canvasview.DrawBox,
		controller.ToolBrush: canvasview.Paint, controller.ToolEraser: canvasview.Paint,
	}[w.c.Tool()]
	w.canvas.SetMode(mode)
	now := w.conf.App.Settings().Theme()
	if next := (look{light: w.c.View().Light}); now != next {
		w.conf.App.Settings().SetTheme(next)
	}
}
