package inference

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Setting describes one field of Settings.
type Setting struct {
	// Key is the setting's one name: in JSON and run records as it is, as an
	// option with dashes, as a field without either.
	Key string
	// Old is a key that earlier versions wrote; "" if there is none.
	Old   string
	Label string // in the window
	Help  string // what it does, in lower case and without a full stop
	Unit  string // of a number; may be ""
	// Engines are the kinds of engines that have it; nil: all.
	Engines []Kind
	// Hidden keeps a setting for experts out of the window.
	Hidden bool
	// Values holds one default, or one for each of Presets.
	Values []any
	// Low and High bound a number. Most is what the window offers at most where
	// that is less; 0 means High.
	Low, High, Most int
	// Choices are the texts that it can have; Optional allows "" beside them.
	Choices  []string
	Optional bool
	// Env are the environment variables that give its default, in this order.
	Env []Variable

	field func(*Settings) any // *int, *bool or *string
}

// Variable is an environment variable that gives a default.
type Variable struct {
	Name   string
	Effect Effect
}

// Effect says what the value of a Variable does to its setting.
type Effect int

// The effects.
const (
	Sets   Effect = iota
	Limits        // the smaller number counts
	Clears        // true switches the setting off
)

// SettingError is a value that a setting cannot have. It wraps ErrUsage.
type SettingError struct {
	Setting  Setting
	Variable string // that gave the value; "" if none did
	Reason   string // the value and what is wrong with it
}

// Error implements error.
func (e *SettingError) Error() string {
	if e.Variable != "" {
		return e.Variable + " " + e.Reason
	}
	return strings.ReplaceAll(e.Setting.Key, "_", " ") + " " + e.Reason
}

// Unwrap returns ErrUsage.
func (*SettingError) Unwrap() error { return ErrUsage }

// Option returns the setting's name as an option of the command line.
func (d Setting) Option() string { return strings.ReplaceAll(d.Key, "_", "-") }

// Has reports whether an engine of that kind has the setting.
func (d Setting) Has(k Kind) bool { return d.Engines == nil || slices.Contains(d.Engines, k) }

// ByPreset reports whether a preset decides the setting.
func (d Setting) ByPreset() bool { return len(d.Values) > 1 }

// Value returns the setting's value: an int, bool or string.
func (d Setting) Value(s Settings) any {
	switch p := d.field(&s).(type) {
	case *int:
		return *p
	case *bool:
		return *p
	default:
		return *p.(*string)
	}
}

// Set gives the setting a value of its type.
func (d Setting) Set(s *Settings, value any) {
	switch p := d.field(s).(type) {
	case *int:
		*p = value.(int)
	case *bool:
		*p = value.(bool)
	case *string:
		*p = value.(string)
	}
}

// Parse gives the setting the value that a text stands for. The error is a
// *SettingError, and s is then as it was.
func (d Setting) Parse(s *Settings, text string) error {
	next, err := *s, error(nil)
	switch p := d.field(&next).(type) {
	case *int:
		if *p, err = strconv.Atoi(text); err != nil {
			return d.wrong("%q is not a whole number", text)
		}
	case *bool:
		if *p, err = strconv.ParseBool(strings.ToLower(text)); err != nil {
			return d.wrong("%q is not true or false", text)
		}
	case *string:
		*p = text
	}
	if err := d.check(next); err != nil {
		return err
	}
	*s = next
	return nil
}

// check reports a value that is out of range.
func (d Setting) check(s Settings) error {
	switch v := d.Value(s).(type) {
	case int:
		if v < d.Low || v > d.High {
			return d.wrong("%d is not from %d to %d", v, d.Low, d.High)
		}
	case string:
		if !slices.Contains(d.Choices, v) && !(d.Optional && v == "") {
			return d.wrong("%q: use one of %s", v, strings.Join(d.Choices, ", "))
		}
	}
	return nil
}

func (d Setting) wrong(format string, args ...any) error {
	return &SettingError{Setting: d, Reason: fmt.Sprintf(format, args...)}
}

// called reports whether a stored key means this setting. Earlier versions
// wrote the names of the fields.
func (d Setting) called(key string) bool {
	bare := func(s string) string { return strings.ReplaceAll(strings.ToLower(s), "_", "") }
	return bare(key) == bare(d.Key) || d.Old != "" && bare(key) == bare(d.Old)
}

// DefaultSettings returns the first preset for this machine.
func DefaultSettings() Settings { return presetSettings(0) }

// Preset returns the settings of a named preset (see Presets).
func Preset(name string) (Settings, error) {
	i := slices.IndexFunc(Presets(), func(p PresetInfo) bool { return p.Name == name })
	if i < 0 {
		return Settings{}, Described()[0].wrong("%q: use one of %s", name, strings.Join(presetNames(), ", "))
	}
	return presetSettings(i), nil
}

func presetNames() []string {
	var names []string
	for _, p := range Presets() {
		names = append(names, p.Name)
	}
	return names
}

func presetSettings(i int) (s Settings) {
	for _, d := range Described() {
		d.Set(&s, d.Values[min(i, len(d.Values)-1)])
	}
	return s
}

// WithPreset returns s with the values of a preset in the settings that presets
// decide.
func (s Settings) WithPreset(name string) (Settings, error) {
	p, err := Preset(name)
	if err != nil {
		return s, err
	}
	for _, d := range Described() {
		if d.ByPreset() {
			d.Set(&s, d.Value(p))
		}
	}
	return s, nil
}

// WithEnv returns s with the defaults that the environment gives, which
// deployments of other SAM 2 programs set. The error is a *SettingError that
// names the variable.
func (s Settings) WithEnv(getenv func(string) string) (Settings, error) {
	for _, d := range Described() {
		for _, v := range d.Env {
			text := strings.TrimSpace(getenv(v.Name))
			if text == "" {
				continue
			}
			given := s
			if err := d.Parse(&given, text); err != nil {
				if bad := (*SettingError)(nil); errors.As(err, &bad) {
					bad.Variable = v.Name
				}
				return Settings{}, err
			}
			switch v.Effect {
			case Sets:
				s = given
			case Limits:
				d.Set(&s, min(d.Value(s).(int), d.Value(given).(int)))
			case Clears:
				d.Set(&s, d.Value(s).(bool) && !d.Value(given).(bool))
			}
		}
	}
	return s, nil
}

// Validate reports the first setting that is out of its range as a
// *SettingError, and settings that exclude each other.
func (s Settings) Validate() error {
	for _, d := range Described() {
		if err := d.check(s); err != nil {
			return err
		}
	}
	if s.StrictParity && s.Stride > 1 {
		return &SettingError{Setting: Setting{Key: "stride"}, Reason: fmt.Sprintf("%d with strict parity: the reference tracks every frame", s.Stride)}
	}
	return nil
}

// MarshalJSON implements json.Marshaler: an object with the keys of Described.
func (s Settings) MarshalJSON() ([]byte, error) {
	values := map[string]any{}
	for _, d := range Described() {
		values[d.Key] = d.Value(s)
	}
	return json.Marshal(values)
}

// UnmarshalJSON implements json.Unmarshaler. It reads what earlier versions
// wrote, too. A setting that is missing stays as it is; in the zero value it
// gets its default.
func (s *Settings) UnmarshalJSON(data []byte) error {
	next := *s
	if next == (Settings{}) {
		next = DefaultSettings()
	}
	var stored map[string]json.RawMessage
	if err := json.Unmarshal(data, &stored); err != nil {
		return fmt.Errorf("read settings: %w", err)
	}
	for key, text := range stored {
		for _, d := range Described() {
			if !d.called(key) {
				continue
			}
			if err := json.Unmarshal(text, d.field(&next)); err != nil {
				return fmt.Errorf("read the setting %s: %w", key, err)
			}
		}
	}
	if next.Stride == 0 {
		next.Stride = 1 // earlier versions meant every frame by both
	}
	*s = next
	return nil
}
