package dialogs

import (
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/actions"
	"github.com/masklet/masklet/ui/scene"
	"github.com/masklet/masklet/ui/transfer"
)

// press sends a key where the toolkit would send it: to what has the focus, or
// else to the host.
func press(h *Host, k fyne.KeyName) {
	e := &fyne.KeyEvent{Name: k}
	if f := h.win.Canvas().Focused(); f != nil {
		f.TypedKey(e)
		return
	}
	h.TypedKey(e)
}

// Escape leaves each dialog from wherever the focus is, once, and does nothing
// that the dialog is for.
func TestEscapeLeavesEveryDialog(t *testing.T) {
	dir := t.TempDir()
	for name, show := range map[string]func(h *Host, left *int, did *int){
		"export": func(h *Host, left, did *int) {
			*left = 1
			Export(h, ExportRequest{Formats: []Format{{Name: "png", Text: "PNG"}, {Name: "coco", Text: "COCO", Polygons: true}}, Offered: transfer.Export{Folder: dir}}, func(transfer.Export, string) { *did++ })
		},
		"import": func(h *Host, left, did *int) {
			*left = 1
			Import(h, ImportRequest{Formats: []Format{{Name: "png", Text: "PNG"}}, Start: dir, Meets: true}, func(transfer.Import) { *did++ })
		},
		"tone": func(h *Host, left, did *int) {
			*left = 1
			PickTone(h, scene.Tone{}, func(scene.Tone) { *did++ })
		},
		"colour": func(h *Host, left, did *int) {
			*left = 1
			PickColor(h, annotate.Color{R: 1}, func(annotate.Color) { *did++ })
		},
		"copy": func(h *Host, left, did *int) {
			*left = 1
			SaveCopy(h, dir, "copy", func(string) { *did++ })
		},
		"missing": func(h *Host, left, did *int) {
			MissingVideo(h, "gone", dir, func(string) { *did++ }, func() { *left++ })
		},
		"other": func(h *Host, left, did *int) {
			do := func() { *did++ }
			OtherProject(h, "another's", do, do, func() { *left++ })
		},
		"unsaved": func(h *Host, left, did *int) {
			do := func() { *did++ }
			Unsaved(h, "the disk is full", do, do, do, func() { *left++ })
		},
		"ask":  func(h *Host, left, did *int) { *left = 1; h.Ask("Remove", "Really?", "Delete", func() { *did++ }) },
		"tell": func(h *Host, left, _ *int) { *left = 1; h.Tell("About", "text") },
		"keys": func(h *Host, left, _ *int) { *left = 1; ShowKeys(h) },
	} {
		for tabs := range 8 {
			h, w := window(t)
			left, did := 0, 0
			show(h, &left, &did)
			for range tabs {
				w.Canvas().(interface{ FocusNext() }).FocusNext()
			}
			press(h, fyne.KeyEscape)
			if w.Canvas().Overlays().Top() != nil {
				t.Fatalf("%s: Escape after %d tabs, at %T, leaves the dialog open", name, tabs, w.Canvas().Focused())
			}
			if left != 1 || did != 0 {
				t.Fatalf("%s: left %d times, did %d times", name, left, did)
			}
			if h.Leave() {
				t.Fatalf("%s: what was left can be left again", name)
			}
		}
	}
}

func TestEscapeCancelsWhatRuns(t *testing.T) {
	h, w := window(t)
	cancels := 0
	p := NewProgress(h, "Export", func() { cancels++ })
	press(h, fyne.KeyEscape)
	if cancels != 1 || w.Canvas().Overlays().Top() == nil {
		t.Errorf("%d cancels; the dialog stays until the work has ended", cancels)
	}
	p.Close()
	if w.Canvas().Overlays().Top() != nil {
		t.Error("the dialog stays")
	}
}

// Of two dialogs, Escape leaves the upper one.
func TestEscapeLeavesTheUpperDialog(t *testing.T) {
	h, w := window(t)
	Export(h, ExportRequest{Formats: []Format{{Name: "png", Text: "PNG"}}, Offered: transfer.Export{Folder: t.TempDir()}}, func(transfer.Export, string) {})
	lower := w.Canvas().Overlays().Top()
	OpenFolder(h, "Export into", t.TempDir(), func(string) {})
	if w.Canvas().Overlays().Top() == lower {
		t.Fatal("no second dialog")
	}
	h.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if w.Canvas().Overlays().Top() != lower {
		t.Error("the lower dialog is not on top now")
	}
	h.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEscape})
	if w.Canvas().Overlays().Top() != nil {
		t.Error("the lower dialog stays")
	}
}

func TestOtherProjectAnswers(t *testing.T) {
	for _, tt := range []struct{ button, want string }{
		{"Start a new project", "fresh"}, {"Open that project", "other"}, {"Cancel", "left"},
	} {
		h, w := window(t)
		got := ""
		say := func(s string) func() { return func() { got += s } }
		OtherProject(h, "clip.mp4.masklet belongs to another video.", say("fresh"), say("other"), say("left"))
		test.Tap(buttons(w)[tt.button])
		if got != tt.want || w.Canvas().Overlays().Top() != nil {
			t.Errorf("%s: %q, dialog %v", tt.button, got, w.Canvas().Overlays().Top())
		}
	}
}

func TestUnsavedAnswers(t *testing.T) {
	for _, tt := range []struct{ button, want string }{
		{"Save a copy ...", "copy"}, {"Try again", "retry"}, {"Close without saving", "lose"}, {"Cancel", "stay"},
	} {
		h, w := window(t)
		got := ""
		say := func(s string) func() { return func() { got += s } }
		Unsaved(h, "the disk is full", say("copy"), say("retry"), say("lose"), say("stay"))
		test.Tap(buttons(w)[tt.button])
		if got != tt.want || w.Canvas().Overlays().Top() != nil {
			t.Errorf("%s: %q, dialog %v", tt.button, got, w.Canvas().Overlays().Top())
		}
	}
}

// Polygons are an option of COCO alone, and an answer that cannot be taken says
// why and keeps the dialog.
func TestExportOptions(t *testing.T) {
	h, w := window(t)
	dir := t.TempDir()
	var got *transfer.Export
	Export(h, ExportRequest{Formats: []Format{{Name: "png", Text: "PNG"}, {Name: "coco", Text: "COCO", Polygons: true}}, Offered: transfer.Export{Folder: dir}, Name: "masks"}, func(e transfer.Export, _ string) { got = &e })
	polygons := checks(w)["Polygons rather than run lengths"]
	if !polygons.Disabled() {
		t.Error("polygons can be chosen without COCO")
	}
	test.Tap(checks(w)["PNG"])
	test.Tap(buttons(w)["Export"])
	if got != nil || w.Canvas().Overlays().Top() == nil {
		t.Fatal("no format was taken for an answer")
	}
	test.Tap(checks(w)["COCO"])
	test.Tap(polygons)
	test.Tap(buttons(w)["Export"])
	if got == nil || len(got.Formats) != 1 || got.Formats[0] != "coco" || !got.Polygons || got.Folder != filepath.Join(dir, "masks") {
		t.Errorf("chosen %+v", got)
	}
}

// The columns of the list of keys hold every group once, in order, and none is
// much longer than another.
func TestKeyColumnsAreBalanced(t *testing.T) {
	for n := 1; n <= 4; n++ {
		parts, seen := split(actions.Listed(), n), 0
		lines := make([]int, n)
		for i, p := range parts {
			for _, g := range p {
				if g.Title != actions.Listed()[seen].Title {
					t.Fatalf("%d columns: %s is out of order", n, g.Title)
				}
				seen++
				lines[i] += len(g.Lines) + 2
			}
		}
		for _, a := range lines {
			for _, b := range lines {
				if seen != len(actions.Listed()) || a > b*3/2 {
					t.Errorf("%d columns: %d groups, lines %v", n, seen, lines)
				}
			}
		}
	}
}

// In a window of the usual size, all keys are seen at once.
func TestKeysNeedNoScrollingInTheUsualWindow(t *testing.T) {
	h, w := window(t)
	w.Resize(fyne.NewSize(1280, 800))
	ShowKeys(h)
	for _, o := range test.LaidOutObjects(w.Canvas().Overlays().Top()) {
		if s, ok := o.(*container.Scroll); ok {
			if least := s.Content.MinSize(); least.Height > s.Size().Height || least.Width > s.Size().Width {
				t.Errorf("the list needs %v, has %v", least, s.Size())
			}
			return
		}
	}
	t.Error("no list is shown")
}

// No key runs into what it does.
func TestKeysFitTheirColumn(t *testing.T) {
	test.NewTempApp(t)
	for _, part := range actions.Listed() {
		for _, a := range part.Lines {
			if w := fyne.MeasureText(a.Shown(), 11, fyne.TextStyle{Bold: true}).Width; w > keyWidth {
				t.Errorf("%q needs a width of %v, has %v", a.Shown(), w, keyWidth)
			}
		}
	}
}

// Dialogs fit into a small window.
func TestDialogsFitSmallWindows(t *testing.T) {
	test.NewTempApp(t)
	w := test.NewTempWindow(t, container.NewWithoutLayout())
	w.Resize(fyne.NewSize(800, 560))
	h := NewHost(w)
	for name, show := range map[string]func(){
		"keys":   func() { ShowKeys(h) },
		"export": func() { Export(h, ExportRequest{Formats: []Format{{Name: "coco", Text: "COCO", Polygons: true}}}, nil) },
		"files":  func() { OpenFile(h, "Open", t.TempDir(), VideoExtensions, nil) },
		"models": func() { ShowModels(h, &fakeStore{}, start, func(f func()) { f() }, func() {}) },
	} {
		show()
		for _, o := range test.LaidOutObjects(w.Canvas().Overlays().Top()) {
			if _, frame := o.(*widget.PopUp); frame && (o.Size().Width > 800 || o.Size().Height > 560) {
				t.Errorf("%s: %v", name, o.Size())
			}
		}
		w.Canvas().Overlays().Remove(w.Canvas().Overlays().Top())
	}
}
