package dialogs

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/ui/actions"
)

// ShowKeys shows the list of keys, in as many columns as the window has room for.
func ShowKeys(h *Host) dialog.Dialog {
	const margin = 60 // of the dialog around the list
	n := 4
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
	for i, part := range split(actions.Listed(), n) {
		c := container.NewVBox()
		for _, g := range part {
			c.Add(keyGroup(g))
		}
		columns[i] = c
	}
	return container.NewHBox(columns...)
}

// split deals groups out to n columns in their order, so that the longest column
// is as little longer than the shortest as can be.
func split(groups []actions.Part, n int) [][]actions.Part {
	if n == 1 {
		return [][]actions.Part{groups}
	}
	var best [][]actions.Part
	for i := 1; i <= len(groups)-n+1; i++ {
		dealt := append([][]actions.Part{groups[:i]}, split(groups[i:], n-1)...)
		if best == nil || spread(dealt) < spread(best) {
			best = dealt
		}
	}
	return best
}

// spread returns how many lines the longest column has more than the shortest.
func spread(columns [][]actions.Part) int {
	var lines []int
	for _, c := range columns {
		n := 0
		for _, g := range c {
			n += len(g.Lines) + 2
		}
		lines = append(lines, n)
	}
	return slices.Max(lines) - slices.Min(lines)
}

func keyGroup(g actions.Part) fyne.CanvasObject {
	rows := container.New(layout.NewFormLayout())
	for _, a := range g.Lines {
		key := widget.NewLabelWithStyle(a.Shown(), fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
		what := widget.NewLabel(a.Does())
		what.Importance = widget.LowImportance
		rows.Add(container.New(keyColumn{}, key))
		rows.Add(what)
	}
	return container.NewVBox(tiny(bold(g.Title)), tiny(rows))
}

// keyColumn gives the keys of all groups one width.
type keyColumn struct{}

const keyWidth = 124

func (keyColumn) MinSize(o []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(keyWidth, o[0].MinSize().Height)
}
func (keyColumn) Layout(o []fyne.CanvasObject, s fyne.Size) { o[0].Resize(s) }
