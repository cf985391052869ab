package panels

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// entry is a text field that stores its text on Enter and when the focus
// leaves it, and gives it up on Escape.
type entry struct {
	widget.Entry
	store   func(string)
	done    func()
	focused bool
	before  string
}

func newEntry(placeholder string, store func(string)) *entry {
	e := &entry{store: store}
	e.ExtendBaseWidget(e)
	e.SetPlaceHolder(placeholder)
	e.OnSubmitted = func(string) { e.leave() }
	return e
}

// set shows a text without storing it.
func (e *entry) set(s string) {
	if e.Text != s {
		e.SetText(s)
	}
	e.before = s
}

// FocusGained implements fyne.Focusable.
func (e *entry) FocusGained() {
	e.focused, e.before = true, e.Text
	e.Entry.FocusGained()
}

// FocusLost implements fyne.Focusable.
func (e *entry) FocusLost() {
	e.focused = false
	e.Entry.FocusLost()
	if e.Text != e.before {
		e.before = e.Text
		e.store(e.Text)
	}
}

// TypedKey implements fyne.Focusable.
func (e *entry) TypedKey(k *fyne.KeyEvent) {
	if k.Name == fyne.KeyEscape {
		e.SetText(e.before)
		e.leave()
		return
	}
	e.Entry.TypedKey(k)
}

func (e *entry) leave() {
	if e.done != nil {
		e.done()
	}
}
