package dialogs

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/ui/controls"
)

// Pick asks for one of some names; answer is the button that takes it.
func Pick(h *Host, title, text, answer string, names []string, picked func(i int)) {
	list := controls.NewSelect(h, names, nil)
	if len(names) > 0 {
		list.SetSelectedIndex(0)
	}
	h.answered(title, text, answer, list, func() bool {
		i := list.SelectedIndex()
		if i >= 0 {
			picked(i)
		}
		return i >= 0
	})
}

// AskNumber asks for a whole number; taken reports whether it can be.
func AskNumber(h *Host, title, text, answer string, now int, taken func(n int) bool) {
	e := controls.NewEntry(h, strconv.Itoa(now))
	ask := h.answered(title, text, answer, e, func() bool {
		n, err := strconv.Atoi(strings.TrimSpace(e.Text))
		return err == nil && taken(n)
	})
	e.OnSubmitted = func(string) { ask() }
}

// answered shows a field with a button that calls take, which reports whether the
// dialog is done, and returns what the button does.
func (h *Host) answered(title, text, answer string, field fyne.Focusable, take func() bool) func() {
	d := dialog.NewCustomWithoutButtons(title, container.NewVBox(wrapped(text), field.(fyne.CanvasObject)), h.win)
	do := func() {
		if take() {
			d.Hide()
		}
	}
	yes := h.button(answer, nil, do)
	yes.Importance = widget.HighImportance
	d.SetButtons([]fyne.CanvasObject{h.button("Cancel", nil, d.Hide), yes})
	d.Resize(fyne.NewSize(h.width(420), 0))
	h.show(d, nil)
	h.win.Canvas().Focus(field)
	return do
}
