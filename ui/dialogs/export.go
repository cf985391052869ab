package dialogs

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/controls"
	"github.com/masklet/masklet/ui/plain"
	"github.com/masklet/masklet/ui/transfer"
)

// Format is a format to choose.
type Format struct {
	Name, Text string
	Polygons   bool // it takes the option of outlines
}

// Choice is an object to choose.
type Choice struct {
	ID   annotate.ObjectID
	Name string
}

// ExportRequest says what is asked for.
type ExportRequest struct {
	Formats []Format
	Objects []Choice
	Range   *annotate.Range // the in/out range, nil where none is set
	// Offered is what is chosen at first: the folder is Offered.Folder, in it a new
	// one called Name.
	Offered transfer.Export
	Name    string
	// What says in a few words what is written; Existing names what is replaced.
	What     func(transfer.Selection) string
	Existing func(folder string, formats []string) []string
}

// exportDialog asks what is exported, in which formats and where.
type exportDialog struct {
	r       ExportRequest
	d       *dialog.CustomDialog
	folder  *controls.Entry
	sub     *controls.Entry
	formats *formatList
	objects *objectList
	frames  *controls.Select
	what    *widget.Label
	problem *widget.Label
	export  *controls.Button
	chosen  func(e transfer.Export, name string)
}

// Export asks for formats, objects, frames and a folder. The folder's files are
// written by the caller: nothing is made or emptied here. chosen also gets the
// name of the new folder.
func Export(h *Host, r ExportRequest, chosen func(e transfer.Export, name string)) dialog.Dialog {
	x := &exportDialog{r: r, chosen: chosen, what: muted(""), problem: newProblem()}
	x.folder, x.sub = controls.NewEntry(h, r.Offered.Folder), controls.NewEntry(h, r.Name)
	x.formats = newFormatList(h, r.Formats, r.Offered, x.update)
	x.objects = newObjectList(h, r.Objects, x.update)
	x.frames = controls.NewSelect(h, []string{allFrames}, func(string) { x.update() })
	if r.Range != nil {
		x.frames.Options = append(x.frames.Options, fmt.Sprintf("In/out range %d–%d", r.Range.First, r.Range.Last))
	}
	x.export = h.button("Export", theme.UploadIcon(), x.done)
	x.export.Importance = widget.HighImportance
	for _, e := range []*controls.Entry{x.folder, x.sub} {
		e.OnChanged = func(string) { x.update() }
		e.OnSubmitted = func(string) { x.export.OnTapped() }
	}
	form := widget.NewForm(
		widget.NewFormItem("Folder", container.NewBorder(nil, nil, nil, h.browse("Export into", x.folder), x.folder)),
		widget.NewFormItem("New folder", x.sub),
		widget.NewFormItem("Formats", atMost(x.formats.content, 190)),
		widget.NewFormItem("Frames", x.frames),
	)
	if len(r.Objects) > 1 {
		form.Append("Objects", atMost(x.objects.content, 110))
	}
	x.d = dialog.NewCustomWithoutButtons("Export masks", container.NewVBox(form, x.what, x.problem), h.win)
	x.d.SetButtons([]fyne.CanvasObject{h.button("Cancel", nil, x.d.Hide), x.export})
	x.frames.SetSelected(allFrames)
	x.d.Resize(fyne.NewSize(h.width(600), 0))
	h.show(x.d, nil)
	h.win.Canvas().Focus(x.folder)
	return x.d
}

const allFrames = "All frames with masks"

// answer returns what is chosen now.
func (x *exportDialog) answer() (transfer.Export, error) {
	e := transfer.Export{Formats: x.formats.chosen(), Polygons: x.formats.polygons.Checked}
	e.Objects = x.objects.chosen()
	if x.frames.SelectedIndex() == 1 {
		e.Range = x.r.Range
	}
	var err error
	if e.Folder, err = exportFolder(x.folder.Text, x.sub.Text); err != nil {
		return e, err
	}
	switch {
	case len(e.Formats) == 0:
		return e, errors.New("choose at least one format")
	case e.Objects != nil && len(e.Objects) == 0:
		return e, errors.New("choose at least one object")
	}
	return e, nil
}

// update says what would be written and replaced.
func (x *exportDialog) update() {
	if x.d == nil {
		return
	}
	e, err := x.answer()
	text, button, importance := "", "Export", widget.LowImportance
	if x.r.What != nil {
		text = x.r.What(e.Selection)
	}
	if err == nil && x.r.Existing != nil {
		if there := x.r.Existing(e.Folder, e.Formats); len(there) > 0 {
			text += " Replaces " + strings.Join(there, ", ") + " in " + e.Folder + "."
			button, importance = "Replace", widget.WarningImportance
		}
	}
	if x.what.Text != text {
		x.what.Importance = importance
		x.what.SetText(text)
	}
	if x.export.Text != button {
		x.export.SetText(button)
	}
	if x.problem.Text != "" {
		x.problem.SetText("")
	}
}

func (x *exportDialog) done() {
	e, err := x.answer()
	if err != nil {
		x.problem.SetText(plain.Sentence(err))
		return
	}
	x.d.Hide()
	x.chosen(e, strings.TrimSpace(x.sub.Text))
}

// formatList is the choice of formats, with the option of those with outlines.
type formatList struct {
	content  *fyne.Container
	formats  []Format
	checks   []*controls.Check
	polygons *controls.Check
}

func newFormatList(h *Host, formats []Format, offered transfer.Export, changed func()) *formatList {
	l := &formatList{content: container.NewVBox(), formats: formats}
	l.polygons = controls.NewCheck(h, "Polygons rather than run lengths", nil)
	l.polygons.SetChecked(offered.Polygons)
	grid := container.NewGridWithColumns(2)
	for i, f := range formats {
		c := controls.NewCheck(h, f.Text, nil)
		c.SetChecked(slices.Contains(offered.Formats, f.Name) || len(offered.Formats) == 0 && i == 0)
		c.OnChanged = func(bool) {
			l.offerPolygons()
			changed()
		}
		l.checks = append(l.checks, c)
		grid.Add(c)
	}
	l.content.Add(grid)
	l.content.Add(l.polygons)
	l.offerPolygons()
	return l
}

// offerPolygons offers outlines where a chosen format has them.
func (l *formatList) offerPolygons() {
	can := false
	for i, c := range l.checks {
		can = can || c.Checked && l.formats[i].Polygons
	}
	if can {
		l.polygons.Enable()
	} else {
		l.polygons.Disable()
	}
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

// objectList is the choice of objects.
type objectList struct {
	content *fyne.Container
	objects []Choice
	checks  []*controls.Check
}

func newObjectList(h *Host, objects []Choice, changed func()) *objectList {
	l := &objectList{content: container.NewGridWithColumns(2), objects: objects}
	for _, o := range objects {
		c := controls.NewCheck(h, o.Name, nil)
		c.SetChecked(true)
		c.OnChanged = func(bool) { changed() }
		l.checks = append(l.checks, c)
		l.content.Add(c)
	}
	return l
}

// chosen returns the objects, nil if they are all.
func (l *objectList) chosen() []annotate.ObjectID {
	out := []annotate.ObjectID{}
	for i, c := range l.checks {
		if c.Checked {
			out = append(out, l.objects[i].ID)
		}
	}
	if len(out) == len(l.objects) {
		return nil
	}
	return out
}

// atMost lets a list scroll that is higher than a height.
func atMost(list fyne.CanvasObject, height float32) fyne.CanvasObject {
	s := container.NewVScroll(list)
	s.SetMinSize(fyne.NewSize(0, min(height, list.MinSize().Height)))
	return s
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
