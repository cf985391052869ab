package panels

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/ui/controller"
	"github.com/masklet/masklet/ui/controls"
)

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

// Each engine shows the settings that it has and no others, each with its
// explanation; what is chosen reaches the controller and is shown again.
func TestSettingsFollowAndChange(t *testing.T) {
	r := newRig(t)
	p := NewSettings(r.Controller, &r.desk)
	seen := inSide(t, p.Content)
	row := func(key string) settingRow {
		t.Helper()
		i := slices.IndexFunc(p.rows, func(r settingRow) bool { return r.Key == key })
		if i < 0 {
			t.Fatalf("the panel has no %s", key)
		}
		return p.rows[i]
	}
	for engine, kind := range map[string]inference.Kind{"sam2.1-tiny-1024": inference.SAM2, "classic": inference.Classic} {
		r.SetEngine(engine)
		p.Update()
		text := strings.Join(labels(seen()), "\n")
		for _, d := range inference.Described() {
			if strings.Contains(text, explain(d, d.Value(r.Settings()))) == d.Hidden {
				t.Errorf("%s is hidden: %v, explained: %v", d.Key, d.Hidden, d.Hidden)
			}
			if !d.Hidden && row(d.Key).content.Visible() != d.Has(kind) {
				t.Errorf("%s: shows %s: %v", engine, d.Key, !d.Has(kind))
			}
		}
	}
	r.SetEngine("sam2.1-tiny-1024")
	p.set(row("stride").Setting, 2)
	p.set(row("preset").Setting, "fast")
	want, err := inference.DefaultSettings().WithPreset("fast")
	if want.Stride = 2; err != nil || r.Settings() != want {
		t.Errorf("settings %+v, want %+v, %v", r.Settings(), want, err)
	}
	p.Update()
	if text := strings.Join(labels(seen()), "\n"); !strings.Contains(text, "2 frames") || !strings.Contains(text, "holes are not filled") {
		t.Errorf("shown: %s", text)
	}
	p.set(row("memory_frames").Setting, 5)
	if s := r.Settings(); s.MemoryFrames != 5 || s.Preset != "" {
		t.Errorf("after a change of its own: %+v", s)
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

// The frame's file is named where frames are files.
func TestStatusNamesTheFramesFile(t *testing.T) {
	p := NewStatus(named{newRig(t).Controller})
	p.Update(1)
	if !strings.HasPrefix(p.facts.Text, "00005.jpg") {
		t.Errorf("facts %q", p.facts.Text)
	}
}

// named is a controller whose frames are files.
type named struct{ *controller.Controller }

func (named) Size() (w, h int)  { return 64, 48 }
func (named) FrameName() string { return "00005.jpg" }

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
		"review":    {NewReview(r.Controller, r.Thumbs, &r.desk).Content, 290},
		"settings":  {NewSettings(r.Controller, &r.desk).Content, 290},
		"track":     {NewTrack(r.Controller, &r.desk).Content, 290},
		"transport": {NewTransport(r.Controller, &r.desk, zoom, func() {}).Content, 480},
		"status":    {NewStatus(r.Controller).Content, 800},
	} {
		if got := c.content.MinSize().Width; got > c.width {
			t.Errorf("%s needs a width of %v, has %v", name, got, c.width)
		}
	}
}
