package dialogs

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/ui/controls"
	"github.com/masklet/masklet/ui/filedialog"
)

// Host is the window in which dialogs come up. It knows how each one that is
// open is left, so that Escape does that wherever the focus is.
type Host struct {
	// Desktop asks with the desktop's own file dialog and answers on the UI
	// goroutine; nil: the host asks itself.
	Desktop  func(r filedialog.Request, answer func(path string, err error))
	win      fyne.Window
	open     []shown
	choosing bool // the desktop's dialog is on the screen
}

type shown struct {
	overlay fyne.CanvasObject
	leave   func()
}

// NewHost returns the host of a window's dialogs.
func NewHost(w fyne.Window) *Host { return &Host{win: w} }

// Leave gives up the dialog on top; it returns false if there is none of the
// host's.
func (h *Host) Leave() bool {
	overlays := h.win.Canvas().Overlays()
	h.open = slices.DeleteFunc(h.open, func(s shown) bool { return !slices.Contains(overlays.List(), s.overlay) })
	n := len(h.open)
	if n == 0 || h.open[n-1].overlay != overlays.Top() {
		return false
	}
	h.open[n-1].leave()
	return true
}

// TypedKey implements controls.Keyboard.
func (h *Host) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyEscape {
		h.Leave()
	}
}

// TypedRune implements controls.Keyboard.
func (h *Host) TypedRune(rune) {}

// Show brings up a dialog of the toolkit's.
func (h *Host) Show(d dialog.Dialog) { h.show(d, nil) }

// show brings a dialog up; leave gives it up, nil by hiding it.
func (h *Host) show(d dialog.Dialog, leave func()) {
	before := h.win.Canvas().Overlays().Top()
	d.Show()
	if leave == nil {
		leave = d.Hide
	}
	// What the system shows in a dialog's stead is no overlay.
	if top := h.win.Canvas().Overlays().Top(); top != before {
		h.open = append(h.open, shown{top, leave})
	}
}

// Tell shows a text with a button that closes it.
func (h *Host) Tell(title, text string) {
	d := dialog.NewCustomWithoutButtons(title, wrapped(text), h.win)
	close := h.button("Close", nil, d.Hide)
	d.SetButtons([]fyne.CanvasObject{close})
	d.Resize(fyne.NewSize(h.width(460), 0))
	h.show(d, nil)
	h.win.Canvas().Focus(close)
}

// Ask asks whether to do something; answer is the button that does it.
func (h *Host) Ask(title, text, answer string, do func()) {
	d := dialog.NewCustomWithoutButtons(title, wrapped(text), h.win)
	yes := h.button(answer, nil, func() {
		d.Hide()
		do()
	})
	yes.Importance = widget.DangerImportance
	no := h.button("Cancel", nil, d.Hide)
	d.SetButtons([]fyne.CanvasObject{no, yes})
	d.Resize(fyne.NewSize(h.width(460), 0))
	h.show(d, nil)
	h.win.Canvas().Focus(no)
}

// button returns a button of a dialog.
func (h *Host) button(text string, icon fyne.Resource, tapped func()) *controls.Button {
	return controls.NewDialogButton(h, text, icon, tapped)
}

// browse returns a button that asks for a folder for an entry.
func (h *Host) browse(title string, e *controls.Entry) *controls.Button {
	return h.button("", theme.FolderOpenIcon(), func() { OpenFolder(h, title, e.Text, e.SetText) })
}

// width returns how wide a dialog may be that wants to be w wide.
func (h *Host) width(w float32) float32 { return min(w, h.win.Canvas().Size().Width-40) }

// height is as width, for the height.
func (h *Host) height(v float32) float32 { return min(v, h.win.Canvas().Size().Height-40) }
