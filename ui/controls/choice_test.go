package controls

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// After the mouse used a control, keys go where they went before; a control that
// was reached by keys passes on what it has no use for.
func TestControlsLeaveKeysToThePicture(t *testing.T) {
	d := &desk{}
	check := NewCheck(d, "fine", nil)
	slider := NewSlider(d, 0, 10)
	choice := NewSelect(d, []string{"a", "b"}, nil)
	w := in(t, fyne.NewSize(300, 200), check, slider, choice)
	test.Tap(check)
	test.TapAt(slider, fyne.NewPos(50, 5))
	test.Drag(w.Canvas(), slider.Position().AddXY(60, 5), 10, 0)
	slider.DragEnd()
	if f := w.Canvas().Focused(); f != nil {
		t.Errorf("%T keeps the focus after the mouse", f)
	}
	if !check.Checked || slider.Value == 0 {
		t.Errorf("the mouse set %v and %v", check.Checked, slider.Value)
	}
	for _, o := range []fyne.Focusable{check, slider, choice} {
		*d = desk{}
		w.Canvas().Focus(o)
		o.TypedRune('n')
		o.TypedKey(key(fyne.KeyReturn))
		o.TypedKey(key(fyne.KeyHome))
		if d.runes != "n" || len(d.keys) != 2 {
			t.Errorf("%T passes on %q and %v", o, d.runes, d.keys)
		}
	}
	w.Canvas().Focus(slider)
	at := slider.Value
	slider.TypedKey(key(fyne.KeyRight))
	if slider.Value <= at {
		t.Error("an arrow does not move the slider that was reached by keys")
	}
}
