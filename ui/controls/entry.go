package controls

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Entry is a text field of a dialog: Escape goes to the dialog.
type Entry struct {
	widget.Entry
	Keys Keyboard // gets Escape
}

// NewEntry returns a field that holds text.
func NewEntry(keys Keyboard, text string) *Entry {
	e := &Entry{Keys: keys}
	e.ExtendBaseWidget(e)
	e.SetText(text)
	return e
}

// TypedKey implements fyne.Focusable.
func (e *Entry) TypedKey(k *fyne.KeyEvent) {
	if k.Name == fyne.KeyEscape {
		e.Keys.TypedKey(k)
		return
	}
	e.Entry.TypedKey(k)
}

// Check is a check box that passes on the keys that it has no use for.
type Check struct {
	widget.Check
	keys Keyboard
}

// NewCheck returns a check box.
func NewCheck(keys Keyboard, text string, changed func(bool)) *Check {
	c := &Check{keys: keys}
	c.Text, c.OnChanged = text, changed
	c.ExtendBaseWidget(c)
	return c
}

// Tapped implements fyne.Tappable. After the mouse keys go where they went before.
func (c *Check) Tapped(e *fyne.PointEvent) {
	c.Check.Tapped(e)
	release(c)
}

// TypedKey implements fyne.Focusable.
func (c *Check) TypedKey(k *fyne.KeyEvent) {
	if k.Name == fyne.KeySpace { // the toolkit's check box acts on the character
		c.Check.TypedKey(k)
		return
	}
	c.keys.TypedKey(k)
}

// TypedRune implements fyne.Focusable.
func (c *Check) TypedRune(r rune) {
	if r == ' ' {
		c.Check.TypedRune(r)
		return
	}
	c.keys.TypedRune(r)
}
