package dialogs

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Unsaved asks what to do about work that cannot be saved when the video is to
// be closed. reason is why.
func Unsaved(h *Host, reason string, saveCopy, retry, lose, stay func()) dialog.Dialog {
	text := wrapped("Your work is not saved: " + reason + ".")
	hint := muted("Make room or access and try again, or save a copy somewhere else. Closing without saving loses what was done since saving failed.")
	d := dialog.NewCustomWithoutButtons("Work is not saved", container.NewVBox(text, hint), h.win)
	answer := func(f func()) func() {
		return func() {
			d.Hide()
			f()
		}
	}
	again := h.button("Try again", theme.ViewRefreshIcon(), answer(retry))
	again.Importance = widget.HighImportance
	leave := h.button("Close without saving", nil, answer(lose))
	leave.Importance = widget.DangerImportance
	d.SetButtons([]fyne.CanvasObject{
		h.button("Cancel", nil, answer(stay)), leave, h.button("Save a copy ...", theme.DocumentSaveIcon(), answer(saveCopy)), again,
	})
	d.Resize(fyne.NewSize(h.width(600), 0))
	h.show(d, answer(stay))
	h.win.Canvas().Focus(again)
	return d
}
