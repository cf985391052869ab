package controls

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Button is a button that says what it does while the pointer is over it or it
// has the focus, and passes on the keys that it has no use for.
type Button struct {
	widget.Button
	// Hint is what the button does, with its key, in a few words.
	Hint string
	// EnterTaps makes Enter press the button as Space does.
	EnterTaps bool

	keys Keyboard
	desk Desk // nil: nobody shows hints
}

// NewButton returns a button. text or icon may be missing, and then hint tells.
func NewButton(desk Desk, text string, icon fyne.Resource, hint string, tapped func()) *Button {
	b := &Button{Hint: hint, keys: desk, desk: desk}
	b.Text, b.Icon, b.OnTapped = text, icon, tapped
	b.ExtendBaseWidget(b)
	return b
}

// NewFlat returns a button without a frame.
func NewFlat(desk Desk, text string, icon fyne.Resource, hint string, tapped func()) *Button {
	b := NewButton(desk, text, icon, hint, tapped)
	b.Importance = widget.LowImportance
	return b
}

// NewDialogButton returns a button of a dialog: Enter presses it too.
func NewDialogButton(keys Keyboard, text string, icon fyne.Resource, tapped func()) *Button {
	b := &Button{EnterTaps: true, keys: keys}
	b.Text, b.Icon, b.OnTapped = text, icon, tapped
	b.ExtendBaseWidget(b)
	return b
}

// MouseIn implements desktop.Hoverable.
func (b *Button) MouseIn(e *desktop.MouseEvent) {
	b.Button.MouseIn(e)
	b.hint(b.Hint)
}

// MouseOut implements desktop.Hoverable.
func (b *Button) MouseOut() {
	b.Button.MouseOut()
	b.hint("")
}

// FocusGained implements fyne.Focusable.
func (b *Button) FocusGained() {
	b.Button.FocusGained()
	b.hint(b.Hint)
}

// FocusLost implements fyne.Focusable.
func (b *Button) FocusLost() {
	b.Button.FocusLost()
	b.hint("")
}

func (b *Button) hint(text string) {
	if b.desk != nil && b.Hint != "" {
		b.desk.Hint(text)
	}
}

// TypedKey implements fyne.Focusable.
func (b *Button) TypedKey(e *fyne.KeyEvent) {
	enter := e.Name == fyne.KeyReturn || e.Name == fyne.KeyEnter
	switch {
	case e.Name == fyne.KeySpace || enter && b.EnterTaps:
		b.press()
	default:
		b.keys.TypedKey(e)
	}
}

// press taps the button by key. A tap takes the focus away; who works by keys
// wants it where it was, unless the button opened something.
func (b *Button) press() {
	b.Tapped(nil)
	c := fyne.CurrentApp().Driver().CanvasForObject(b)
	if c != nil && c.Focused() == nil && c.Overlays().Top() == nil && b.Visible() {
		c.Focus(b)
	}
}

// TypedRune implements fyne.Focusable.
func (b *Button) TypedRune(r rune) {
	if r != ' ' {
		b.keys.TypedRune(r)
	}
}
