package dialogs

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/controls"
)

// AttributeRequest is an object whose attributes are edited.
type AttributeRequest struct {
	Name   string // of the object
	Frame  int    // that is current
	Range  *annotate.Range
	Now    func() []annotate.Attribute
	Set    func(annotate.Attribute)
	Delete func(annotate.Attribute)
}

// Attributes lists what is said of an object, adds to it and takes it back. Each
// change counts at once.
func Attributes(h *Host, r AttributeRequest) dialog.Dialog {
	rows := container.NewVBox()
	var show func()
	show = func() {
		rows.RemoveAll()
		for _, a := range r.Now() {
			text := widget.NewLabel(a.Key + " = " + a.Value)
			text.Truncation = fyne.TextTruncateEllipsis
			where := muted(framesOf(a))
			where.Wrapping = fyne.TextWrapOff
			del := h.button("", theme.DeleteIcon(), func() {
				r.Delete(a)
				show()
			})
			rows.Add(container.NewBorder(nil, nil, nil, container.NewHBox(where, del), text))
		}
		if len(rows.Objects) == 0 {
			rows.Add(muted("Nothing is said of it yet."))
		}
	}
	show()
	key, value := controls.NewEntry(h, ""), controls.NewEntry(h, "")
	key.SetPlaceHolder("Name, such as pose")
	value.SetPlaceHolder("Value, such as sitting")
	places := []*annotate.Range{nil, {First: r.Frame, Last: r.Frame}}
	names := []string{"All frames", fmt.Sprintf("Frame %d", r.Frame)}
	if r.Range != nil {
		places, names = append(places, r.Range), append(names, fmt.Sprintf("In/out range %d–%d", r.Range.First, r.Range.Last))
	}
	where := controls.NewSelect(h, names, nil)
	where.SetSelectedIndex(0)
	add := h.button("Add", theme.ContentAddIcon(), func() {
		r.Set(annotate.Attribute{Key: key.Text, Value: value.Text, Frames: places[max(0, where.SelectedIndex())]})
		key.SetText("")
		value.SetText("")
		show()
		h.win.Canvas().Focus(key)
	})
	add.Importance = widget.HighImportance
	key.OnSubmitted = func(string) { h.win.Canvas().Focus(value) }
	value.OnSubmitted = func(string) { add.OnTapped() }
	form := container.NewVBox(container.NewGridWithColumns(2, key, value), container.NewBorder(nil, nil, nil, add, where))
	list := container.NewVScroll(rows)
	list.SetMinSize(fyne.NewSize(0, 180))
	d := dialog.NewCustomWithoutButtons("Attributes of "+r.Name, container.NewBorder(nil, form, nil, nil, list), h.win)
	d.SetButtons([]fyne.CanvasObject{h.button("Close", nil, d.Hide)})
	d.Resize(fyne.NewSize(h.width(560), 0))
	h.show(d, nil)
	h.win.Canvas().Focus(key)
	return d
}

// framesOf says on which frames an attribute holds.
func framesOf(a annotate.Attribute) string {
	switch {
	case a.Frames == nil:
		return "all frames"
	case a.Frames.First == a.Frames.Last:
		return fmt.Sprintf("frame %d", a.Frames.First)
	}
	return fmt.Sprintf("frames %d–%d", a.Frames.First, a.Frames.Last)
}
