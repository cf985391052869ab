package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/masklet/masklet/inference"
)

// newFlags returns a flag set whose errors come back as usage errors.
func newFlags(env Env, name string) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(io.Discard)
	fs.Usage = func() {
		fs.SetOutput(env.Stdout)
		fmt.Fprint(env.Stdout, synopsis(name))
		options := 0
		fs.VisitAll(func(*flag.Flag) { options++ })
		if options > 0 {
			fmt.Fprintln(env.Stdout, "Options:")
			fs.PrintDefaults()
		}
		fs.SetOutput(io.Discard)
	}
	return fs
}

// synopsis returns the lines of the usage texts that show a command.
func synopsis(name string) string {
	var b strings.Builder
	text, shown := Usage, false
	if strings.HasPrefix(name, "model ") {
		text = modelUsage
	}
	for _, line := range strings.SplitAfter(text, "\n") {
		words := strings.Fields(line)
		switch {
		case len(words) > 1 && words[0] == "masklet":
			shown = strings.HasPrefix(strings.Join(words[1:], " ")+" ", name+" ")
		case !strings.HasPrefix(line, "      "): // not a line that goes on
			shown = false
		}
		if shown {
			b.WriteString(line)
		}
	}
	return b.String()
}

// parse reads the flags and refuses arguments that are not flags, options
// without a value, and missing ones that are required.
func parse(fs *flag.FlagSet, args []string, required ...string) error {
	if err := parseSome(fs, args); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return usagef("unexpected argument %q", fs.Arg(0))
	}
	for _, name := range required {
		if fs.Lookup(name).Value.String() == "" {
			return usagef("-%s is required", name)
		}
	}
	// In a script, an empty value is a variable that was never set.
	empty := ""
	fs.Visit(func(f *flag.Flag) {
		if f.Value.String() == "" {
			empty = f.Name
		}
	})
	if empty != "" {
		return usagef("-%s is empty", empty)
	}
	return nil
}

// parseSome reads flags up to the next other argument. Only -h prints the list
// of options; a mistake gets one line.
func parseSome(fs *flag.FlagSet, args []string) error {
	usage := fs.Usage
	fs.Usage = func() {}
	var mistake error
	fs.VisitAll(func(f *flag.Flag) { f.Value = &onceValue{Value: f.Value, name: f.Name, mistake: &mistake} })
	err := fs.Parse(args)
	fs.VisitAll(func(f *flag.Flag) { f.Value = f.Value.(*onceValue).Value })
	fs.Usage = usage
	switch {
	case errors.Is(err, flag.ErrHelp):
		usage()
		return err
	case mistake != nil:
		return mistake
	case err != nil:
		text := strings.ReplaceAll(OneLine(err), "flag provided but not defined:", "unknown option")
		if name, ok := strings.CutPrefix(text, "flag needs an argument: "); ok {
			text = name + " needs a value"
		}
		return usagef("%s", text)
	}
	return nil
}

// onceValue is the value of an option that may be given once, and whose mistakes
// are told in plain words.
type onceValue struct {
	flag.Value
	name    string
	given   bool
	mistake *error
}

// Set implements flag.Value.
func (v *onceValue) Set(s string) error {
	if v.given {
		*v.mistake = usagef("-%s is given twice", v.name)
		return *v.mistake
	}
	v.given = true
	err := v.Value.Set(s)
	if bad := (*inference.SettingError)(nil); errors.As(err, &bad) {
		*v.mistake = badSetting(err)
	} else if err != nil {
		*v.mistake = usagef("-%s %q is not %s", v.name, s, v.kind())
	}
	return err
}

// kind says what the option takes.
func (v *onceValue) kind() string {
	if g, ok := v.Value.(flag.Getter); ok {
		switch g.Get().(type) {
		case int:
			return "a whole number"
		case bool:
			return "true or false"
		}
	}
	return "a value that it can have"
}

// IsBoolFlag lets an option without a value be a switch.
func (v *onceValue) IsBoolFlag() bool {
	b, ok := v.Value.(interface{ IsBoolFlag() bool })
	return ok && b.IsBoolFlag()
}
