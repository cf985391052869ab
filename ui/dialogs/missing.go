package dialogs

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// MissingVideo asks where the video of a project is. reason is one sentence,
// start the folder where the search begins; chosen gets a file or folder, left
// is called when the user gives up.
func MissingVideo(h *Host, reason, start string, chosen func(path string), left func()) dialog.Dialog {
	text := wrapped(reason)
	hint := muted("Choose the video, or the folder that holds it or its frames. Its name does not matter; its content is checked.")
	d := dialog.NewCustomWithoutButtons("Where is the video?", container.NewVBox(text, hint), h.win)
	answer := func(path string) {
		d.Hide()
		chosen(path)
	}
	file := h.button("Choose a file ...", theme.FileVideoIcon(), func() {
		OpenFile(h, "Where is the video?", start, mediaExtensions(), answer)
	})
	file.Importance = widget.HighImportance
	folder := h.button("Choose a folder ...", theme.FolderOpenIcon(), func() {
		OpenFolder(h, "Which folder holds the video?", start, answer)
	})
	leave := func() {
		d.Hide()
		left()
	}
	d.SetButtons([]fyne.CanvasObject{h.button("Cancel", nil, leave), folder, file})
	d.Resize(fyne.NewSize(h.width(560), 0))
	h.show(d, leave)
	h.win.Canvas().Focus(file)
	return d
}

// mediaExtensions are the extensions of videos alone.
func mediaExtensions() []string {
	var out []string
	for _, e := range VideoExtensions {
		if e != ".masklet" && e != ".zip" {
			out = append(out, e)
		}
	}
	return out
}
