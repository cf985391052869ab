package dialogs

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/ui/controls"
	"github.com/masklet/masklet/ui/plain"
)

// SaveCopy asks where a copy of the project with its video shall go: a new
// folder, or a zip file.
func SaveCopy(h *Host, start, name string, chosen func(path string)) dialog.Dialog {
	folder, sub := controls.NewEntry(h, start), controls.NewEntry(h, name)
	zip := controls.NewCheck(h, "As one zip file", nil)
	zip.SetChecked(true)
	problem := newProblem()
	var d *dialog.CustomDialog
	save := h.button("Save", theme.DocumentSaveIcon(), func() {
		path, err := exportFolder(folder.Text, sub.Text)
		if err != nil {
			problem.SetText(plain.Sentence(err))
			return
		}
		if sub.Text == "" {
			problem.SetText("Give the copy a name.")
			return
		}
		if zip.Checked {
			path += ".zip"
		}
		d.Hide()
		chosen(path)
	})
	save.Importance = widget.HighImportance
	folder.OnSubmitted = func(string) { save.OnTapped() }
	sub.OnSubmitted = folder.OnSubmitted
	form := widget.NewForm(
		widget.NewFormItem("Folder", container.NewBorder(nil, nil, nil, h.browse("Save the copy in", folder), folder)),
		widget.NewFormItem("Name", sub),
		widget.NewFormItem("", zip),
	)
	d = dialog.NewCustomWithoutButtons("Save a copy with the video", container.NewVBox(form, problem), h.win)
	d.SetButtons([]fyne.CanvasObject{h.button("Cancel", nil, d.Hide), save})
	d.Resize(fyne.NewSize(h.width(560), 0))
	h.show(d, nil)
	h.win.Canvas().Focus(folder)
	return d
}
