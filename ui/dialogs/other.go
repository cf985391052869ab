package dialogs

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// OtherProject asks what to do with a video whose project file is that of
// another video. reason is one sentence; fresh starts a new project for it, other
// opens the project with its own video, left gives up.
func OtherProject(h *Host, reason string, fresh, other, left func()) dialog.Dialog {
	hint := muted("A new project gets a file of its own beside it. Nothing that is there is changed.")
	d := dialog.NewCustomWithoutButtons("The project belongs to another video", container.NewVBox(wrapped(reason), hint), h.win)
	answer := func(f func()) func() {
		return func() {
			d.Hide()
			f()
		}
	}
	start := h.button("Start a new project", theme.ContentAddIcon(), answer(fresh))
	start.Importance = widget.HighImportance
	open := h.button("Open that project", theme.FolderOpenIcon(), answer(other))
	d.SetButtons([]fyne.CanvasObject{h.button("Cancel", nil, answer(left)), open, start})
	d.Resize(fyne.NewSize(h.width(600), 0))
	h.show(d, answer(left))
	h.win.Canvas().Focus(start)
	return d
}
