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
// is called when the person gives up.
func MissingVideo(w fyne.Window, reason, start string, chosen func(path string), left func()) dialog.Dialog {
	text := widget.NewLabel(reason)
	text.Wrapping = fyne.TextWrapWord
	hint := muted("Choose the video, or the folder that holds it or its frames. Its name does not matter; its content is checked.")
	d := dialog.NewCustomWithoutButtons("Where is the video?", container.NewVBox(text, hint), w)
	answer := func(path string) {
		d.Hide()
		chosen(path)
	}
	file := widget.NewButtonWithIcon("Choose a file ...", theme.FileVideoIcon(), func() {
		OpenFile(w, "Where is the video?", start, mediaExtensions(), answer)
	})
	file.Importance = widget.HighImportance
	folder := widget.NewButtonWithIcon("Choose a folder ...", theme.FolderOpenIcon(), func() {
		OpenFolder(w, "Which folder holds the video?", start, answer)
	})
	leave := widget.NewButton("Cancel", func() {
		d.Hide()
		left()
	})
	d.SetButtons([]fyne.CanvasObject{leave, folder, file})
	d.Resize(fyne.NewSize(560, 0))
	d.Show()
	return d
}

// mediaExtensions are the extensions of videos alone.
func mediaExtensions() []string {
	var out []string
	for _, e := range VideoExtensions {
		if e != ".masklet" {
			out = append(out, e)
		}
	}
	return out
}
