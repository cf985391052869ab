package dialogs

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/ui/controls"
	"github.com/masklet/masklet/ui/transfer"
)

// said reports whether the dialog on top shows a text.
func said(w fyne.Window, text string) bool {
	return slices.ContainsFunc(test.LaidOutObjects(w.Canvas().Overlays().Top()), func(o fyne.CanvasObject) bool {
		l, ok := o.(*widget.Label)
		return ok && l.Visible() && strings.Contains(l.Text, text)
	})
}

// checks returns the check boxes of the dialog on top.
func checks(w fyne.Window) map[string]*controls.Check {
	out := map[string]*controls.Check{}
	for _, o := range test.LaidOutObjects(w.Canvas().Overlays().Top()) {
		if c, ok := o.(*controls.Check); ok {
			out[c.Text] = c
		}
	}
	return out
}

// exportOf is what the tests ask for.
func exportOf(dir string) ExportRequest {
	return ExportRequest{
		Formats: []Format{{Name: "png", Text: "PNG"}, {Name: "coco", Text: "COCO", Polygons: true}},
		Objects: []Choice{{1, "bear"}, {2, "wolf"}}, Range: &annotate.Range{First: 3, Last: 9},
		Offered: transfer.Export{Folder: dir}, Name: "masks", Existing: transfer.Existing,
	}
}

// The dialog hands over what was chosen and writes nothing itself.
func TestExportChoosesAndTouchesNothing(t *testing.T) {
	h, w := window(t)
	dir := t.TempDir()
	var got *transfer.Export
	ask := func(r ExportRequest) {
		got = nil
		Export(h, r, func(e transfer.Export, name string) {
			if got = &e; name != r.Name {
				t.Errorf("the new folder is called %q", name)
			}
		})
	}
	ask(exportOf(dir))
	w.Canvas().Focused().(*controls.Entry).OnSubmitted("")
	if got == nil || !slices.Equal(got.Formats, []string{"png"}) || got.Folder != filepath.Join(dir, "masks") || got.Objects != nil || got.Range != nil {
		t.Fatalf("chosen %+v", got)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 0 || w.Canvas().Overlays().Top() != nil {
		t.Errorf("the dialog made %v, on top is %v", entries, w.Canvas().Overlays().Top())
	}
	r := exportOf(dir)
	r.Offered.Formats, r.Offered.Polygons = []string{"coco"}, true
	ask(r)
	checks(w)["bear"].SetChecked(false)
	for _, o := range test.LaidOutObjects(w.Canvas().Overlays().Top()) {
		if s, ok := o.(*controls.Select); ok {
			s.SetSelected("In/out range 3–9")
		}
	}
	test.Tap(buttons(w)["Export"])
	if got == nil || !slices.Equal(got.Formats, []string{"coco"}) || !got.Polygons || !slices.Equal(got.Objects, []annotate.ObjectID{2}) || *got.Range != *r.Range {
		t.Fatalf("chosen %+v", got)
	}
	ask(r)
	checks(w)["bear"].SetChecked(false)
	checks(w)["wolf"].SetChecked(false)
	test.Tap(buttons(w)["Export"])
	if got != nil || !said(w, "at least one object") {
		t.Errorf("without an object: %+v", got)
	}
}

// What an export replaces is said before, as soon as it is chosen.
func TestExportSaysWhatItReplaces(t *testing.T) {
	h, w := window(t)
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "masks", "png", "1"), 0o755); err != nil {
		t.Fatal(err)
	}
	Export(h, exportOf(dir), func(transfer.Export, string) {})
	if !said(w, "Replaces png in "+filepath.Join(dir, "masks")) || buttons(w)["Replace"] == nil {
		t.Error("an earlier export is replaced without a word")
	}
	checks(w)["PNG"].SetChecked(false)
	checks(w)["COCO"].SetChecked(true)
	if said(w, "Replaces") || buttons(w)["Export"] == nil {
		t.Error("the dialog says that it replaces what it leaves alone")
	}
}

// What becomes of objects that are there is asked, and has no answer beforehand.
func TestImportAsksHowObjectsMeet(t *testing.T) {
	h, w := window(t)
	dir := t.TempDir()
	var got *transfer.Import
	ask := func(meets bool) {
		got = nil
		Import(h, ImportRequest{Formats: []Format{{Name: "png", Text: "PNG"}, {Name: "cvat", Text: "CVAT"}}, Meets: meets}, func(i transfer.Import) { got = &i })
		w.Canvas().Focused().(*controls.Entry).SetText(dir)
		test.Tap(buttons(w)["Import"])
	}
	ask(false)
	if got == nil || *got != (transfer.Import{Format: "png", Path: dir}) {
		t.Fatalf("into an empty project: %+v", got)
	}
	ask(true)
	if got != nil || !said(w, "what becomes of objects") {
		t.Fatalf("nobody was asked: %+v", got)
	}
	for _, o := range test.LaidOutObjects(w.Canvas().Overlays().Top()) {
		if s, ok := o.(*controls.Select); ok && slices.Contains(s.Options, "All are new objects") {
			s.SetSelected("All are new objects")
		}
	}
	test.Tap(buttons(w)["Import"])
	if got == nil || got.Meeting != export.MeetNew {
		t.Errorf("answered: %+v", got)
	}
}

// Attributes are added with Enter and taken back with their buttons, at once.
func TestAttributes(t *testing.T) {
	h, w := window(t)
	var all []annotate.Attribute
	Attributes(h, AttributeRequest{
		Name: "bear", Frame: 4, Range: &annotate.Range{First: 2, Last: 8}, Now: func() []annotate.Attribute { return all },
		Set: func(a annotate.Attribute) { all = append(all, a) }, Delete: func(a annotate.Attribute) { all = nil },
	})
	for _, o := range test.LaidOutObjects(w.Canvas().Overlays().Top()) {
		if s, ok := o.(*controls.Select); ok {
			s.SetSelected("In/out range 2–8")
		}
	}
	for _, text := range []string{"pose", "sits"} {
		f := w.Canvas().Focused().(*controls.Entry)
		f.SetText(text)
		f.OnSubmitted(text)
	}
	if len(all) != 1 || all[0].Key != "pose" || all[0].Value != "sits" || *all[0].Frames != (annotate.Range{First: 2, Last: 8}) || !said(w, "pose = sits") || !said(w, "frames 2–8") {
		t.Errorf("attributes %+v", all)
	}
	for _, o := range test.LaidOutObjects(w.Canvas().Overlays().Top()) {
		if b, ok := o.(*controls.Button); ok && b.Text == "" {
			test.Tap(b)
		}
	}
	if len(all) != 0 || !said(w, "Nothing is said") {
		t.Errorf("after deleting %+v", all)
	}
}

func TestColourIsPickedOrTyped(t *testing.T) {
	h, w := window(t)
	got := annotate.Color{}
	PickColor(h, annotate.Color{R: 1}, func(c annotate.Color) { got = c })
	field := w.Canvas().Focused().(*controls.Entry)
	field.SetText("blue")
	test.Tap(buttons(w)["Set colour"])
	if got != (annotate.Color{}) || !said(w, "#RRGGBB") {
		t.Fatalf("picked %v", got)
	}
	field.SetText("0a0B0c")
	test.Tap(buttons(w)["Set colour"])
	if got != (annotate.Color{R: 10, G: 11, B: 12}) {
		t.Errorf("picked %v", got)
	}
	PickColor(h, annotate.Color{R: 1}, func(c annotate.Color) { got = c })
	for _, o := range test.LaidOutObjects(w.Canvas().Overlays().Top()) {
		if i, ok := o.(*controls.Item); ok {
			test.Tap(i) // the last one stays
		}
	}
	test.Tap(buttons(w)["Set colour"])
	if got != annotate.PaletteColor(paletteSize) {
		t.Errorf("picked %v", got)
	}
}
