package window

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/ui/actions"
	"github.com/masklet/masklet/ui/canvasview"
	"github.com/masklet/masklet/ui/controller"
	"github.com/masklet/masklet/ui/controls"
	"github.com/masklet/masklet/ui/icons"
)

// toolbar is the row at the top of the window.
type toolbar struct {
	content    *fyne.Container
	w          *Window
	tools      [][]*controls.Button // by tool: with text, and the icon alone
	undo, redo *controls.Button
	export     []*controls.Button
	zoom       []*controls.Button // of the picture
	outline    *controls.Button
	opacity    *controls.Slider
	brush      *controls.Slider
	size       *widget.Label
	sizeRow    *fyne.Container
	snap       *controls.Button
	handRow    *fyne.Container // of the tools that draw by hand
}

// toolButtons are the actions of the tools in the order of controller.Tool.
var toolButtons = []struct {
	action string
	icon   fyne.Resource
}{
	{"tool-add", icons.Add}, {"tool-remove", icons.Remove}, {"tool-box", icons.Box}, {"tool-brush", icons.Brush}, {"tool-eraser", icons.Eraser},
	{"tool-polygon", icons.Polygon}, {"tool-lasso", icons.Lasso}, {"tool-edge", icons.Edge},
}

func newToolbar(w *Window) *toolbar {
	t := &toolbar{w: w}
	wide, narrow := container.NewHBox(), container.NewHBox()
	for i, n := range toolButtons {
		choose := func() { w.c.SetTool(controller.Tool(i)) }
		text, hint := actions.Of(n.action).Label, actions.Hint(n.action)
		forms := []*controls.Button{controls.NewFlat(w, text, n.icon, hint, choose), controls.NewFlat(w, "", n.icon, text+": "+lowerFirst(hint), choose)}
		t.tools = append(t.tools, forms)
		wide.Add(forms[0])
		narrow.Add(forms[1])
	}
	t.undo = controls.NewFlat(w, "", theme.ContentUndoIcon(), actions.Hint("undo"), w.c.Undo)
	t.redo = controls.NewFlat(w, "", theme.ContentRedoIcon(), actions.Hint("redo"), w.c.Redo)
	for _, text := range []string{"Export", ""} {
		t.export = append(t.export, controls.NewFlat(w, text, theme.UploadIcon(), actions.Hint("export"), w.showExport))
	}
	open := func(text string) fyne.CanvasObject {
		return controls.NewFlat(w, text, theme.FolderOpenIcon(), actions.Hint("open"), w.showOpen)
	}
	t.outline = controls.NewFlat(w, "", icons.Outline, actions.Hint("outline"), func() {
		v := w.c.View()
		v.Outline = !v.Outline
		w.c.SetView(v)
	})
	t.opacity = controls.NewSlider(w, 0, 1)
	t.opacity.Step = 0.05
	t.opacity.OnChanged = func(x float64) {
		v := w.c.View()
		v.Opacity = x
		w.c.SetView(v)
	}
	t.brush = controls.NewSlider(w, 1, 80)
	t.brush.OnChanged = w.c.SetBrush
	t.size = widget.NewLabel("")
	t.sizeRow = container.NewHBox(caption("Size"), slider(t.brush, 90), widthOf(t.size, 62))
	t.snap = controls.NewFlat(w, "", icons.Magnet, actions.Hint("snap"), func() { w.c.SetSnap(!w.c.Snap()) })
	t.handRow = container.NewHBox(widget.NewSeparator(), t.snap, t.sizeRow)
	zoom := func(id string, icon fyne.Resource) fyne.CanvasObject {
		b := controls.NewFlat(w, "", icon, actions.Hint(id), func() { w.do(id) })
		t.zoom = append(t.zoom, b)
		return b
	}
	t.content = controls.NewRow(
		controls.Part(2, open("Open"), open("")),
		controls.Part(0, container.NewHBox(widget.NewSeparator(), t.undo, t.redo, widget.NewSeparator())),
		controls.Part(4, wide, narrow),
		controls.Part(0, container.NewStack(t.handRow)),
		controls.Gap(),
		controls.Extra(1, caption("Opacity")),
		controls.Extra(3, slider(t.opacity, 110)),
		controls.Part(0, container.NewHBox(t.outline, widget.NewSeparator())),
		controls.Extra(0, container.NewHBox(zoom("zoom-out", theme.ZoomOutIcon()), zoom("fit", theme.ZoomFitIcon()),
			zoom("zoom-in", theme.ZoomInIcon()), widget.NewSeparator())),
		controls.Part(2, t.export[0], t.export[1]),
	)
	return t
}

// slider gives a slider a width, and a rail that stands out from the bar.
func slider(s *controls.Slider, width float32) fyne.CanvasObject {
	return widthOf(container.NewThemeOverride(s, railLook{}), width)
}

func caption(text string) fyne.CanvasObject {
	l := widget.NewLabel(text)
	l.Importance = widget.LowImportance
	return l
}

func (t *toolbar) update() {
	c := t.w.c
	open := c.IsOpen()
	for _, forms := range t.tools {
		for _, b := range forms {
			enable(b, open)
		}
	}
	for _, b := range t.zoom {
		enable(b, open)
	}
	for _, b := range t.export {
		enable(b, c.HasMasks())
	}
	_, undo := c.CanUndo()
	_, redo := c.CanRedo()
	enable(t.undo, undo)
	enable(t.redo, redo)
	for i, forms := range t.tools {
		for _, b := range forms {
			setImportance(b, open && int(c.Tool()) == i)
		}
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
	setImportance(t.snap, c.Snap())
	controls.SetVisible(t.snap, c.Tool() != controller.ToolEdge)
	if text := fmt.Sprintf("%.0f px", 2*c.Brush()); text != t.size.Text {
		t.size.SetText(text)
	}
	paints := open && c.Tool().Painting()
	if draws := paints || open && c.Tool().Outlining(); draws != t.handRow.Visible() || paints != t.sizeRow.Visible() {
		controls.SetVisible(t.handRow, draws)
		controls.SetVisible(t.sizeRow, paints)
		t.content.Refresh()
	}
}

func setImportance(b *controls.Button, on bool) {
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
		controller.ToolEdge: canvasview.Paint, controller.ToolPolygon: canvasview.DrawArea, controller.ToolLasso: canvasview.DrawArea,
	}[w.c.Tool()]
	w.canvas.SetMode(mode)
	now := w.conf.App.Settings().Theme()
	if next := (look{light: w.c.View().Light}); now != next {
		w.conf.App.Settings().SetTheme(next)
	}
}
