package dialogs

import (
	"fmt"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

func bold(s string) *widget.Label {
	return widget.NewLabelWithStyle(s, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
}

func wrapped(s string) *widget.Label {
	l := widget.NewLabel(s)
	l.Wrapping = fyne.TextWrapWord
	return l
}

func muted(s string) *widget.Label {
	l := wrapped(s)
	l.Importance = widget.LowImportance
	return l
}

// two is a name with its description under it.
func two(name, text string) fyne.CanvasObject {
	n, t := widget.NewLabel(name), widget.NewLabel(text)
	t.Importance, t.SizeName = widget.LowImportance, theme.SizeNameCaptionText
	t.Truncation = fyne.TextTruncateEllipsis
	// Beside labels of the usual theme, which keep more room around their text.
	indent := theme.Size(theme.SizeNameInnerPadding) - compactPadding
	return container.New(insetLeft(indent), tight(container.NewVBox(n, t)))
}

// tight lays things closer together.
func tight(o fyne.CanvasObject) fyne.CanvasObject {
	return container.NewThemeOverride(o, compact{fyne.CurrentApp().Settings().Theme(), 12})
}

// tiny lays things closer together, in small letters.
func tiny(o fyne.CanvasObject) fyne.CanvasObject {
	return container.NewThemeOverride(o, compact{fyne.CurrentApp().Settings().Theme(), 11})
}

// insetLeft is a layout that leaves some room at the left.
type insetLeft float32

// MinSize implements fyne.Layout.
func (l insetLeft) MinSize(o []fyne.CanvasObject) fyne.Size {
	s := o[0].MinSize()
	return fyne.NewSize(s.Width+float32(l), s.Height)
}

// Layout implements fyne.Layout.
func (l insetLeft) Layout(o []fyne.CanvasObject, s fyne.Size) {
	o[0].Move(fyne.NewPos(float32(l), 0))
	o[0].Resize(fyne.NewSize(s.Width-float32(l), s.Height))
}

// compactPadding is the padding of the compact theme.
const compactPadding = 2

// compact is a theme with less padding, for long lists.
type compact struct {
	fyne.Theme
	text float32 // its size
}

// Size implements fyne.Theme.
func (c compact) Size(n fyne.ThemeSizeName) float32 {
	switch n {
	case theme.SizeNamePadding, theme.SizeNameInnerPadding:
		return compactPadding
	case theme.SizeNameText:
		return c.text
	}
	return c.Theme.Size(n)
}

// Bytes writes a number of bytes for the user.
func Bytes(n int64) string {
	switch {
	case n >= 1e9:
		return fmt.Sprintf("%.1f GB", float64(n)/1e9)
	case n >= 1e6:
		return fmt.Sprintf("%.0f MB", float64(n)/1e6)
	}
	return fmt.Sprintf("%.0f kB", float64(n)/1e3)
}
