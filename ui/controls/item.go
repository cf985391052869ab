package controls

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Item is a row of a list: it is tapped, or pressed with Space or Enter while it
// has the focus, and lights up under the pointer.
type Item struct {
	widget.BaseWidget
	content          fyne.CanvasObject
	tapped           func()
	keys             Keyboard
	hovered, focused bool
	back             *canvas.Rectangle
}

// NewItem returns a row around content.
func NewItem(keys Keyboard, content fyne.CanvasObject, tapped func()) *Item {
	i := &Item{content: content, tapped: tapped, keys: keys, back: canvas.NewRectangle(color.Transparent)}
	i.back.CornerRadius = theme.Size(theme.SizeNameSelectionRadius)
	i.ExtendBaseWidget(i)
	return i
}

// Tapped implements fyne.Tappable.
func (i *Item) Tapped(*fyne.PointEvent) { i.tapped() }

// TypedKey implements fyne.Focusable.
func (i *Item) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		i.tapped()
	default:
		i.keys.TypedKey(e)
	}
}

// TypedRune implements fyne.Focusable.
func (i *Item) TypedRune(r rune) {
	if r != ' ' {
		i.keys.TypedRune(r)
	}
}

// FocusGained implements fyne.Focusable.
func (i *Item) FocusGained() { i.focused = true; i.paint() }

// FocusLost implements fyne.Focusable.
func (i *Item) FocusLost() { i.focused = false; i.paint() }

// MouseIn implements desktop.Hoverable.
func (i *Item) MouseIn(*desktop.MouseEvent) { i.hovered = true; i.paint() }

// MouseMoved implements desktop.Hoverable.
func (i *Item) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (i *Item) MouseOut() { i.hovered = false; i.paint() }

func (i *Item) paint() {
	switch {
	case i.focused:
		i.back.FillColor = theme.Color(theme.ColorNameFocus)
	case i.hovered:
		i.back.FillColor = theme.Color(theme.ColorNameHover)
	default:
		i.back.FillColor = color.Transparent
	}
	i.back.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (i *Item) CreateRenderer() fyne.WidgetRenderer {
	return widget.NewSimpleRenderer(container.NewStack(i.back, i.content))
}
