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

	"github.com/masklet/masklet/ui/controls"
)

// Format is an export format to choose.
type Format struct {
	Name, Text string
	Polygons   bool // it takes the option of outlines
}

// ExportRequest says what is asked for.
type ExportRequest struct {
	Formats []Format
	Start   string // folder that is offered
	Name    string // of the new folder in it
	What    string // what is written, in a few words
}

// ExportChoice is what the user chose.
type ExportChoice struct {
	Formats  []string
	Folder   string
	Polygons bool
}

// Export asks for formats and a folder. The folder's files are written by the
// caller: nothing is made or emptied here.
func Export(h *Host, r ExportRequest, chosen func(ExportChoice)) dialog.Dialog {
	folder, sub := controls.NewEntry(h, r.Start), controls.NewEntry(h, r.Name)
	formats := newFormatList(h, r.Formats)
	problem := newProblem()

	var d *dialog.CustomDialog
	export := h.button("Export", theme.UploadIcon(), func() {
		choice := ExportChoice{Formats: formats.chosen(), Polygons: formats.polygons.Checked}
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
	})
	export.Importance = widget.HighImportance
	folder.OnSubmitted = func(string) { export.OnTapped() }
	sub.OnSubmitted = folder.OnSubmitted
	form := widget.NewForm(
		widget.NewFormItem("Folder", container.NewBorder(nil, nil, nil, h.browse("Export into", folder), folder)),
		widget.NewFormItem("New folder", sub),
		widget.NewFormItem("Formats", formats.content),
	)
	d = dialog.NewCustomWithoutButtons("Export masks", container.NewVBox(muted(r.What), form, problem), h.win)
	d.SetButtons([]fyne.CanvasObject{h.button("Cancel", nil, d.Hide), export})
	d.Resize(fyne.NewSize(h.width(560), 0))
	h.show(d, nil)
	h.win.Canvas().Focus(folder)
	return d
}

// formatList is the choice of formats, with the option of one of them.
type formatList struct {
	content  *fyne.Container
	formats  []Format
	checks   []*controls.Check
	polygons *controls.Check
}

func newFormatList(h *Host, formats []Format) *formatList {
	l := &formatList{content: container.NewVBox(), formats: formats}
	l.polygons = controls.NewCheck(h, "Polygons rather than run lengths", nil)
	l.polygons.Disable()
	for i, f := range formats {
		c := controls.NewCheck(h, f.Text, nil)
		c.SetChecked(i == 0)
		l.checks = append(l.checks, c)
		l.content.Add(c)
		if f.Polygons {
			c.OnChanged = func(on bool) {
				if on {
					l.polygons.Enable()
				} else {
					l.polygons.Disable()
				}
			}
			l.content.Add(container.NewHBox(widget.NewLabel("  "), l.polygons))
		}
	}
	return l
}

func (l *formatList) chosen() []string {
	var out []string
	for i, c := range l.checks {
		if c.Checked {
			out = append(out, l.formats[i].Name)
		}
	}
	return out
}

// newProblem returns a line for why an answer cannot be taken.
func newProblem() *widget.Label {
	l := wrapped("")
	l.Importance = widget.DangerImportance
	return l
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

// sentence writes an error for the user.
func sentence(err error) string {
	s := err.Error()
	return strings.ToUpper(s[:1]) + s[1:] + "."
}
