package controller

import (
	"encoding/json"
	"runtime"
	"slices"
	"strings"

	"github.com/masklet/masklet/inference"
)

// settingsKey is where the engine's settings are kept between sessions.
const settingsKey = "settings"

// Engine is the choice of the engine and its settings.
type Engine struct {
	*desk
	name     string // as chosen; "" means the first
	settings inference.Settings
	notice   string // what the engine had to tell about itself
}

func newEngine(d *desk) *Engine {
	e := &Engine{desk: d, name: d.deps.Prefs.Get("engine"), settings: d.deps.Settings}
	if e.settings == (inference.Settings{}) {
		e.settings = inference.DefaultSettings()
	}
	if want := d.deps.Engine; e.name == "" && want != "" {
		if i := slices.IndexFunc(e.EngineNames(), func(n string) bool { return strings.HasPrefix(n, want) }); i >= 0 {
			e.name = e.EngineNames()[i]
		}
	}
	e.load()
	return e
}

// load takes the settings that the user chose earlier. What cannot be read, or
// is not valid, is left aside as a whole.
func (e *Engine) load() {
	s := e.settings
	if json.Unmarshal([]byte(e.deps.Prefs.Get(settingsKey)), &s) != nil {
		return
	}
	// The preferences may come from a machine with more cores.
	s.Threads = min(s.Threads, runtime.NumCPU())
	if s.Validate() == nil {
		e.settings = s
	}
}

// EngineNames returns the engines that can be chosen.
func (e *Engine) EngineNames() []string { return e.deps.Engines.Names() }

// EngineName returns the engine that is chosen.
func (e *Engine) EngineName() string {
	names := e.EngineNames()
	if slices.Contains(names, e.name) || len(names) == 0 {
		return e.name
	}
	return names[0]
}

// EngineKind tells which settings the chosen engine has.
func (e *Engine) EngineKind() inference.Kind { return e.deps.Engines.Kind(e.EngineName()) }

// EngineReady reports whether the engine is loaded; err says why it cannot be.
func (e *Engine) EngineReady() (ready bool, err error) { return e.sess.EngineReady() }

// Settings returns the engine's settings.
func (e *Engine) Settings() inference.Settings { return e.settings }

// SetEngine changes to another engine. Masks stay; prompts are told to it.
func (e *Engine) SetEngine(name string) {
	if _, err := e.EngineReady(); name == e.EngineName() && err == nil {
		return
	}
	e.name = name
	e.deps.Prefs.Set("engine", name)
	e.restart()
}

// busy reports whether a run is under way, which a change would end, and says so.
func (e *Engine) busy() bool {
	if !e.sess.Tracking() {
		return false
	}
	e.say(Warning, "Tracking goes on with its settings: stop it (Ctrl+T) to change them")
	e.changed(PartEngine)
	return true
}

// SetSettings changes the engine's settings, and keeps them for the next
// session of the program; the engine starts again with them.
func (e *Engine) SetSettings(s inference.Settings) {
	if s == e.settings || e.busy() {
		return
	}
	e.settings = s
	if data, err := json.Marshal(s); err == nil {
		e.deps.Prefs.Set(settingsKey, string(data))
	}
	e.restart()
}

// use takes an engine and settings over, as far as the engine is installed.
func (e *Engine) use(name string, s inference.Settings) {
	if slices.Contains(e.EngineNames(), name) {
		e.SetEngine(name)
	}
	e.SetSettings(s)
}

// EnginesChanged is called after a model was installed or removed.
func (e *Engine) EnginesChanged() {
	if _, err := e.EngineReady(); err != nil || !slices.Contains(e.EngineNames(), e.name) {
		e.restart()
	}
	e.changed(PartEngine)
}

func (e *Engine) restart() {
	if e.IsOpen() {
		e.sess.UseEngine(e.EngineName(), e.settings)
	}
	e.changed(PartEngine | PartTrack)
}

// engineChanged follows the session: a run that is continued brings its own
// engine and settings.
func (e *Engine) engineChanged(notice string, err error) {
	if name, s := e.sess.Engine(); name != e.EngineName() || s != e.settings {
		e.name, e.settings = name, s
	}
	e.alert("Engine "+e.EngineName(), err)
	if notice != "" && notice != e.notice {
		e.say(Warning, notice)
	}
	e.notice = notice
	e.changed(PartEngine | PartTrack)
}
