package dialogs

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// ShowLog shows the latest lines of the log, which lies in the file path; copy
// puts them on the clipboard.
func ShowLog(h *Host, path, lines string, copy func(text string)) dialog.Dialog {
	text := widget.NewLabelWithStyle(lines, fyne.TextAlignLeading, fyne.TextStyle{Monospace: true})
	text.SizeName = theme.SizeNameCaptionText
	text.Wrapping = fyne.TextWrapBreak
	body := container.NewVScroll(text)
	d := dialog.NewCustomWithoutButtons("Log", container.NewBorder(muted("All of it: "+path), nil, nil, nil, body), h.win)
	close := h.button("Close", nil, d.Hide)
	d.SetButtons([]fyne.CanvasObject{h.button("Copy", theme.ContentCopyIcon(), func() { copy(lines) }), close})
	d.Resize(fyne.NewSize(h.width(1000), h.height(600)))
	h.show(d, nil)
	body.ScrollToBottom()
	h.win.Canvas().Focus(close)
	return d
}
