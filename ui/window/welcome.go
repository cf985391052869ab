package window

import (
	"fmt"
	"path/filepath"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/ui/actions"
	"github.com/masklet/masklet/ui/controls"
)

// welcome is what the window shows without a video.
type welcome struct {
	content fyne.CanvasObject
	w       *Window
	recent  *fyne.Container
	choose  *fyne.Container
	opening *fyne.Container
	problem *banner // why something could not be opened
	name    *widget.Label
	bar     *widget.ProgressBar
}

func newWelcome(w *Window) *welcome {
	s := &welcome{w: w, recent: container.NewVBox(), name: widget.NewLabel(""), bar: widget.NewProgressBar()}
	title := widget.NewLabel("Masklet")
	title.SizeName, title.Importance, title.TextStyle.Bold = sizeTitle, widget.HighImportance, true
	sub := widget.NewLabel("Click an object in a video, get its mask, and let the mask follow it.")
	sub.Importance = widget.LowImportance
	open := controls.NewButton(w, "Open a video or project ...", theme.FileVideoIcon(), actions.Hint("open"), w.showOpen)
	open.Importance = widget.HighImportance
	folder := controls.NewButton(w, "Open a folder of frames ...", theme.FolderOpenIcon(), actions.Hint("open-folder"), w.showOpenFolder)
	sample := controls.NewButton(w, "Open the sample", theme.MediaVideoIcon(), actions.Hint("open-sample"), w.openSample)
	hint := widget.NewLabel("Or drop a file onto this window.  " + actions.Of("keys").Shown() + " lists the keys.")
	hint.Importance = widget.LowImportance
	s.problem = newBanner(w, w.c)
	s.choose = container.NewVBox(s.problem.content, open, container.NewGridWithColumns(2, folder, sample), hint, w.offer.View(), s.recent)
	cancel := controls.NewButton(w, "Cancel", nil, "Do not open it", w.c.CancelOpening)
	s.opening = container.NewVBox(s.name, container.NewBorder(nil, nil, nil, cancel, s.bar))
	body := widthOf(container.NewVBox(title, sub, newGap(12), s.choose, s.opening), 480)
	s.content = container.NewStack(newBack(theme.ColorNameBackground), container.NewCenter(body))
	return s
}

func (s *welcome) update() {
	c := s.w.c
	path, done, total, busy := c.Opening()
	controls.SetVisible(s.content, !c.IsOpen() || busy)
	controls.SetVisible(s.choose, !busy)
	controls.SetVisible(s.opening, busy)
	if busy {
		s.name.SetText(openingLine(path, done, total))
		if total > 0 {
			s.bar.SetValue(min(1, float64(done)/float64(total)))
		}
		return
	}
	s.recent.RemoveAll()
	if list := c.Recent(); len(list) > 0 {
		s.recent.Add(widget.NewLabelWithStyle("Recent", fyne.TextAlignLeading, fyne.TextStyle{Bold: true}))
		for _, p := range list {
			s.recent.Add(s.recentRow(p))
		}
	}
}

func (s *welcome) recentRow(path string) fyne.CanvasObject {
	name, folder := widget.NewLabel(base(path)), widget.NewLabel(filepath.Dir(path))
	name.TextStyle.Bold, name.Truncation = true, fyne.TextTruncateEllipsis
	folder.Importance, folder.Truncation = widget.LowImportance, fyne.TextTruncateEllipsis
	return controls.NewItem(s.w, container.NewGridWithColumns(2, name, folder), func() { s.w.Open(path) })
}

func openingLine(path string, done, total int) string {
	if total > 0 {
		return fmt.Sprintf("Opening %s: reading frame %d of about %d", base(path), done, max(done, total))
	}
	return "Opening " + base(path) + " ..."
}

func newGap(height float32) fyne.CanvasObject {
	r := canvas.NewRectangle(nil)
	r.SetMinSize(fyne.NewSize(1, height))
	return r
}
