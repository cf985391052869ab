package panels

import (
	"context"
	"errors"
	"image"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/widget"

	"masklet/annotate"
	"masklet/inference"
	"masklet/ui/controller"
	"masklet/ui/controls"
)

// The parts below are the least that a controller needs to have a document
// open: a clip of grey frames, a project in memory, and no engine that works.

type clip struct{ frames int }

func (c clip) Len() int              { return c.frames }
func (clip) Size() (w, h int)        { return 64, 48 }
func (clip) Timestamp(i int) float64 { return float64(i) / 25 }
func (c clip) Nearest(i int) (*image.RGBA, int, bool) {
	return image.NewRGBA(image.Rect(0, 0, 64, 48)), i, true
}
func (clip) Hash() string { return "" }
func (clip) Playhead(int) {}
func (clip) Close() error { return nil }
func (clip) Frame(context.Context, int) (*image.RGBA, error) {
	return image.NewRGBA(image.Rect(0, 0, 64, 48)), nil
}

type project struct {
	doc  *annotate.Document
	hist *annotate.History
}

func (p project) Document() *annotate.Document                   { return p.doc }
func (p project) History() *annotate.History                     { return p.hist }
func (project) Problem() string                                  { return "" }
func (project) Retry(context.Context) error                      { return nil }
func (project) Adopt(r annotate.Result) (annotate.Result, error) { return r, nil }
func (project) StartRun(controller.Run) (int64, error)           { return 1, nil }
func (project) EndRun(int64, bool) error                         { return nil }
func (project) PendingRun() (r controller.Run, ok bool)          { return r, false }
func (project) SaveCopy(context.Context, string) error           { return nil }
func (project) Path() string                                     { return "clip.mp4.masklet" }
func (project) Close() error                                     { return nil }
func (project) Finished(context.Context, controller.Run) (map[annotate.FrameKey]bool, error) {
	return nil, nil
}

type engines []string

func (e engines) Names() []string { return e }
func (engines) Open(context.Context, string, inference.Settings) (inference.Engine, error) {
	return nil, errors.New("no engine in this test")
}

type prefs map[string]string

func (p prefs) Get(k string) string { return p[k] }
func (p prefs) Set(k, v string)     { p[k] = v }

// desk is the window's side: it notes what panels pass on.
type desk struct {
	keys []fyne.KeyName
	hint string
}

func (d *desk) TypedKey(e *fyne.KeyEvent) { d.keys = append(d.keys, e.Name) }
func (d *desk) TypedRune(rune)            {}
func (d *desk) Hint(s string)             { d.hint = s }

// rig is a controller whose posted functions run on the test's goroutine.
type rig struct {
	*controller.Controller
	t     *testing.T
	desk  desk
	queue chan func()
	hist  *annotate.History
}

func newRig(t *testing.T) *rig {
	t.Helper()
	test.NewTempApp(t)
	doc := annotate.NewDocument(64, 48, 100)
	r := &rig{t: t, queue: make(chan func(), 1<<12), hist: annotate.NewHistory(doc, nil)}
	r.Controller = controller.New(controller.Deps{
		Post: func(f func()) { r.queue <- f },
		Open: func(context.Context, controller.OpenRequest, func(done, total int)) (*controller.Opened, error) {
			return &controller.Opened{Path: "clip.mp4", Video: clip{100}, Project: project{doc, r.hist}}, nil
		},
		Engines: engines{"classic", "sam2.1-tiny-1024"},
		Prefs:   prefs{},
	}, nil)
	t.Cleanup(r.Close)
	return r
}

func (r *rig) open() {
	r.t.Helper()
	r.OpenFile("clip.mp4")
	r.until("the clip is open", r.IsOpen)
}

func (r *rig) until(what string, done func() bool) {
	r.t.Helper()
	for end := time.After(30 * time.Second); !done(); {
		select {
		case f := <-r.queue:
			f()
		case <-end:
			r.t.Fatalf("timed out waiting until %s", what)
		}
	}
}

// tracked gives an object a keyframe on frame 0 and masks on n frames.
func (r *rig) tracked(id annotate.ObjectID, n int) {
	d := r.Document()
	b := annotate.NewBitmap(64, 48)
	b.Set(10, 10, true)
	m := annotate.MaskFromBitmap(b)
	edits := []annotate.Edit{d.SetPrompt(annotate.FrameKey{Object: id}, &annotate.Prompt{Points: []annotate.Point{{X: 10, Y: 10, Positive: true}}})}
	for f := range n {
		res := annotate.NewResult(m, 0.9, annotate.Tracked, "classic")
		edits = append(edits, d.SetResult(annotate.FrameKey{Object: id, Frame: f}, &res))
	}
	r.hist.Do(annotate.Change{Name: "Track", Edits: edits})
}

// inSide puts a panel into a window of the side panel's width and returns the
// visible objects in it.
func inSide(t *testing.T, content fyne.CanvasObject) func() []fyne.CanvasObject {
	w := test.NewTempWindow(t, content)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(300, 700))
	return func() []fyne.CanvasObject { return test.LaidOutObjects(content) }
}

func labels(objects []fyne.CanvasObject) []string {
	var out []string
	for _, o := range objects {
		if l, ok := o.(*widget.Label); ok && l.Visible() && l.Text != "" {
			out = append(out, l.Text)
		}
	}
	return out
}

// hinted returns the button whose hint begins with a text, of several the nth.
func hinted(t *testing.T, objects []fyne.CanvasObject, hint string, n int) *controls.Button {
	t.Helper()
	for _, o := range objects {
		if b, ok := o.(*controls.Button); ok && strings.HasPrefix(b.Hint, hint) {
			if n--; n < 0 {
				return b
			}
		}
	}
	t.Fatalf("no button %q", hint)
	return nil
}

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
	p := NewReview(r.Controller, &r.desk)
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

func TestTrackPanelSaysWhatCanBeDone(t *testing.T) {
	r := newRig(t)
	p := NewTrack(r.Controller, &r.desk)
	seen := inSide(t, p.Content)
	disabled := func(want bool) {
		t.Helper()
		p.Update()
		for _, b := range []*controls.Button{p.button, p.back, p.forward} {
			if b.Disabled() != want {
				t.Errorf("%q: disabled is %v", b.Hint, b.Disabled())
			}
		}
	}
	disabled(true)
	r.open()
	disabled(true)
	r.AddObject()
	disabled(true) // there is nothing to track from
	r.tracked(1, 1)
	disabled(false)
	if p.phase.Visible() || p.bar.Visible() || p.line.Visible() || p.button.Text != "Track" {
		t.Errorf("a progress is shown before a run; the button says %q", p.button.Text)
	}
	p.UpdateEngine()
	if !slices.Equal(p.engine.Options, []string{"classic", "sam2.1-tiny-1024"}) || p.engine.Selected != "classic" {
		t.Errorf("engines %v, %q", p.engine.Options, p.engine.Selected)
	}
	p.engine.SetSelected("sam2.1-tiny-1024")
	if r.EngineName() != "sam2.1-tiny-1024" {
		t.Errorf("the engine is %s", r.EngineName())
	}
	r.until("the engine fails", func() bool { _, err := r.EngineReady(); return err != nil })
	p.Update()
	if !slices.ContainsFunc(labels(seen()), func(s string) bool { return strings.Contains(s, "no engine in this test") }) {
		t.Errorf("the panel does not say why the engine cannot be used: %q", labels(seen()))
	}
}

func TestSettingsFollowAndChange(t *testing.T) {
	r := newRig(t)
	p := NewSettings(r.Controller)
	inSide(t, p.Content)
	for _, w := range []fyne.Disableable{p.memory.slider, p.pointers.slider, p.stride.slider, p.provider, p.around} {
		if !w.Disabled() {
			t.Errorf("the embedded engine has no use for %T, which is enabled", w)
		}
	}
	r.SetEngine("sam2.1-tiny-1024")
	p.Update()
	if p.memory.slider.Disabled() || p.provider.Disabled() || !p.fine.Disabled() {
		t.Error("what counts for the chosen engine is not what is enabled")
	}
	p.stride.slider.OnChangeEnded(2)
	p.preset.SetSelected("fast")
	want, err := inference.Preset("fast")
	if err != nil {
		t.Fatal(err)
	}
	if s := r.Settings(); s.Preset != "fast" || s.MemoryFrames != want.MemoryFrames || s.Pointers != want.Pointers || s.FillHoles != want.FillHoles || s.Stride != 2 {
		t.Errorf("settings %+v", s)
	}
	p.Update()
	if p.memory.value.Text != strconv.Itoa(want.MemoryFrames) || p.holes.Checked != want.FillHoles || p.note.Text != presetNotes["fast"] {
		t.Errorf("shown: memory %s, holes %v, %q", p.memory.value.Text, p.holes.Checked, p.note.Text)
	}
	p.memory.slider.OnChangeEnded(5)
	if s := r.Settings(); s.MemoryFrames != 5 || s.Preset != "" {
		t.Errorf("after a change of its own: %+v", s)
	}
	p.Update()
	if p.preset.Selected != "" || p.note.Text != presetNotes[""] {
		t.Errorf("shown: preset %q, %q", p.preset.Selected, p.note.Text)
	}
	before := r.Settings()
	p.Update()
	if r.Settings() != before {
		t.Error("showing the settings changes them")
	}
}

func TestStatusShowsHintsOverTheMessage(t *testing.T) {
	r := newRig(t)
	p := NewStatus(r.Controller)
	inSide(t, p.Content)
	r.open()
	p.Update(1.14)
	if p.message.Text != "Click the object to get its mask" || !strings.Contains(p.facts.Text, "64 × 48") || !strings.Contains(p.facts.Text, "114 %") {
		t.Errorf("message %q, facts %q", p.message.Text, p.facts.Text)
	}
	p.Hint("Undo (Ctrl+Z)")
	r.Say(controller.Failure, "The disk is full")
	p.Update(1)
	if p.message.Text != "Undo (Ctrl+Z)" {
		t.Errorf("message %q under a hint", p.message.Text)
	}
	p.Hint("")
	if p.message.Text != "The disk is full" {
		t.Errorf("message %q after the hint", p.message.Text)
	}
}

// Every panel fits into the side panel, and the row of buttons beside it into
// what a window of 800 has left.
func TestPanelsFitTheirPlace(t *testing.T) {
	r := newRig(t)
	r.open()
	r.AddObject()
	r.SetLabel(1, strings.Repeat("a very long label ", 10))
	zoom := func(float64) {}
	for name, c := range map[string]struct {
		content fyne.CanvasObject
		width   float32
	}{
		"objects":   {NewObjects(r.Controller, &r.desk).Content, 290},
		"review":    {NewReview(r.Controller, &r.desk).Content, 290},
		"settings":  {NewSettings(r.Controller).Content, 290},
		"track":     {NewTrack(r.Controller, &r.desk).Content, 290},
		"transport": {NewTransport(r.Controller, &r.desk, zoom, func() {}).Content, 480},
		"status":    {NewStatus(r.Controller).Content, 800},
	} {
		if got := c.content.MinSize().Width; got > c.width {
			t.Errorf("%s needs a width of %v, has %v", name, got, c.width)
		}
	}
}
