// Package controls holds the widgets that the toolkit has not got: buttons that
// explain themselves and pass keys on, and rows that fit into narrow windows.
package controls

import "fyne.io/fyne/v2"

// Keyboard gets what a focused control has no use for, so that the keys of a
// window or dialog work wherever the focus is.
type Keyboard interface {
	TypedKey(*fyne.KeyEvent)
	TypedRune(rune)
}

// Desk is what controls stand on: the window.
type Desk interface {
	Keyboard
	// Hint shows what the control under the pointer, or with the focus, does;
	// "" takes it away.
	Hint(text string)
}
