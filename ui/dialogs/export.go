package dialogs

import (
	"errors"
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Format is an export format to choose.
type Format struct{ Name, Text string }

// ExportChoice is what a person chose.
type ExportChoice struct {
	Formats  []string
	Folder   string
	Polygons bool
}

// Export asks for formats and a folder. start is the folder that is offered,
// name that of the new folder in it. The folder's files are written by the
// caller: nothing is made or emptied here.
func Export(w fyne.Window, formats []Format, start, name string, chosen func(ExportChoice)) dialog.Dialog {
	folder, sub := widget.NewEntry(), widget.NewEntry()
	folder.SetText(start)
	sub.SetText(name)
	browse := widget.NewButtonWithIcon("", theme.FolderOpenIcon(), func() {
		OpenFolder(w, "Export into", folder.Text, folder.SetText)
	})
	polygons := widget.NewCheck("Polygons rather than run lengths", nil)
	var checks []*widget.Check
	list := container.NewVBox()
	for i, f := range formats {
		c := widget.NewCheck(f.Text, nil)
		c.SetChecked(i == 0)
		checks = append(checks, c)
		list.Add(c)
		if f.Name == "coco" {
			c.OnChanged = func(on bool) { setVisible(polygons, on) }
			polygons.Hide()
			list.Add(container.NewHBox(widget.NewLabel("  "), polygons))
		}
	}
	problem := widget.NewLabel("")
	problem.Importance = widget.DangerImportance
	problem.Wrapping = fyne.TextWrapWord

	var d *dialog.CustomDialog
	export := widget.NewButtonWithIcon("Export", theme.UploadIcon(), nil)
	export.Importance = widget.HighImportance
	export.OnTapped = func() {
		choice := ExportChoice{Polygons: polygons.Checked}
		for i, c := range checks {
			if c.Checked {
				choice.Formats = append(choice.Formats, formats[i].Name)
			}
		}
		path, err := exportFolder(folder.Text, sub.Text)
		if err == nil && len(choice.Formats) == 0 {
			err = errors.New("choose at least one format")
		}
		if err != nil {
			problem.SetText(sentence(err))
			return
		}
		choice.Folder = path
		d.Hide()
		chosen(choice)
	}
	folder.OnSubmitted = func(string) { export.OnTapped() }
	sub.OnSubmitted = folder.OnSubmitted
	cancel := widget.NewButton("Cancel", func() { d.Hide() })
	form := widget.NewForm(
		widget.NewFormItem("Folder", container.NewBorder(nil, nil, nil, browse, folder)),
		widget.NewFormItem("New folder", sub),
		widget.NewFormItem("Formats", list),
	)
	d = dialog.NewCustomWithoutButtons("Export masks", container.NewVBox(form, problem), w)
	d.SetButtons([]fyne.CanvasObject{cancel, export})
	d.Resize(fyne.NewSize(560, 0))
	d.Show()
	w.Canvas().Focus(folder)
	return d
}

// exportFolder joins folder and name and checks what can be checked before
// anything is written.
func exportFolder(folder, name string) (string, error) {
	folder, name = strings.TrimSpace(folder), strings.TrimSpace(name)
	if folder == "" {
		return "", errors.New("choose a folder")
	}
	if strings.ContainsAny(name, `/\`) || name == "." || name == ".." {
		return "", errors.New("the name of the new folder must not hold a path")
	}
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return "", errors.New("there is no folder " + folder)
	}
	return filepath.Join(folder, name), nil
}

func setVisible(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

// sentence writes an error for people.
func sentence(err error) string {
	s := err.Error()
	return strings.ToUpper(s[:1]) + s[1:] + "."
}
