package dialogs

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// SaveCopy asks where a copy of the project with its video shall go: a new
// folder, or a zip file.
func SaveCopy(w fyne.Window, start, name string, chosen func(path string)) dialog.Dialog {
	folder, sub := widget.NewEntry(), widget.NewEntry()
	folder.SetText(start)
	sub.SetText(name)
	zip := widget.NewCheck("As one zip file", nil)
	zip.SetChecked(true)
	problem := widget.NewLabel("")
	problem.Importance = widget.DangerImportance
	problem.Wrapping = fyne.TextWrapWord
	browse := widget.NewButtonWithIcon("", theme.FolderOpenIcon(), func() {
		OpenFolder(w, "Save the copy in", folder.Text, folder.SetText)
	})
	var d *dialog.CustomDialog
	save := widget.NewButtonWithIcon("Save", theme.DocumentSaveIcon(), func() {
		path, err := exportFolder(folder.Text, sub.Text)
		if err != nil {
			problem.SetText(sentence(err))
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
		widget.NewFormItem("Folder", container.NewBorder(nil, nil, nil, browse, folder)),
		widget.NewFormItem("Name", sub),
		widget.NewFormItem("", zip),
	)
	d = dialog.NewCustomWithoutButtons("Save a copy with the video", container.NewVBox(form, problem), w)
	d.SetButtons([]fyne.CanvasObject{widget.NewButton("Cancel", func() { d.Hide() }), save})
	d.Resize(fyne.NewSize(560, 0))
	d.Show()
	w.Canvas().Focus(folder)
	return d
}
