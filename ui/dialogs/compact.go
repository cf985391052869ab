package dialogs

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"
)

// compact is a theme with less padding, for long lists.
type compact struct{ fyne.Theme }

// Size implements fyne.Theme.
func (c compact) Size(n fyne.ThemeSizeName) float32 {
	switch n {
	case theme.SizeNamePadding, theme.SizeNameInnerPadding:
		return 2
	case theme.SizeNameText:
		return 12
	}
	return c.Theme.Size(n)
}
