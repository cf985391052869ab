package actions

import (
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
)

// Key is a key, with Ctrl or Shift. Characters are told by what is typed, so that
// they work on every keyboard layout; other keys by their name.
type Key struct {
	Char   rune // in lower case; 0 for a named key
	Name   fyne.KeyName
	Mod    fyne.KeyModifier
	Silent bool // works, but is not shown
}

func keys(k ...Key) []Key { return k }

func char(r rune) Key { return Key{Char: r} }

func named(n fyne.KeyName) Key { return Key{Name: n} }

func shift(n fyne.KeyName) Key { return Key{Name: n, Mod: fyne.KeyModifierShift} }

func ctrl(n fyne.KeyName) Key { return Key{Name: n, Mod: fyne.KeyModifierShortcutDefault} }

func ctrlShift(n fyne.KeyName) Key {
	return Key{Name: n, Mod: fyne.KeyModifierShortcutDefault | fyne.KeyModifierShift}
}

func silent(k Key) Key {
	k.Silent = true
	return k
}

// String returns the key as the user knows it: "Ctrl+Shift+T", "PgUp", "F".
func (k Key) String() string {
	if k.Char != 0 {
		return string(unicode.ToUpper(k.Char))
	}
	var b strings.Builder
	if k.Mod&fyne.KeyModifierShortcutDefault != 0 {
		if fyne.KeyModifierShortcutDefault == fyne.KeyModifierSuper {
			b.WriteString("Cmd+")
		} else {
			b.WriteString("Ctrl+")
		}
	}
	if k.Mod&fyne.KeyModifierShift != 0 {
		b.WriteString("Shift+")
	}
	short := map[fyne.KeyName]string{
		fyne.KeyLeft: "←", fyne.KeyRight: "→", fyne.KeyUp: "↑", fyne.KeyDown: "↓", fyne.KeyReturn: "Enter",
		fyne.KeyPageUp: "PgUp", fyne.KeyPageDown: "PgDn", fyne.KeyEscape: "Esc",
	}
	if s, ok := short[k.Name]; ok {
		return b.String() + s
	}
	return b.String() + string(k.Name)
}

// Shortcut returns the key as the toolkit's shortcut, or nil if it is none: those
// need more than Shift.
func (k Key) Shortcut() fyne.Shortcut {
	ctrl := fyne.KeyModifierShortcutDefault
	switch {
	case k.Mod&ctrl == 0:
		return nil
	case k.Mod == ctrl && k.Name == fyne.KeyZ:
		return &fyne.ShortcutUndo{}
	case k.Mod == ctrl && k.Name == fyne.KeyY:
		return &fyne.ShortcutRedo{}
	}
	return &desktop.CustomShortcut{KeyName: k.Name, Modifier: k.Mod}
}
