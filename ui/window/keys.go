package window

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/masklet/masklet/ui/actions"
	"github.com/masklet/masklet/ui/controller"
)

// keyState is what is held down.
type keyState struct {
	shift, alt, space bool
	class             bool // the next character chooses a class
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
	for shortcut, do := range w.otherShortcuts() {
		c.AddShortcut(shortcut, func(fyne.Shortcut) { do() })
	}
}

// otherShortcuts returns those that the toolkit does not know from a menu entry,
// which has room for one.
func (w *Window) otherShortcuts() map[fyne.Shortcut]func() {
	m := map[fyne.Shortcut]func(){}
	for _, a := range actions.All() {
		for i, k := range a.Keys {
			if shortcut := k.Shortcut(); (i > 0 || !native()) && shortcut != nil {
				m[shortcut] = func() {
					if !w.asking() {
						w.do(a.ID)
					}
				}
			}
		}
	}
	return m
}

func (w *Window) keyDown(e *fyne.KeyEvent) {
	if w.asking() || !w.c.IsOpen() {
		return
	}
	switch e.Name {
	case desktop.KeyShiftLeft, desktop.KeyShiftRight:
		w.keys.shift = true
		w.preview()
	case desktop.KeyAltLeft, desktop.KeyAltRight:
		w.keys.alt = true
	case fyne.KeySpace:
		w.keys.space = true
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
			w.do("play")
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
	if w.c.IsOpen() || e.Name == fyne.KeyF1 {
		w.typedKey(e.Name, modifiers()&fyne.KeyModifierShift)
	}
}

func (w *Window) typedKey(name fyne.KeyName, shift fyne.KeyModifier) {
	if w.c.CursorOn() && w.cursorKey(name, shift != 0) {
		return
	}
	if w.areaKey(name) {
		return
	}
	// Space plays when it is let go: until then it may pan.
	if name == fyne.KeySpace {
		return
	}
	if id := actionOf(actions.Key{Name: name, Mod: shift}); id != "" {
		w.do(id)
	} else if id := actionOf(actions.Key{Name: name}); id != "" {
		w.do(id)
	}
}

// actionOf returns the action that a key stands for, or "".
func actionOf(k actions.Key) string {
	for _, a := range actions.All() {
		for _, other := range a.Keys {
			if other.Silent = false; other == k {
				return a.ID
			}
		}
	}
	return ""
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

// areaKey handles the keys that close an area that is being drawn or take its last
// vertex back.
func (w *Window) areaKey(k fyne.KeyName) bool {
	switch k {
	case fyne.KeyReturn, fyne.KeyEnter:
		return w.c.Area.Finish()
	case fyne.KeyBackspace, fyne.KeyDelete:
		return w.c.Area.Back()
	}
	return false
}

func (w *Window) escape() {
	switch {
	case w.keys.class:
		w.keys.class = false
		w.c.Say(controller.Info, "")
	case w.c.Area.Drawing():
		w.canvas.Cancel()
		w.c.Area.Cancel()
		w.c.Say(controller.Info, "The area is given up")
	case w.canvas.Cancel():
		w.c.LetGo()
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
	if w.asking() || !w.c.IsOpen() {
		return
	}
	if w.keys.class {
		w.chooseClass(r)
		return
	}
	if w.c.CursorOn() && strings.ContainsRune("+=-", r) {
		w.c.ClickCursor(r != '-')
		return
	}
	if w.c.Tool().Painting() && (r == '[' || r == ']') {
		r += '{' - '[' // the brush comes before the range while it is in the hand
	}
	if id := actionOf(actions.Key{Char: lower(r)}); id != "" {
		w.do(id)
	} else if r >= '0' && r <= '9' {
		w.c.SelectDigit(int(r - '0'))
	}
}

func (w *Window) toggleHidden() {
	if o, ok := w.c.Document().Object(w.c.Selected()); ok {
		w.c.SetHidden(o.ID, !o.Hidden)
	}
}

func lower(r rune) rune {
	if r >= 'A' && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}
