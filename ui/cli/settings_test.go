package cli

import (
	"io"
	"strings"
	"testing"

	"github.com/masklet/masklet/inference"
)

// Options win over the environment, and that over the preset; an engine is not
// given what it has not got.
func TestSettingsAreJoined(t *testing.T) {
	for _, tt := range []struct {
		args, env string
		want      func(*inference.Settings)
		says      string
	}{
		{"-engine nano", "", func(*inference.Settings) {}, ""},
		{"-engine nano -preset fast", "", func(s *inference.Settings) { *s, _ = inference.Preset("fast") }, ""},
		{"-engine nano -preset fast", "SAM2_MEMORY_BANK_SIZE=5", func(s *inference.Settings) { *s, _ = inference.Preset("fast"); s.MemoryFrames = 5 }, ""},
		{"-engine nano -memory-frames 2 -preset fast", "SAM2_MEMORY_BANK_SIZE=5", func(s *inference.Settings) { *s, _ = inference.Preset("fast"); s.MemoryFrames = 2 }, ""},
		{"-engine nano -fill-holes=false -half-cache", "", func(s *inference.Settings) { s.FillHoles, s.HalfCache = false, true }, ""},
		{"-engine classic -preset fast -fine", "", func(s *inference.Settings) { *s, _ = inference.Preset("fast"); s.Fine = true }, ""},
		{"-engine classic -memory-frames 7", "", func(*inference.Settings) {}, ""},
		{"-engine classic -memory-frames 3", "", nil, "-memory-frames is a setting of SAM 2 engines, which classic is not"},
		{"-engine nano -fine", "", nil, "-fine is a setting of classic engines, which nano is not"},
		{"-engine nano", "SAM2_MEMORY_BANK_SIZE=9", nil, "SAM2_MEMORY_BANK_SIZE 9 is not from 1 to 7"},
		{"", "SAM2_MODEL_SIZE=huge", nil, `SAM2_MODEL_SIZE "huge" is none of`},
	} {
		env := testEnv(nil, io.Discard, io.Discard)
		env.Getenv = func(name string) string {
			value, _ := strings.CutPrefix(tt.env, name+"=")
			if value == tt.env {
				return ""
			}
			return value
		}
		cmd := newCommand("run", "run an engine")
		flags := addEngineFlags(cmd, env)
		_, args, err := readOptions(cmd, strings.Fields(tt.args))
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.ParseFlags(args); err != nil {
			t.Fatal(err)
		}
		_, got, err := flags.choose(env)
		if tt.says != "" {
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("%s %s: %v, want %q", tt.env, tt.args, err, tt.says)
			}
			continue
		}
		want := inference.DefaultSettings()
		if tt.want(&want); err != nil || got != want {
			t.Errorf("%s %s: %+v, %v, want %+v", tt.env, tt.args, got, err, want)
		}
	}
}
