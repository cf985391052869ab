package dialogs

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/widget"
)

// Progress is a dialog that shows how far something is and can cancel it.
type Progress struct {
	d    *dialog.CustomDialog
	bar  *widget.ProgressBar
	text *widget.Label
	open bool
}

// NewProgress shows a progress dialog. cancel is called when the user presses
// Cancel or Escape; the dialog stays until Close.
func NewProgress(h *Host, title string, cancel func()) *Progress {
	p := &Progress{bar: widget.NewProgressBar(), text: widget.NewLabel("Starting ..."), open: true}
	p.text.Truncation = fyne.TextTruncateEllipsis
	p.d = dialog.NewCustomWithoutButtons(title, container.NewVBox(p.text, p.bar), h.win)
	leave := func() {
		p.text.SetText("Cancelling ...")
		cancel()
	}
	button := h.button("Cancel", nil, leave)
	p.d.SetButtons([]fyne.CanvasObject{button})
	p.d.Resize(fyne.NewSize(h.width(460), 0))
	h.show(p.d, leave)
	h.win.Canvas().Focus(button)
	return p
}

// Update shows how far it is; total may be 0 while unknown.
func (p *Progress) Update(what string, done, total int64) {
	text := what
	if total > 0 {
		p.bar.SetValue(min(1, float64(done)/float64(total)))
	}
	if p.text.Text != text {
		p.text.SetText(text)
	}
}

// Close takes the dialog away.
func (p *Progress) Close() {
	if p.open {
		p.open = false
		p.d.Hide()
	}
}
