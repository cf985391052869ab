package controls

import (
	"image/color"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// desk notes what controls tell it.
type desk struct {
	keys  []fyne.KeyName
	runes string
	hint  string
}

func (d *desk) TypedKey(e *fyne.KeyEvent) { d.keys = append(d.keys, e.Name) }
func (d *desk) TypedRune(r rune)          { d.runes += string(r) }
func (d *desk) Hint(s string)             { d.hint = s }

func key(name fyne.KeyName) *fyne.KeyEvent { return &fyne.KeyEvent{Name: name} }

// in puts objects into a window of a size.
func in(t *testing.T, size fyne.Size, o ...fyne.CanvasObject) fyne.Window {
	test.NewTempApp(t)
	w := test.NewTempWindow(t, container.NewVBox(o...))
	w.SetPadded(false)
	w.Resize(size)
	return w
}

func TestButtonPassesKeysOn(t *testing.T) {
	for _, tt := range []struct {
		name   string
		dialog bool
		key    fyne.KeyName
		taps   int
		passed []fyne.KeyName
	}{
		{"Space presses", false, fyne.KeySpace, 1, nil},
		{"Enter is the window's", false, fyne.KeyReturn, 0, []fyne.KeyName{fyne.KeyReturn}},
		{"an arrow is the window's", false, fyne.KeyLeft, 0, []fyne.KeyName{fyne.KeyLeft}},
		{"Space presses in a dialog", true, fyne.KeySpace, 1, nil},
		{"Enter presses in a dialog", true, fyne.KeyReturn, 1, nil},
		{"Escape is the dialog's", true, fyne.KeyEscape, 0, []fyne.KeyName{fyne.KeyEscape}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, taps := &desk{}, 0
			tap := func() { taps++ }
			b := NewButton(d, "Track", nil, "hint", tap)
			if tt.dialog {
				b = NewDialogButton(d, "OK", nil, tap)
			}
			w := in(t, fyne.NewSize(200, 100), b)
			w.Canvas().Focus(b)
			b.TypedKey(key(tt.key))
			if taps != tt.taps || !slices.Equal(d.keys, tt.passed) {
				t.Errorf("%d taps, passed %v", taps, d.keys)
			}
			if w.Canvas().Focused() != b {
				t.Error("the button lost the focus")
			}
			b.TypedRune('n')
			b.TypedRune(' ')
			if d.runes != "n" {
				t.Errorf("passed characters %q", d.runes)
			}
		})
	}
}

func TestButtonHintsUnderThePointerAndWithFocus(t *testing.T) {
	d := &desk{}
	b := NewFlat(d, "", theme.MediaPlayIcon(), "Play (Space)", func() {})
	w := in(t, fyne.NewSize(200, 100), b)
	b.MouseIn(&desktop.MouseEvent{})
	if d.hint != "Play (Space)" {
		t.Errorf("hint %q", d.hint)
	}
	if b.MouseOut(); d.hint != "" {
		t.Errorf("hint %q after the pointer left", d.hint)
	}
	if w.Canvas().Focus(b); d.hint != "Play (Space)" {
		t.Errorf("hint %q with the focus", d.hint)
	}
	if w.Canvas().Unfocus(); d.hint != "" {
		t.Errorf("hint %q without the focus", d.hint)
	}
}

// A button that is pressed by key and opens something does not take the focus
// back from it.
func TestPressedButtonLeavesTheFocusToADialog(t *testing.T) {
	d := &desk{}
	var w fyne.Window
	e := NewEntry(d, "")
	b := NewFlat(d, "Rename", nil, "", func() { w.Canvas().Focus(e) })
	w = in(t, fyne.NewSize(200, 100), b, e)
	w.Canvas().Focus(b)
	b.TypedKey(key(fyne.KeySpace))
	if w.Canvas().Focused() != e {
		t.Errorf("the focus is at %T", w.Canvas().Focused())
	}
}

func TestEntryAndCheckGiveEscapeToTheDialog(t *testing.T) {
	d, on := &desk{}, false
	e, c := NewEntry(d, "masks"), NewCheck(d, "COCO", func(v bool) { on = v })
	in(t, fyne.NewSize(200, 100), e, c)
	e.TypedKey(key(fyne.KeyEscape))
	e.TypedKey(key(fyne.KeyEnd))
	e.TypedKey(key(fyne.KeyBackspace))
	c.TypedKey(key(fyne.KeyEscape))
	if e.Text != "mask" || !slices.Equal(d.keys, []fyne.KeyName{fyne.KeyEscape, fyne.KeyEscape}) {
		t.Errorf("text %q, passed %v", e.Text, d.keys)
	}
	c.TypedKey(key(fyne.KeySpace))
	c.TypedRune(' ')
	if !on || !c.Checked {
		t.Error("Space does not tick the box")
	}
}

func TestItemIsTappedAndPressed(t *testing.T) {
	d, taps := &desk{}, 0
	i := NewItem(d, canvas.NewText("clip.mp4", color.White), func() { taps++ })
	w := in(t, fyne.NewSize(200, 100), i)
	test.Tap(i)
	w.Canvas().Focus(i)
	i.TypedKey(key(fyne.KeySpace))
	i.TypedKey(key(fyne.KeyReturn))
	i.TypedKey(key(fyne.KeyDown))
	i.TypedRune('k')
	if taps != 3 || !slices.Equal(d.keys, []fyne.KeyName{fyne.KeyDown}) || d.runes != "k" {
		t.Errorf("%d taps, passed %v and %q", taps, d.keys, d.runes)
	}
}

func block(w float32) fyne.CanvasObject {
	r := canvas.NewRectangle(color.White)
	r.SetMinSize(fyne.NewSize(w, 10))
	return r
}

// In each width, the forms that fit are shown side by side; none overlaps
// another or reaches beyond the row, down to the least width.
func TestRowFitsEveryWidth(t *testing.T) {
	tools := []fyne.CanvasObject{block(200), block(80)}
	always, extra := block(50), block(70)
	right := []fyne.CanvasObject{block(90), block(30)}
	row := NewRow(Part(2, tools...), Part(0, always), Gap(), Extra(0, extra), Part(1, right...))
	in(t, fyne.NewSize(800, 100), row)
	least, pad := row.MinSize().Width, theme.Padding()
	if want := 80 + 50 + 30 + 2*pad; least != want {
		t.Fatalf("least width %v, want %v", least, want)
	}
	for width := least; width < 600; width++ {
		row.Resize(fyne.NewSize(width, 10))
		shown := []fyne.CanvasObject{}
		for _, o := range row.Objects {
			if o.Visible() {
				shown = append(shown, o)
			}
		}
		for i, o := range shown {
			end := o.Position().X + o.Size().Width
			if o.Size().Width != o.MinSize().Width || end > width+0.01 {
				t.Fatalf("width %v: a form of %v is at %v", width, o.Size(), o.Position())
			}
			if i > 0 && o.Position().X < shown[i-1].Position().X+shown[i-1].Size().Width {
				t.Fatalf("width %v: forms overlap", width)
			}
		}
		if tools[0].Visible() == tools[1].Visible() || right[0].Visible() == right[1].Visible() || !always.Visible() {
			t.Fatalf("width %v: not one form of each part is shown", width)
		}
		// What has a low rank gives way first.
		if extra.Visible() && !right[0].Visible() || right[0].Visible() && !tools[0].Visible() {
			t.Fatalf("width %v: a form of a high rank shrank first", width)
		}
	}
	if end := right[0].Position().X + 90; end != row.Size().Width {
		t.Errorf("the gap leaves the last form at %v of %v", end, row.Size().Width)
	}
}
