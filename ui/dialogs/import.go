package dialogs

import (
	"os"
	"path/filepath"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/ui/controls"
	"github.com/masklet/masklet/ui/transfer"
)

// ImportRequest says what is asked for.
type ImportRequest struct {
	Formats []Format // that can be read
	Start   string   // folder where the search begins
	Meets   bool     // the project has objects that imported ones may meet
}

// meetings are the answers to what becomes of objects that the project has.
var meetings = []struct {
	text string
	how  export.Meeting
}{
	{"Objects of the same number are one", export.MeetMerge},
	{"Objects of the same name are one", export.MeetLabel},
	{"All are new objects", export.MeetNew},
}

// matches are the ways in which files find their frames.
var matches = []struct {
	text string
	how  export.Match
}{
	{"The way that fits all", export.MatchAuto},
	{"By the frame's name", export.MatchName},
	{"By the number in the name", export.MatchNumber},
	{"In their order", export.MatchOrder},
	{"By the frame's index from 0", export.MatchIndex},
}

// importDialog asks which masks are imported and how.
type importDialog struct {
	r       ImportRequest
	path    *controls.Entry
	format  *controls.Select
	match   *controls.Select
	meeting *controls.Select
	problem *widget.Label
}

// Import asks for masks of other tools, or of an earlier export. What objects of
// the project become has no answer beforehand.
func Import(h *Host, r ImportRequest, chosen func(transfer.Import)) dialog.Dialog {
	x := &importDialog{r: r, problem: newProblem()}
	x.path = controls.NewEntry(h, "")
	x.path.SetPlaceHolder("A folder or file with masks")
	var names, how, frames []string
	for _, f := range r.Formats {
		names = append(names, f.Text)
	}
	for _, m := range meetings {
		how = append(how, m.text)
	}
	for _, m := range matches {
		frames = append(frames, m.text)
	}
	x.format = controls.NewSelect(h, names, nil)
	x.format.PlaceHolder = "Choose the format"
	x.match = controls.NewSelect(h, frames, nil)
	x.match.SetSelectedIndex(0)
	x.meeting = controls.NewSelect(h, how, nil)
	x.meeting.PlaceHolder = "Choose what becomes of them"
	take := func(path string) { x.path.SetText(path) }
	x.path.OnChanged = x.guess
	file := h.button("File ...", theme.FileIcon(), func() { OpenFile(h, "Import masks", r.Start, nil, take) })
	folder := h.button("Folder ...", theme.FolderOpenIcon(), func() { OpenFolder(h, "Import masks", r.Start, take) })
	form := widget.NewForm(
		widget.NewFormItem("From", container.NewBorder(nil, nil, nil, container.NewHBox(file, folder), x.path)),
		widget.NewFormItem("Format", x.format),
		widget.NewFormItem("Files find frames", x.match),
	)
	if r.Meets {
		form.Append("Objects that are there", x.meeting)
	}
	d := dialog.NewCustomWithoutButtons("Import masks", container.NewVBox(form,
		muted("Accepted frames stay as they are. One undo takes everything away again."), x.problem), h.win)
	do := h.button("Import", theme.DownloadIcon(), func() {
		i, problem := x.answer()
		if problem != "" {
			x.problem.SetText(problem)
			return
		}
		d.Hide()
		chosen(i)
	})
	do.Importance = widget.HighImportance
	x.path.OnSubmitted = func(string) { do.OnTapped() }
	d.SetButtons([]fyne.CanvasObject{h.button("Cancel", nil, d.Hide), do})
	d.Resize(fyne.NewSize(h.width(640), 0))
	h.show(d, nil)
	h.win.Canvas().Focus(x.path)
	return d
}

// answer returns what is chosen, or what is missing.
func (x *importDialog) answer() (i transfer.Import, problem string) {
	i.Path = strings.TrimSpace(x.path.Text)
	if _, err := os.Stat(i.Path); i.Path == "" || err != nil {
		return i, "Choose a folder or file that is there."
	}
	if x.format.SelectedIndex() < 0 {
		return i, "Choose the format of the masks."
	}
	i.Format = x.r.Formats[x.format.SelectedIndex()].Name
	i.Match = matches[max(0, x.match.SelectedIndex())].how
	if x.r.Meets {
		if x.meeting.SelectedIndex() < 0 {
			return i, "Say what becomes of objects that the project has already."
		}
		i.Meeting = meetings[x.meeting.SelectedIndex()].how
	}
	return i, ""
}

// guess chooses the format that a path looks like.
func (x *importDialog) guess(path string) {
	name := ""
	switch ext := strings.ToLower(filepath.Ext(path)); {
	case ext == ".json" && strings.Contains(strings.ToLower(filepath.Base(path)), "ytvis"):
		name = "ytvis"
	case ext == ".json", ext == ".zip":
		name = "coco"
	case ext == ".xml":
		name = "cvat"
	case ext == ".txt":
		name = "mots"
	case ext == "":
		name = "png"
		if i := slices.IndexFunc(x.r.Formats, func(f Format) bool { return f.Name == filepath.Base(path) }); i >= 0 {
			name = x.r.Formats[i].Name
		}
	}
	if i := slices.IndexFunc(x.r.Formats, func(f Format) bool { return f.Name == name }); i >= 0 && x.format.SelectedIndex() != i {
		x.format.SetSelectedIndex(i)
	}
}
