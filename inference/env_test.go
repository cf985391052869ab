package inference

import (
	"errors"
	"testing"
)

func TestEnvironmentGivesDefaults(t *testing.T) {
	env := map[string]string{
		"SAM2_MEMORY_BANK_SIZE": "5", "SAM2_MAX_MEM_FRAMES": "4", "MAX_VIDEO_FRAMES": " 120 ",
		"SAM2_DISABLE_POSTPROC": "True", "SAM2_QUANTIZE": "1",
	}
	s, err := DefaultSettings().WithEnv(func(k string) string { return env[k] })
	if err != nil {
		t.Fatal(err)
	}
	if s.MemoryFrames != 4 || s.MaxFrames != 120 || s.FillHoles || !s.HalfCache || s.Pointers != 16 {
		t.Errorf("got %+v", s)
	}
	if same, err := DefaultSettings().WithEnv(func(string) string { return "" }); err != nil || same != DefaultSettings() {
		t.Errorf("an empty environment changed %+v, %v", same, err)
	}
	for name, value := range map[string]string{
		"SAM2_MEMORY_BANK_SIZE": "0", "SAM2_MAX_MEM_FRAMES": "eight", "MAX_VIDEO_FRAMES": "-1",
		"SAM2_DISABLE_POSTPROC": "maybe", "SAM2_QUANTIZE": "int8",
	} {
		_, err := DefaultSettings().WithEnv(func(k string) string {
			if k == name {
				return value
			}
			return ""
		})
		if !errors.Is(err, ErrUsage) {
			t.Errorf("%s=%s: %v", name, value, err)
		}
	}
}

func TestModelFromEnvironment(t *testing.T) {
	for value, want := range map[string]string{
		"": "", "tiny": "sam2.1-tiny", "BASE_PLUS": "sam2.1-base-plus", "large": "sam2.1-large",
	} {
		if got, err := ModelFromEnv(func(string) string { return value }); err != nil || got != want {
			t.Errorf("%q gives %q, %v", value, got, err)
		}
	}
	if _, err := ModelFromEnv(func(string) string { return "huge" }); !errors.Is(err, ErrUsage) {
		t.Errorf("huge: %v", err)
	}
}

func TestPresetsAreValid(t *testing.T) {
	for _, name := range []string{"accurate", "balanced", "fast", "preview"} {
		s, err := Preset(name)
		if err != nil || s.Validate() != nil {
			t.Errorf("%s: %v, %v", name, err, s.Validate())
		}
	}
	if _, err := Preset("best"); !errors.Is(err, ErrUsage) {
		t.Errorf("an unknown preset: %v", err)
	}
	if (Settings{}).Validate() == nil {
		t.Error("the zero settings are valid")
	}
}
