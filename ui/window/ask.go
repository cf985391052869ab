package window

import (
	"os"
	"path/filepath"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/controller"
	"github.com/masklet/masklet/ui/dialogs"
	"github.com/masklet/masklet/ui/session/opening"
)

// Models is what the Models dialog works with.
type Models = dialogs.ModelStore

func (w *Window) showOpen() {
	dialogs.OpenFile(w.host, "Open a video or project", w.startFolder(), dialogs.VideoExtensions, w.Open)
}

func (w *Window) showOpenFolder() {
	dialogs.OpenFolder(w.host, "Open a folder of frames (JPEG or PNG)", w.startFolder(), w.Open)
}

func (w *Window) showOpenClips() {
	dialogs.OpenFolder(w.host, "Open a folder of clips (videos, or folders of frames)", w.startFolder(), w.c.Shelf.OpenFolder)
}

// askHowToOpen asks what the user must say before something can be opened or
// closed, once for each time that it comes up.
func (w *Window) askHowToOpen() {
	missing, other, unsaved := w.c.MissingVideo(), w.c.OtherProject(), w.c.Unsaved()
	switch {
	case unsaved != nil && w.asked != unsaved:
		w.asked = unsaved
		dialogs.Unsaved(w.host, unsaved.Reason, func() {
			w.c.Stay()
			w.showSaveCopy()
		}, w.c.RetryLeaving, w.c.LeaveUnsaved, w.c.Stay)
	case missing != nil && w.asked != missing:
		w.asked = missing
		w.askForVideo(missing)
	case other != nil && w.asked != other:
		w.asked = other
		dialogs.OtherProject(w.host, other.Reason, w.c.StartFresh, w.c.OpenOther, w.c.LeaveOther)
	case missing == nil && other == nil && unsaved == nil:
		w.asked = nil
	}
}

func (w *Window) askForVideo(m *opening.MissingVideo) {
	start := filepath.Dir(m.Video)
	if _, err := os.Stat(start); err != nil {
		start = filepath.Dir(m.Project)
	}
	dialogs.MissingVideo(w.host, m.Reason, start, w.c.LocateVideo, w.c.LeaveMissing)
}

// startFolder is where dialogs begin: beside what is open or was opened last.
func (w *Window) startFolder() string {
	if p := w.c.Path(); p != "" {
		return filepath.Dir(p)
	}
	if r := w.c.Recent(); len(r) > 0 {
		return filepath.Dir(r[0])
	}
	home, _ := os.UserHomeDir()
	return home
}

func (w *Window) openSample() {
	if w.conf.Sample == nil {
		return
	}
	path, err := w.conf.Sample()
	if err != nil {
		w.c.Say(controller.Failure, "Open the sample: "+controller.PlainLine(err))
		return
	}
	w.Open(path)
}

// workDialog returns an update function that shows work in a dialog.
func (w *Window) workDialog() func(k *controller.Work, ended bool, text string, err error) {
	var p *dialogs.Progress
	return func(k *controller.Work, ended bool, text string, err error) {
		if w.closed {
			return
		}
		if p == nil {
			p = dialogs.NewProgress(w.host, k.Name, k.Cancel)
		}
		if !ended {
			p.Update(k.Name, k.Done, k.Total)
			return
		}
		p.Close() // what went wrong is told over the picture
	}
}

func (w *Window) showSaveCopy() {
	dialogs.SaveCopy(w.host, w.startFolder(), strings.TrimSuffix(base(w.c.Path()), filepath.Ext(w.c.Path()))+"-project", func(path string) {
		w.c.SaveCopy(path, w.workDialog())
	})
}

func (w *Window) showModels() {
	if w.conf.Models != nil {
		dialogs.ShowModels(w.host, w.conf.Models, w.start, w.conf.Deps.Post, w.c.EnginesChanged)
	}
}

func (w *Window) showKeys() { dialogs.ShowKeys(w.host) }

// aboutText says what must be known before masks are used for something.
const aboutText = `Video masks by click, tracked and repaired. Everything runs on this machine.

The built-in engine has a network that was trained on public research sets. Some of them are for non-commercial use (DAVIS, BSDS500) or state no licence (DUTS-TR, ECSSD); the model card in the source tree lists them. Ways around it: the engine classic, which has no learned weights, a SAM 2.1 model, or your own training with the recipe in .training.`

func (w *Window) showAbout() {
	w.host.Tell("Masklet "+w.conf.Version, aboutText)
}

// undo undoes typing while a text field has the focus.
func (w *Window) undo() {
	if f, ok := w.win.Canvas().Focused().(fyne.Shortcutable); ok {
		f.TypedShortcut(&fyne.ShortcutUndo{})
		return
	}
	w.c.Undo()
}

// pickOther returns what asks for another object and does something with it.
func (w *Window) pickOther(answer, question string, do func(other annotate.ObjectID)) func() {
	return func() {
		var names []string
		others := w.c.Others()
		for _, o := range others {
			names = append(names, itoa(int(o.ID))+"  "+w.c.Document().Name(o.ID))
		}
		title := answer + ": " + w.c.Document().Name(w.c.Selected())
		dialogs.Pick(w.host, title, question, answer, names, func(i int) { do(others[i].ID) })
	}
}

// askNumber asks for another number of the selected object.
func (w *Window) askNumber() {
	id := w.c.Selected()
	dialogs.AskNumber(w.host, "Number of "+w.c.Document().Name(id),
		"Exports tell objects by their numbers. An object that has the number takes this one's.", "Change", int(id), w.c.Renumber)
}
