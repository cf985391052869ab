package window

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/ui/controller"
)

// keyState is what is held down.
type keyState struct {
	shift, alt, space bool
	panned            bool // Space was used to pan, so it does not play
}

// bindKeys connects the keyboard. Keys go here while no text field has the
// focus; shortcuts with Ctrl are those of the menus.
func (w *Window) bindKeys() {
	c := w.win.Canvas()
	c.SetOnTypedKey(w.TypedKey)
	c.SetOnTypedRune(w.TypedRune)
	if d, ok := c.(desktop.Canvas); ok {
		d.SetOnKeyDown(w.keyDown)
		d.SetOnKeyUp(w.keyUp)
	}
	// The menu shows one shortcut per entry; this is the other common one.
	ctrl := fyne.KeyModifierShortcutDefault
	c.AddShortcut(&fyne.ShortcutRedo{}, func(fyne.Shortcut) { w.c.Redo() })
	c.AddShortcut(&desktop.CustomShortcut{KeyName: fyne.KeyEqual, Modifier: ctrl}, func(fyne.Shortcut) { w.canvas.ZoomBy(1.25) })
}

func (w *Window) keyDown(e *fyne.KeyEvent) {
	if w.asking() {
		return
	}
	switch e.Name {
	case desktop.KeyShiftLeft, desktop.KeyShiftRight:
		w.keys.shift = true
		w.preview()
	case desktop.KeyAltLeft, desktop.KeyAltRight:
		w.keys.alt = true
	case fyne.KeySpace:
		w.keys.space, w.keys.panned = true, false
		w.canvas.SetPan(true)
	}
}

func (w *Window) keyUp(e *fyne.KeyEvent) {
	switch e.Name {
	case desktop.KeyShiftLeft, desktop.KeyShiftRight:
		w.keys.shift = false
		w.c.EndPreview()
	case desktop.KeyAltLeft, desktop.KeyAltRight:
		w.keys.alt = false
	case fyne.KeySpace:
		if w.keys.space && !w.canvas.Panned() {
			w.c.TogglePlay()
		}
		w.keys.space = false
		w.canvas.SetPan(false)
	}
}

// asking reports whether a dialog is open: keys then do nothing behind it.
func (w *Window) asking() bool { return w.win.Canvas().Overlays().Top() != nil }

// TypedKey handles keys that have no character, and implements controls.Keyboard.
func (w *Window) TypedKey(e *fyne.KeyEvent) {
	if w.asking() {
		w.host.TypedKey(e)
		return
	}
	c, shift := w.c, modifiers()&fyne.KeyModifierShift != 0
	if c.CursorOn() && w.cursorKey(e.Name, shift) {
		return
	}
	step := 1
	if shift {
		step = 10
	}
	switch e.Name {
	case fyne.KeyLeft:
		c.Step(-step)
	case fyne.KeyRight:
		c.Step(step)
	case fyne.KeyUp:
		c.SelectNext(-1)
	case fyne.KeyDown:
		c.SelectNext(1)
	case fyne.KeyHome:
		c.GoTo(0)
	case fyne.KeyEnd:
		c.GoTo(c.Frames() - 1)
	case fyne.KeyPageUp:
		c.PrevKeyframe()
	case fyne.KeyPageDown:
		c.NextKeyframe()
	case fyne.KeyReturn, fyne.KeyEnter:
		c.Accept()
	case fyne.KeyDelete, fyne.KeyBackspace:
		c.DeletePoint()
	case fyne.KeyEscape:
		w.escape()
	case fyne.KeyF1:
		w.showKeys()
	case fyne.KeyF2:
		w.rename()
	case fyne.KeyF6:
		w.tabs.SelectIndex(0)
	case fyne.KeyF7:
		w.tabs.SelectIndex(1)
	case fyne.KeyF8:
		w.tabs.SelectIndex(2)
	}
}

// cursorKey handles the keys of the keyboard cursor.
func (w *Window) cursorKey(k fyne.KeyName, shift bool) bool {
	// Arrows move by ten screen units, so that zooming in makes them finer.
	step := max(1, 10/w.canvas.View().Scale())
	if shift {
		step = 1
	}
	switch k {
	case fyne.KeyLeft:
		w.c.MoveCursor(-step, 0)
	case fyne.KeyRight:
		w.c.MoveCursor(step, 0)
	case fyne.KeyUp:
		w.c.MoveCursor(0, -step)
	case fyne.KeyDown:
		w.c.MoveCursor(0, step)
	case fyne.KeyReturn, fyne.KeyEnter:
		w.c.UseCursor()
	default:
		return false
	}
	return true
}

func (w *Window) escape() {
	switch {
	case w.canvas.Cancel():
		w.c.SetTool(w.c.Tool())
	case w.c.CursorOn():
		w.c.ToggleCursor()
	default:
		w.c.SelectPoint(-1)
	}
}

// TypedRune handles keys by their character, so that they work on every
// keyboard layout.
func (w *Window) TypedRune(r rune) {
	if w.asking() {
		return
	}
	if f, ok := w.runes()[lower(r)]; ok {
		f()
		return
	}
	if r >= '0' && r <= '9' {
		n := int(r - '0')
		if n == 0 {
			n = 10
		}
		w.c.SelectNth(n)
	}
}

func (w *Window) runes() map[rune]func() {
	c := w.c
	view := func(f func(*controller.ViewOptions)) func() {
		return func() {
			v := c.View()
			f(&v)
			c.SetView(v)
		}
	}
	m := map[rune]func(){
		',': func() { c.Step(-1) }, '.': func() { c.Step(1) },
		'<': func() { c.Step(-10) }, '>': func() { c.Step(10) },
		';': func() { c.Step(-10) }, ':': func() { c.Step(10) }, // Shift with , and . on many European keyboards
		'[': c.SetIn, ']': c.SetOut,
		'k': c.ToggleMark, 'n': c.NextReview,
		'f': func() { c.TrackAll(inference.Forward) }, 'b': func() { c.TrackAll(inference.Backward) },
		'a': c.AddObject, 'x': c.ToggleCursor,
		'q': func() { c.SetTool(controller.ToolAdd) }, 'w': func() { c.SetTool(controller.ToolRemove) },
		'e': func() { c.SetTool(controller.ToolBox) }, 'r': func() { c.SetTool(controller.ToolBrush) },
		't': func() { c.SetTool(controller.ToolEraser) },
		'l': view(func(v *controller.ViewOptions) { v.Outline = !v.Outline }),
		'o': view(func(v *controller.ViewOptions) { v.Onion = !v.Onion }),
		'{': func() { c.SetBrush(c.Brush() / 1.25) }, '}': func() { c.SetBrush(c.Brush() * 1.25) },
		'h': w.toggleHidden,
	}
	if c.CursorOn() {
		m['+'], m['='] = func() { c.ClickCursor(true) }, func() { c.ClickCursor(true) }
		m['-'] = func() { c.ClickCursor(false) }
	} else {
		m['+'], m['='] = view(func(v *controller.ViewOptions) { v.Opacity += 0.1 }), view(func(v *controller.ViewOptions) { v.Opacity += 0.1 })
		m['-'] = view(func(v *controller.ViewOptions) { v.Opacity -= 0.1 })
	}
	return m
}

func (w *Window) toggleHidden() {
	if d := w.c.Document(); d != nil {
		if o, ok := d.Object(w.c.Selected()); ok {
			w.c.SetHidden(o.ID, !o.Hidden)
		}
	}
}

func lower(r rune) rune {
	if r >= 'A' && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}
