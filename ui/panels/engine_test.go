package panels

import (
	"slices"
	"strconv"
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
