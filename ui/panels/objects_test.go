package panels

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"github.com/masklet/masklet/annotate"
)

func TestObjectsListShowsAndChangesTheDocument(t *testing.T) {
	r := newRig(t)
	p := NewObjects(r.Controller, &r.desk)
	seen := inSide(t, p.Content)
	r.open()
	p.Update()
	if got := labels(seen()); !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "No objects yet") }) {
		t.Errorf("without objects: %q", got)
	}
	test.Tap(hinted(t, seen(), "New object", 0))
	test.Tap(hinted(t, seen(), "New object", 0))
	r.SetLabel(1, "bear")
	p.Update()
	got := labels(seen())
	if !slices.Contains(got, "bear") || !slices.Contains(got, "object 2") || slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, "No objects yet") }) {
		t.Errorf("with two objects: %q", got)
	}
	test.Tap(hinted(t, seen(), "Hide or show", 0))
	if o, _ := r.Document().Object(1); !o.Hidden {
		t.Error("the eye of the first row does not hide its object")
	}
	p.Update()
	test.Tap(hinted(t, seen(), "Delete it", 1))
	if objs := r.Document().Objects(); len(objs) != 1 || objs[0].ID != 1 {
		t.Errorf("after deleting the second: %+v", objs)
	}
}

func TestObjectsRowsSelectAndPickColours(t *testing.T) {
	r := newRig(t)
	p := NewObjects(r.Controller, &r.desk)
	seen := inSide(t, p.Content)
	r.open()
	r.AddObject()
	r.AddObject()
	p.Update()
	var rows []*tappable
	for _, o := range seen() {
		if row, ok := o.(*tappable); ok {
			rows = append(rows, row)
		}
	}
	if len(rows) != 4 { // two rows, each with a swatch
		t.Fatalf("%d things to tap", len(rows))
	}
	asked := annotate.Color{}
	p.PickColor = func(now annotate.Color, picked func(annotate.Color)) {
		asked = now
		picked(annotate.Color{R: 1, G: 2, B: 3})
	}
	test.Tap(rows[0])
	if r.Selected() != 1 {
		t.Errorf("a tap on the first row selects %d", r.Selected())
	}
	test.Tap(rows[1])
	if o, _ := r.Document().Object(1); asked != annotate.PaletteColor(1) || o.Color != (annotate.Color{R: 1, G: 2, B: 3}) {
		t.Errorf("asked for %v, the colour is %v", asked, o.Color)
	}
}

// Labels are kept when typing ends, by Enter or by leaving, and given up by
// Escape; keys then go to the picture again.
func TestObjectLabelAndClass(t *testing.T) {
	r := newRig(t)
	p := NewObjects(r.Controller, &r.desk)
	w := test.NewTempWindow(t, p.Content)
	done := 0
	p.Done = func() { done++; w.Canvas().Unfocus() }
	r.open()
	p.EditLabel(w.Canvas())
	if w.Canvas().Focused() != nil {
		t.Error("a label can be typed without an object")
	}
	r.AddObject()
	p.Update()
	label := func() string { o, _ := r.Document().Object(1); return o.Label }
	for _, tt := range []struct {
		typed string
		end   fyne.KeyName
		want  string
	}{{"bear", fyne.KeyReturn, "bear"}, {"wolf", fyne.KeyEscape, "bear"}, {" brown bear ", fyne.KeyReturn, "brown bear"}} {
		p.EditLabel(w.Canvas())
		for _, c := range tt.typed {
			w.Canvas().Focused().TypedRune(c)
		}
		w.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: tt.end})
		if label() != tt.want || w.Canvas().Focused() != nil {
			t.Errorf("%q, then %s: label %q, focus %T", tt.typed, tt.end, label(), w.Canvas().Focused())
		}
		p.Update()
	}
	if done != 3 {
		t.Errorf("typing ended %d times", done)
	}
	p.class.SetText("animal")
	p.class.OnSubmitted("animal")
	o, _ := r.Document().Object(1)
	if k, ok := r.Document().Class(o.Class); !ok || k.Name != "animal" {
		t.Errorf("class %+v", k)
	}
	// What is typed for one object is never stored for the next.
	r.AddObject()
	p.Update()
	if p.label.Text != "" || p.class.Text != "animal" { // the one class there is goes to new objects too
		t.Errorf("the new object shows label %q, class %q", p.label.Text, p.class.Text)
	}
	if label() != "brown bear" {
		t.Errorf("the first object is called %q now", label())
	}
}

// The list scrolls to an object that is selected, and stays where it is otherwise.
func TestObjectsListScrollsToTheSelected(t *testing.T) {
	r := newRig(t)
	p := NewObjects(r.Controller, &r.desk)
	inSide(t, p.Content)
	r.open()
	visible := func() bool {
		row := p.rows.Objects[slices.IndexFunc(r.Document().Objects(), func(o annotate.Object) bool { return o.ID == r.Selected() })]
		top := row.Position().Y - p.scroll.Offset.Y
		return top >= -1 && top+row.Size().Height <= p.scroll.Size().Height+1
	}
	for range 60 {
		r.AddObject()
		p.Update()
		if !visible() {
			t.Fatalf("object %d is out of sight", r.Selected())
		}
	}
	r.Select(1)
	p.Update()
	if !visible() {
		t.Error("the first object is out of sight")
	}
	r.SetHidden(50, true)
	if p.Update(); p.scroll.Offset.Y != 0 {
		t.Error("the list scrolls although nothing else was selected")
	}
}
