package dialogs

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"
)

// KeyGroup is a part of the list of keys.
type KeyGroup struct {
	Title string
	Keys  [][2]string // key, what it does
}

// Keys lists the keys and mouse of the window; it is the text of F1.
var Keys = []KeyGroup{
	{"Mouse on the picture", [][2]string{
		{"Left click", "add to the object"},
		{"Right click, Alt+click", "remove from the object"},
		{"Click on a point, Delete", "remove the point"},
		{"Hold Shift", "live preview under the pointer"},
		{"Wheel", "zoom at the pointer"},
		{"Middle drag, Space+drag", "pan"},
	}},
	{"Frames", [][2]string{
		{", .  or  ← →", "previous, next frame"},
		{"Shift with these", "ten frames"},
		{"Home, End", "first, last frame"},
		{"Space", "play, pause"},
		{"PgUp, PgDn", "previous, next keyframe"},
		{"[  ]", "set in, out"},
		{"Ctrl+G", "go to a frame"},
	}},
	{"Tracking and review", [][2]string{
		{"Ctrl+T", "track, or stop"},
		{"Ctrl+Shift+T", "track everything again"},
		{"F, B", "track forward, backward only"},
		{"N", "next frame to review"},
		{"Enter", "accept (protect) the frame"},
		{"K", "mark the frame for review"},
	}},
	{"Tools", [][2]string{
		{"Q, W", "add, remove points"},
		{"E", "box"},
		{"R, T", "brush, eraser"},
		{"{  }", "smaller, larger brush"},
		{"Delete", "remove the marked or latest point"},
		{"Ctrl+Delete", "clear the frame's prompts"},
		{"Esc", "give up, unmark"},
	}},
	{"Objects", [][2]string{
		{"1 ... 9, 0", "choose the object"},
		{"A", "new object"},
		{"F2", "rename the object"},
		{"H", "hide or show the object"},
		{"Ctrl+Shift+Delete", "delete the object"},
	}},
	{"View", [][2]string{
		{"Ctrl+0, Ctrl+1", "fit, 100 %"},
		{"Ctrl++, Ctrl+-", "zoom in, out"},
		{"+  -", "mask opacity"},
		{"L", "outlines only"},
		{"O", "onion skin of neighbour frames"},
	}},
	{"Keyboard cursor", [][2]string{
		{"X", "cursor on or off"},
		{"Arrows", "move it (Shift: one pixel)"},
		{"Enter", "use the tool there; box: two corners"},
		{"+  -", "add, remove a point there"},
	}},
	{"File and edit", [][2]string{
		{"Ctrl+O", "open a file"},
		{"Ctrl+Shift+O", "open a folder of frames"},
		{"Ctrl+E", "export"},
		{"Ctrl+Z, Ctrl+Shift+Z", "undo, redo"},
		{"Ctrl+Q", "quit"},
	}},
}

// ShowKeys shows the list of keys.
func ShowKeys(w fyne.Window) dialog.Dialog {
	columns := []*fyne.Container{container.NewVBox(), container.NewVBox()}
	for i, g := range Keys {
		title := widget.NewLabelWithStyle(g.Title, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
		rows := container.New(layout.NewFormLayout())
		for _, k := range g.Keys {
			key := widget.NewLabelWithStyle(k[0], fyne.TextAlignLeading, fyne.TextStyle{Monospace: true})
			what := widget.NewLabel(k[1])
			what.Importance = widget.LowImportance
			rows.Add(container.New(keyColumn{}, key))
			rows.Add(what)
		}
		col := columns[i%2]
		col.Add(title)
		col.Add(tight(rows))
	}
	body := container.NewVScroll(container.NewGridWithColumns(2, columns[0], columns[1]))
	d := dialog.NewCustom("Keys and mouse", "Close", body, w)
	size := w.Canvas().Size()
	d.Resize(fyne.NewSize(min(980, size.Width-60), min(720, size.Height-60)))
	d.Show()
	return d
}

// keyColumn gives the keys of all groups one width.
type keyColumn struct{}

func (keyColumn) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(190, o[0].MinSize().Height)
}
func (keyColumn) Layout(o []fyne.CanvasObject, s fyne.Size) { o[0].Resize(s) }

// tight lays the rows of a list of keys closer together.
func tight(o fyne.CanvasObject) fyne.CanvasObject {
	return container.NewThemeOverride(o, compact{fyne.CurrentApp().Settings().Theme()})
}
