package controller

import (
	"encoding/json"
	"runtime"
)

// settingsKey is where the engine's settings are kept between sessions.
const settingsKey = "settings"

func (c *Controller) saveSettings() {
	if data, err := json.Marshal(c.settings); err == nil {
		c.deps.Prefs.Set(settingsKey, string(data))
	}
}

// loadSettings takes the settings that a person chose earlier. What cannot be
// read, or is not valid, is left aside as a whole.
func (c *Controller) loadSettings() {
	s := c.settings
	if json.Unmarshal([]byte(c.deps.Prefs.Get(settingsKey)), &s) != nil {
		return
	}
	// The preferences may come from a machine with more cores.
	s.Threads = min(s.Threads, runtime.NumCPU())
	if s.Validate() == nil {
		c.settings = s
	}
}
