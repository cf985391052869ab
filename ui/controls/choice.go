package controls

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/widget"
)

// Slider is a slider that uses the arrow keys while it was reached by keys, and
// gives the focus back after the mouse: keys then go to the picture.
type Slider struct {
	widget.Slider
	keys Keyboard
}

// NewSlider returns a slider.
func NewSlider(keys Keyboard, low, high float64) *Slider {
	s := &Slider{keys: keys}
	s.Min, s.Max, s.Step = low, high, 1
	s.ExtendBaseWidget(s)
	return s
}

// Tapped implements fyne.Tappable.
func (s *Slider) Tapped(e *fyne.PointEvent) {
	s.Slider.Tapped(e)
	release(s)
}

// DragEnd implements fyne.Draggable.
func (s *Slider) DragEnd() {
	s.Slider.DragEnd()
	release(s)
}

// TypedKey implements fyne.Focusable.
func (s *Slider) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyLeft, fyne.KeyRight, fyne.KeyUp, fyne.KeyDown:
		s.Slider.TypedKey(k)
	default:
		s.keys.TypedKey(k)
	}
}

// TypedRune implements fyne.Focusable.
func (s *Slider) TypedRune(r rune) { s.keys.TypedRune(r) }

// Select is a choice that passes on the keys that it has no use for.
type Select struct {
	widget.Select
	keys Keyboard
}

// NewSelect returns a choice among texts.
func NewSelect(keys Keyboard, options []string, changed func(string)) *Select {
	s := &Select{keys: keys}
	s.Options, s.OnChanged = options, changed
	s.ExtendBaseWidget(s)
	return s
}

// TypedKey implements fyne.Focusable.
func (s *Select) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeySpace, fyne.KeyUp, fyne.KeyDown:
		s.Select.TypedKey(k)
	default:
		s.keys.TypedKey(k)
	}
}

// TypedRune implements fyne.Focusable.
func (s *Select) TypedRune(r rune) { s.keys.TypedRune(r) }

// release gives the focus back if o has it.
func release(o fyne.Focusable) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(o.(fyne.CanvasObject)); c != nil && c.Focused() == o {
		c.Unfocus()
	}
}
