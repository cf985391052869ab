package controls

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
)

// Cell is a part of a row.
type Cell struct {
	forms []fyne.CanvasObject // from large to small
	drop  bool                // may be left out
	rank  int                 // those of a low rank shrink first
	gap   bool                // takes the room that is left
}

// Part returns a cell that is shown in the first of its forms that fits. Of
// several cells, those of a low rank shrink first, and those of one rank together.
func Part(rank int, forms ...fyne.CanvasObject) Cell { return Cell{forms: forms, rank: rank} }

// Extra returns a cell as Part does that is left out where it does not fit.
func Extra(rank int, forms ...fyne.CanvasObject) Cell {
	return Cell{forms: forms, rank: rank, drop: true}
}

// Gap returns an empty cell that takes the room that is left.
func Gap() Cell { return Cell{gap: true, drop: true} }

// NewRow lays cells out from left to right.
func NewRow(cells ...Cell) *fyne.Container {
	var all []fyne.CanvasObject
	for _, c := range cells {
		all = append(all, c.forms...)
	}
	return container.New(&row{cells}, all...)
}

type row struct{ cells []Cell }

// MinSize implements fyne.Layout: the width of the smallest forms.
func (r *row) MinSize([]fyne.CanvasObject) fyne.Size {
	var size fyne.Size
	for _, c := range r.cells {
		for _, f := range c.forms {
			size.Height = max(size.Height, f.MinSize().Height)
		}
	}
	size.Width = r.width(r.smallest())
	return size
}

// Layout implements fyne.Layout.
func (r *row) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	forms := r.fit(size.Width)
	left, x := size.Width-r.width(forms), float32(0)
	for i, c := range r.cells {
		for j, f := range c.forms {
			SetVisible(f, j == forms[i])
		}
		if c.gap {
			x += max(0, left)
			left = 0
		}
		w := r.cellWidth(i, forms[i])
		if w == 0 {
			continue
		}
		f := c.forms[forms[i]]
		f.Move(fyne.NewPos(x, 0))
		f.Resize(fyne.NewSize(w, size.Height))
		x += w + theme.Padding()
	}
}

// smallest returns the index of each cell's smallest form; one beyond the last
// leaves the cell out.
func (r *row) smallest() []int {
	out := make([]int, len(r.cells))
	for i, c := range r.cells {
		out[i] = len(c.forms)
		if !c.drop {
			out[i]--
		}
	}
	return out
}

// fit returns the index of the form of each cell, so that all fit into a width.
func (r *row) fit(width float32) []int {
	forms := make([]int, len(r.cells))
	least := r.smallest()
	for r.width(forms) > width {
		lowest, any := 0, false
		for i, c := range r.cells {
			if forms[i] < least[i] && (!any || c.rank < lowest) {
				lowest, any = c.rank, true
			}
		}
		if !any {
			break
		}
		for i, c := range r.cells {
			if forms[i] < least[i] && c.rank == lowest {
				forms[i]++
			}
		}
	}
	return forms
}

func (r *row) width(forms []int) float32 {
	var sum float32
	for i := range r.cells {
		if w := r.cellWidth(i, forms[i]); w > 0 {
			sum += w + theme.Padding()
		}
	}
	return max(0, sum-theme.Padding())
}

func (r *row) cellWidth(i, form int) float32 {
	if forms := r.cells[i].forms; form < len(forms) {
		return forms[form].MinSize().Width
	}
	return 0
}

// SetVisible shows or hides an object; one that is so already is not redrawn.
func SetVisible(o fyne.CanvasObject, on bool) {
	if on == o.Visible() {
		return
	}
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}
