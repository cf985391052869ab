package inference

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
)

// Every field of Settings is described once, under a name that is its own, and
// every described default is one that it can have.
func TestEverySettingIsDescribed(t *testing.T) {
	fields := map[string]bool{}
	for i := range reflect.TypeFor[Settings]().NumField() {
		fields[strings.ToLower(reflect.TypeFor[Settings]().Field(i).Name)] = true
	}
	for _, d := range Described() {
		name := strings.ReplaceAll(d.Key, "_", "")
		if !fields[name] {
			t.Errorf("%s describes no field, or one that is described already", d.Key)
		}
		delete(fields, name)
		if d.Label == "" || d.Help == "" || len(d.Values) != 1 && len(d.Values) != len(Presets()) {
			t.Errorf("%s is not described in full: %+v", d.Key, d)
		}
		for _, v := range d.Values {
			s := DefaultSettings()
			if d.Set(&s, v); d.check(s) != nil || d.Value(s) != v {
				t.Errorf("%s: the default %v: %v", d.Key, v, d.check(s))
			}
		}
	}
	if len(fields) > 0 {
		t.Errorf("not described: %v", fields)
	}
}

func TestSettingsAreReadAsWritten(t *testing.T) {
	want := DefaultSettings()
	want.Preset, want.MemoryFrames, want.ClearMemoryAround, want.Stride, want.Provider = "", 5, true, 3, "cuda"
	data, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got Settings
	if err := json.Unmarshal(data, &got); err != nil || got != want {
		t.Errorf("%s is read as %+v, %v", data, got, err)
	}
}

// Settings that earlier versions stored, under the names of the fields of then
// and of the run record, are read; what they had not yet has its default.
func TestEarlierSettingsAreRead(t *testing.T) {
	want := DefaultSettings()
	want.Preset, want.MemoryFrames, want.Pointers, want.FillHoles = "fast", 3, 3, false
	want.ClearMemoryAround, want.HalfCache, want.Threads = true, true, 2
	for _, stored := range []string{
		`{"Preset":"fast","MemoryFrames":3,"Pointers":3,"FillHoles":false,"MaxFrames":0,"Threads":2,"Provider":"cpu","Fine":false,"Stride":0,"ClearAround":true,"StrictParity":false,"HalfCache":true}`,
		`{"preset":"fast","memory_frames":3,"pointers":3,"fill_holes":false,"clear_around":true,"half_cache":true,"threads":2,"unknown":1}`,
	} {
		var got Settings
		if err := json.Unmarshal([]byte(stored), &got); err != nil || got != want || got.Validate() != nil {
			t.Errorf("%s is read as %+v, %v, %v", stored, got, err, got.Validate())
		}
	}
}

func TestMistakesNameTheSetting(t *testing.T) {
	for _, tt := range []struct{ key, text, says string }{
		{"memory_frames", "8", "memory frames 8 is not from 1 to 7"},
		{"pointers", "many", `pointers "many" is not a whole number`},
		{"fill_holes", "perhaps", `fill holes "perhaps" is not true or false`},
		{"provider", "abacus", `provider "abacus": use one of cpu, cuda`},
		{"preset", "best", `preset "best": use one of accurate, balanced`},
	} {
		s := DefaultSettings()
		for _, d := range Described() {
			if d.Key != tt.key {
				continue
			}
			err := d.Parse(&s, tt.text)
			if !errors.Is(err, ErrUsage) || !strings.Contains(err.Error(), tt.says) || s != DefaultSettings() {
				t.Errorf("%s=%s: %v, %+v", tt.key, tt.text, err, s)
			}
		}
	}
}

// The README's table of presets and its list of variables say what is described.
func TestReadmeTellsPresetsAndVariables(t *testing.T) {
	data, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	readme := string(data)
	for i, p := range Presets() {
		s, err := Preset(p.Name)
		if err != nil {
			t.Fatal(err)
		}
		name, holes := p.Name, "off"
		if i == 0 {
			name += " (default)"
		}
		if s.FillHoles {
			holes = "on"
		}
		if row := fmt.Sprintf("| %s | %d | %d | %s |", name, s.MemoryFrames, s.Pointers, holes); !strings.Contains(readme, row) {
			t.Errorf("the README has no row %q", row)
		}
	}
	for _, d := range Described() {
		for _, v := range d.Env {
			if !strings.Contains(readme, "`"+v.Name+"`") {
				t.Errorf("the README does not name %s", v.Name)
			}
		}
	}
}
