package panels

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/controller"
)

func TestTransportMovesAndDisables(t *testing.T) {
	r := newRig(t)
	var zooms []float64
	fits := 0
	p := NewTransport(r.Controller, &r.desk, func(f float64) { zooms = append(zooms, f) }, func() { fits++ })
	w := test.NewTempWindow(t, p.Content)
	w.Resize(fyne.NewSize(1000, 40))
	all := func() []fyne.CanvasObject { return test.LaidOutObjects(p.Content) }
	for _, b := range p.buttons {
		if !b.Disabled() {
			t.Errorf("%q is enabled without a video", b.Hint)
		}
	}
	r.open()
	p.Update()
	frame := func(hint string, want int) {
		t.Helper()
		test.Tap(hinted(t, all(), hint, 0))
		p.Update()
		if r.Frame() != want || p.frame.Text != strconv.Itoa(want) {
			t.Errorf("%s: frame %d, shown %s, want %d", hint, r.Frame(), p.frame.Text, want)
		}
	}
	frame("Last frame", 99)
	frame("Next frame", 99)
	frame("Previous frame", 98)
	frame("First frame", 0)
	frame("Next frame", 1)
	if !p.clear.Disabled() {
		t.Error("a range can be cleared that is not set")
	}
	test.Tap(hinted(t, all(), "Set in", 0))
	p.Update()
	if !r.Document().RangeSet() || p.clear.Disabled() || p.rng.Text != "1–99 (99)" {
		t.Errorf("range %v, shown %q", r.Document().Range(), p.rng.Text)
	}
	test.Tap(hinted(t, all(), "Clear the in/out", 0))
	if r.Document().RangeSet() {
		t.Error("Clear does not clear the range")
	}
	test.Tap(hinted(t, all(), "Timeline: zoom in", 0))
	test.Tap(hinted(t, all(), "Timeline: zoom out", 0))
	test.Tap(hinted(t, all(), "Timeline: whole", 0))
	if len(zooms) != 2 || zooms[0] <= 1 || zooms[0]*zooms[1] != 1 || fits != 1 {
		t.Errorf("zooms %v, fits %d", zooms, fits)
	}
	p.FocusFrame(w.Canvas())
	for _, c := range "42" {
		w.Canvas().Focused().TypedRune(c)
	}
	w.Canvas().Unfocus()
	if r.Frame() != 42 {
		t.Errorf("typing 42 goes to frame %d", r.Frame())
	}
	p.FocusFrame(w.Canvas())
	w.Canvas().Focused().TypedRune('x')
	w.Canvas().Unfocus()
	if m := r.Message(); r.Frame() != 42 || m.Kind != controller.Warning || !strings.Contains(m.Text, "0 to 99") || p.frame.Text != "42" {
		t.Errorf("frame %d, message %+v, shown %q", r.Frame(), m, p.frame.Text)
	}
}

func TestReviewListsAndJumps(t *testing.T) {
	r := newRig(t)
	p := NewReview(r.Controller, r.Thumbs, &r.desk)
	seen := inSide(t, p.Content)
	r.open()
	p.Update()
	if p.Count() != 0 || !p.empty.Visible() || p.list.Visible() {
		t.Errorf("%d frames wait, empty text %v", p.Count(), p.empty.Visible())
	}
	r.GoTo(30)
	test.Tap(hinted(t, seen(), "Mark", 0))
	r.GoTo(60)
	test.Tap(hinted(t, seen(), "Mark", 0))
	p.Update()
	if p.Count() != 2 || p.empty.Visible() || !p.list.Visible() {
		t.Fatalf("%d frames wait", p.Count())
	}
	if got := labels(seen()); !slices.Contains(got, "30") || !slices.Contains(got, "60") || !slices.Contains(got, "marked") {
		t.Errorf("the list shows %q", got)
	}
	p.list.Select(0)
	if r.Frame() != 30 {
		t.Errorf("the first row goes to frame %d", r.Frame())
	}
	test.Tap(hinted(t, seen(), "Next frame to review", 0))
	if r.Frame() != 60 {
		t.Errorf("Next goes to frame %d", r.Frame())
	}
	r.AddObject()
	r.tracked(1, 100)
	test.Tap(hinted(t, seen(), "Accept", 0))
	if !r.Document().Protected(annotate.FrameKey{Object: 1, Frame: 60}) || slices.Contains(r.Marks(), 60) {
		t.Error("Accept does not protect the frame and take its mark off")
	}
}

// The rows are those that are chosen, in the order that is chosen, with a picture
// of each frame; N goes through the same.
func TestReviewSortsAndFilters(t *testing.T) {
	r := newRig(t)
	p := NewReview(r.Controller, r.Thumbs, &r.desk)
	seen := inSide(t, p.Content)
	r.open()
	r.AddObject()
	r.AddObject()
	r.tracked(1, 100)
	r.tracked(2, 100)
	r.Accept() // ranks again
	r.TrackAll("both")
	r.until("frames are proposed", func() bool { p.Update(); return p.Count() > 4 })
	all := p.Count()
	p.order.SetSelected("By frame")
	p.Update()
	if !slices.IsSortedFunc(p.items, func(a, b annotate.ReviewItem) int { return a.Key.Frame - b.Key.Frame }) {
		t.Errorf("by frame: %v", p.items)
	}
	p.object.SetSelected("object 2")
	p.Update()
	if p.Count() == 0 || p.Count() == all || slices.ContainsFunc(p.items, func(it annotate.ReviewItem) bool { return it.Key.Object != 2 }) {
		t.Errorf("of object 2: %v", p.items)
	}
	r.GoTo(99)
	r.NextReview()
	if r.Frame() != p.items[0].Key.Frame || r.Selected() != 2 {
		t.Errorf("N goes to frame %d of object %d", r.Frame(), r.Selected())
	}
	r.until("the pictures are there", func() bool {
		p.Update()
		pictures := 0
		for _, o := range seen() {
			if i, ok := o.(*canvas.Image); ok && i.Image != nil {
				pictures++
			}
		}
		return pictures >= p.Count()
	})
	p.object.SetSelected(allObjects)
	p.Update()
	if p.Count() != all {
		t.Errorf("%d rows of all objects, %d before", p.Count(), all)
	}
}

func TestClassesListShowsAndChangesTheClasses(t *testing.T) {
	r := newRig(t)
	p := NewClasses(r.Controller, &r.desk, func() {}, func() {})
	w := test.NewTempWindow(t, p.Content)
	p.Done = w.Canvas().Unfocus
	r.open()
	w.Canvas().Focus(p.fresh)
	for _, c := range "dog" {
		p.fresh.TypedRune(c)
	}
	p.fresh.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	p.Update()
	if k := r.Document().Classes(); len(k) != 1 || k[0].Name != "dog" || p.fresh.Text != "" || len(p.rows.Objects) != 1 {
		t.Fatalf("classes %+v, %d rows", k, len(p.rows.Objects))
	}
	var fields []*entry
	for _, o := range test.LaidOutObjects(p.rows) {
		if e, ok := o.(*entry); ok {
			fields = append(fields, e)
		}
	}
	for _, f := range fields {
		w.Canvas().Focus(f)
		f.SetText("x")
		w.Canvas().Unfocus()
	}
	if k := r.Document().Classes()[0]; k.Name != "x" || k.Key != "x" {
		t.Errorf("after typing %+v", k)
	}
	p.PickColor = func(_ annotate.Color, picked func(annotate.Color)) { picked(annotate.Color{R: 9}) }
	p.Update()
	for _, o := range test.LaidOutObjects(p.rows) {
		if s, ok := o.(*tappable); ok {
			test.Tap(s)
		}
	}
	if k := r.Document().Classes()[0]; k.Color.R != 9 {
		t.Errorf("colour %v", k.Color)
	}
	p.Update()
	test.Tap(hinted(t, test.LaidOutObjects(p.rows), "Delete the class", 0))
	if p.Update(); len(p.rows.Objects) != 0 {
		t.Errorf("%d rows after deleting", len(p.rows.Objects))
	}
}
