package window

import (
	"fmt"

	"fyne.io/fyne/v2"

	"github.com/masklet/masklet/ui/controller"
)

// sizeKey is where the size of the window is kept between sessions.
const sizeKey = "window.size"

// keptSize returns the size that the window had, or else the usual one.
func keptSize(p controller.Prefs) fyne.Size {
	var w, h float32
	if _, err := fmt.Sscanf(p.Get(sizeKey), "%gx%g", &w, &h); err != nil || !usable(w, h) {
		return fyne.NewSize(1280, 800)
	}
	return fyne.NewSize(w, h)
}

// keepSize keeps the size of the window, unless it fills the screen.
func (w *Window) keepSize() {
	if s := w.win.Canvas().Size(); !w.win.FullScreen() && usable(s.Width, s.Height) {
		w.conf.Deps.Prefs.Set(sizeKey, fmt.Sprintf("%gx%g", s.Width, s.Height))
	}
}

func usable(w, h float32) bool { return w >= 480 && h >= 320 && w <= 16384 && h <= 16384 }
