package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/ui/engines"
)

// engineFlags are the options of every command that runs an engine: the engine
// and each of its settings.
type engineFlags struct {
	engine   string
	settings []*settingFlag
}

// settingFlag is a setting as an option.
type settingFlag struct {
	inference.Setting
	text  string
	given bool
}

// String implements pflag.Value.
func (f *settingFlag) String() string { return f.text }

// Type implements pflag.Value.
func (f *settingFlag) Type() string { return fmt.Sprintf("%T", f.Value(inference.Settings{})) }

// Set implements pflag.Value.
func (f *settingFlag) Set(text string) error {
	s := inference.DefaultSettings()
	f.text, f.given = text, true
	return f.Parse(&s, text)
}

func addEngineFlags(cmd *cobra.Command, env Env) *engineFlags {
	f := &engineFlags{}
	fs := cmd.Flags()
	fs.StringVar(&f.engine, "engine", "", "`engine`: builtin (the default), classic (no learned weights) or an installed model (see masklet model list)")
	offer(cmd, "engine", env.EngineNames)
	defaults := inference.DefaultSettings()
	for _, d := range inference.Described() {
		o := &settingFlag{Setting: d, text: fmt.Sprint(d.Value(defaults))}
		f.settings = append(f.settings, o)
		flag := fs.VarPF(o, d.Option(), "", usageOf(d))
		if o.Type() == "bool" {
			flag.NoOptDefVal = "true"
		}
		if d.Choices != nil {
			offer(cmd, d.Option(), func() []string { return d.Choices })
		}
	}
	return f
}

// usageOf explains a setting in the list of options.
func usageOf(d inference.Setting) string {
	text := d.Help
	if len(d.Engines) == 1 {
		text = string(d.Engines[0]) + ": " + text
	}
	switch d.Value(inference.Settings{}).(type) {
	case int:
		if d.High < 1<<30 {
			text += fmt.Sprintf("; %d to %d", d.Low, d.High)
		}
	case string:
		text += ": " + orList(d.Choices)
	}
	for _, v := range d.Env {
		text += " [" + v.Name + "]"
	}
	return text
}

// given returns the name of one of these options that was given, or "".
func (f *engineFlags) given() string {
	for _, s := range f.settings {
		if s.given {
			return s.Option()
		}
	}
	if f.engine != "" {
		return "engine"
	}
	return ""
}

// choose joins the preset, the environment and the options, the latter
// winning, and returns the engine's name with them.
func (f *engineFlags) choose(env Env) (engine string, s inference.Settings, err error) {
	s = inference.DefaultSettings()
	for i, given := range f.settings {
		switch {
		case i == 0: // the preset, which gives the others' defaults
			if s, err = inference.Preset(given.text); err == nil {
				s, err = s.WithEnv(env.Getenv)
			}
		case given.given:
			err = given.Parse(&s, given.text)
		}
		if err != nil {
			return "", s, badSetting(err)
		}
	}
	if err := s.Validate(); err != nil {
		return "", s, badSetting(err)
	}
	engine = f.engine
	if engine == "" {
		if engine, err = inference.ModelFromEnv(env.Getenv); err != nil {
			return "", s, badSetting(err)
		}
	}
	if engine == "" {
		engine = engines.Default
	}
	return engine, s, f.checkKind(engine, env.EngineKind(engine))
}

// checkKind refuses options that ask for what the engine has not got. A preset
// is none: each engine takes from it what it has.
func (f *engineFlags) checkKind(engine string, kind inference.Kind) error {
	defaults := inference.DefaultSettings()
	for _, o := range f.settings[1:] {
		if o.given && !o.Has(kind) && o.text != fmt.Sprint(o.Value(defaults)) {
			return usagef("-%s is a setting of %s engines, which %s is not; choose one with -engine", o.Option(), o.Engines[0], engine)
		}
	}
	return nil
}

// badSetting returns a mistake in the settings as a usage error, which needs no
// other words than what is wrong with which option or variable.
func badSetting(err error) error {
	if bad := (*inference.SettingError)(nil); errors.As(err, &bad) && bad.Variable == "" {
		return usagef("-%s %s", bad.Setting.Option(), bad.Reason)
	}
	return usagef("%s", err)
}
