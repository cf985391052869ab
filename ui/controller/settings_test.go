package controller

import (
	"runtime"
	"testing"
	"time"

	"github.com/masklet/masklet/inference"
)

func TestSettingsAreKeptBetweenSessions(t *testing.T) {
	prefs := mapPrefs{}
	start := func() *Controller { return New(Deps{Engines: fakeEngines{}, Prefs: prefs}, nil) }
	if s := start().Settings(); s != inference.DefaultSettings() {
		t.Errorf("without a choice: %+v", s)
	}
	s := inference.DefaultSettings()
	s.Preset, s.MemoryFrames, s.Fine, s.Provider, s.Threads = "", 5, true, "cuda", 1
	c := start()
	c.SetSettings(s)
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	if got := start().Settings(); got != s {
		t.Errorf("kept %+v, want %+v", got, s)
	}
}

func TestSettingsThatMakeNoSenseAreLeftAside(t *testing.T) {
	for _, stored := range []string{
		"", "{", "null", `[1]`, `{"MemoryFrames":0}`, `{"MemoryFrames":99}`, `{"Pointers":-1}`, `{"Threads":0}`,
		`{"Preset":"turbo"}`, `{"Provider":""}`, `{"MemoryFrames":"7"}`,
	} {
		c := New(Deps{Engines: fakeEngines{}, Prefs: mapPrefs{settingsKey: stored}}, nil)
		if got := c.Settings(); got != inference.DefaultSettings() {
			t.Errorf("%s gives %+v", stored, got)
		}
	}
	c := New(Deps{Engines: fakeEngines{}, Prefs: mapPrefs{settingsKey: `{"Threads":4096}`}}, nil)
	if got := c.Settings().Threads; got != runtime.NumCPU() {
		t.Errorf("%d threads", got)
	}
}

func TestDurationCountsTheLastFrame(t *testing.T) {
	r := newRig(t, 75, nil)
	if r.Duration() != 0 {
		t.Error("a duration without a video")
	}
	r.OpenFile("clip.mp4")
	r.wait("it is open", r.IsOpen)
	if r.Duration() != 3*time.Second {
		t.Errorf("75 frames at 25 fps last %v", r.Duration())
	}
}
