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
		{"Delete", "remove the marked or last point"},
		{"Ctrl+Delete", "clear the frame's prompts"},
		{"Esc", "give up, unmark"},
	}},
	{"Objects", [][2]string{
		{"1 ... 9, 0", "choose the object"},
		{"↑ ↓", "previous, next object"},
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
		{"F6, F7, F8", "objects, review, settings"},
	}},
	{"Without a mouse", [][2]string{
		{"Tab, Shift+Tab", "next, previous control"},
		{"Ctrl+P", "back to the picture"},
		{"X", "cursor on the picture, on or off"},
		{"Arrows", "move it (Shift: one pixel)"},
		{"Enter", "use the tool; box: two corners"},
		{"+  -", "add, remove a point there"},
	}},
	{"File and edit", [][2]string{
		{"Ctrl+O", "open a file"},
		{"Ctrl+Shift+O", "open a folder of frames"},
		{"Ctrl+E", "export"},
		{"Ctrl+M", "models"},
		{"Ctrl+W", "close the video"},
		{"Ctrl+Z, Ctrl+Shift+Z", "undo, redo"},
		{"Ctrl+Q", "quit"},
	}},
}

// ShowKeys shows the list of keys, in as many columns as the window has room for.
func ShowKeys(h *Host) dialog.Dialog {
	const margin = 60 // of the dialog around the list
	n := 3
	for n > 1 && keyColumns(n).MinSize().Width+margin > h.width(1300) {
		n--
	}
	list := keyColumns(n)
	body := container.NewVScroll(list)
	d := dialog.NewCustomWithoutButtons("Keys and mouse", body, h.win)
	close := h.button("Close", nil, d.Hide)
	d.SetButtons([]fyne.CanvasObject{close})
	d.Resize(fyne.NewSize(h.width(list.MinSize().Width+margin), h.height(list.MinSize().Height+2*margin)))
	h.show(d, nil)
	h.win.Canvas().Focus(close)
	return d
}

// keyColumns returns the list in n columns.
func keyColumns(n int) *fyne.Container {
	columns := make([]fyne.CanvasObject, n)
	for i, part := range split(Keys, n) {
		c := container.NewVBox()
		for _, g := range part {
			c.Add(keyGroup(g))
		}
		columns[i] = c
	}
	return container.NewGridWithColumns(n, columns...)
}

// split deals groups out to n columns of about the same length, in their order.
func split(groups []KeyGroup, n int) [][]KeyGroup {
	lines := func(g KeyGroup) int { return len(g.Keys) + 2 }
	total := 0
	for _, g := range groups {
		total += lines(g)
	}
	out := make([][]KeyGroup, n)
	at := 0
	for _, g := range groups {
		// A group goes where its middle falls.
		i := min(n-1, (2*at+lines(g))*n/(2*total))
		out[i] = append(out[i], g)
		at += lines(g)
	}
	return out
}

func keyGroup(g KeyGroup) fyne.CanvasObject {
	rows := container.New(layout.NewFormLayout())
	for _, k := range g.Keys {
		key := widget.NewLabelWithStyle(k[0], fyne.TextAlignLeading, fyne.TextStyle{Monospace: true})
		what := widget.NewLabel(k[1])
		what.Importance = widget.LowImportance
		rows.Add(container.New(keyColumn{}, key))
		rows.Add(what)
	}
	return container.NewVBox(tight(bold(g.Title)), tight(rows))
}

// keyColumn gives the keys of all groups one width.
type keyColumn struct{}

func (keyColumn) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(190, o[0].MinSize().Height)
}
func (keyColumn) Layout(o []fyne.CanvasObject, s fyne.Size) { o[0].Resize(s) }
