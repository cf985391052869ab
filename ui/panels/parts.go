package panels

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/annotate"
)

// heading is the title of a panel with optional buttons at its right.
func heading(text string, buttons ...fyne.CanvasObject) fyne.CanvasObject {
	l := widget.NewLabelWithStyle(text, fyne.TextAlignLeading, fyne.TextStyle{Bold: true})
	row := append([]fyne.CanvasObject{l, layout.NewSpacer()}, buttons...)
	return container.NewHBox(row...)
}

// note is a small muted line that wraps.
func note(text string) *widget.Label {
	l := widget.NewLabel(text)
	l.Importance = widget.LowImportance
	l.Wrapping = fyne.TextWrapWord
	l.SizeName = theme.SizeNameCaptionText
	return l
}

func rgb(c annotate.Color) color.Color { return color.NRGBA{R: c.R, G: c.G, B: c.B, A: 255} }

// setText changes a label only if its text is another, since a refresh costs a
// new layout.
func setText(l *widget.Label, text string) {
	if l.Text != text {
		l.SetText(text)
	}
}

// tappable is a row of other objects that can be tapped and is highlighted
// while it is selected.
type tappable struct {
	widget.BaseWidget
	content  fyne.CanvasObject
	selected bool
	onTap    func()
	back     *canvas.Rectangle
}

func newTappable(content fyne.CanvasObject, onTap func()) *tappable {
	t := &tappable{content: content, onTap: onTap, back: canvas.NewRectangle(color.Transparent)}
	t.back.CornerRadius = 5
	t.ExtendBaseWidget(t)
	return t
}

// Tapped implements fyne.Tappable.
func (t *tappable) Tapped(*fyne.PointEvent) {
	if t.onTap != nil {
		t.onTap()
	}
}

func (t *tappable) paint() {
	t.back.FillColor = color.Transparent
	if t.selected {
		t.back.FillColor = theme.Color(theme.ColorNameSelection)
	}
	t.back.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (t *tappable) CreateRenderer() fyne.WidgetRenderer {
	t.paint()
	return widget.NewSimpleRenderer(container.NewStack(t.back, t.content))
}

// fixed gives an object a least width.
func fixed(o fyne.CanvasObject, width float32) fyne.CanvasObject {
	return container.New(&minWidth{width}, o)
}

type minWidth struct{ width float32 }

func (m *minWidth) MinSize(o []fyne.CanvasObject) fyne.Size {
	s := o[0].MinSize()
	return fyne.NewSize(max(m.width, s.Width), s.Height)
}

func (m *minWidth) Layout(o []fyne.CanvasObject, size fyne.Size) { o[0].Resize(size) }
