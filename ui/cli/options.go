package cli

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/ort"
)

// newCommand returns a command without arguments beside its options. Each line
// of use is one way to call it; required are the options that it cannot do
// without.
func newCommand(use, short string, required ...string) *cobra.Command {
	cmd := &cobra.Command{
		Use: use, Short: short,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usagef("unexpected argument %q", args[0])
			}
			return nil
		},
		PreRunE: func(cmd *cobra.Command, _ []string) error {
			for _, name := range required {
				if !cmd.Flags().Changed(name) {
					return usagef("-%s is required", name)
				}
			}
			return nil
		},
	}
	cmd.Flags().SortFlags = false
	return cmd
}

// takeOne lets a command take one argument beside its options; what says what
// it is.
func takeOne(cmd *cobra.Command, what string) *cobra.Command {
	cmd.Args = func(_ *cobra.Command, args []string) error {
		switch {
		case len(args) == 0 || args[0] == "":
			return usagef("%s is missing", what)
		case len(args) > 1:
			return usagef("unexpected argument %q", args[1])
		}
		return nil
	}
	return cmd
}

// choice is an option with a fixed list of values.
type choice struct {
	value   *string
	choices []string
}

// addChoice adds such an option; the first value is its default.
func addChoice(cmd *cobra.Command, name, usage string, choices ...string) *string {
	c := &choice{new(string), choices}
	*c.value = choices[0]
	cmd.Flags().Var(c, name, usage+": "+orList(choices))
	offer(cmd, name, func() []string { return choices })
	return c.value
}

// String implements pflag.Value.
func (c *choice) String() string { return *c.value }

// Type implements pflag.Value.
func (*choice) Type() string { return "string" }

// Set implements pflag.Value.
func (c *choice) Set(text string) error {
	if !slices.Contains(c.choices, text) {
		return fmt.Errorf("use %s", orList(c.choices))
	}
	*c.value = text
	return nil
}

// offer lets the shell complete the values of an option.
func offer(cmd *cobra.Command, name string, values func() []string) {
	err := cmd.RegisterFlagCompletionFunc(name, func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return values(), cobra.ShellCompDirectiveNoFileComp
	})
	if err != nil { // the command has not got the option
		panic(err)
	}
}

func orList(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " or " + words[last]
}

// readOptions returns args as the library reads them, which knows long options
// with two dashes only: -video as --video. It refuses options that are given
// twice, or empty: in a script, that is a variable that was never set. cmd is
// the command that args name.
func readOptions(root *cobra.Command, args []string) (cmd *cobra.Command, out []string, err error) {
	cmd = root
	given := map[string]bool{}
	for i := 0; i < len(args); i++ {
		arg := args[i]
		if arg == "--" {
			return cmd, append(out, args[i:]...), nil
		}
		if len(arg) < 2 || arg[0] != '-' {
			cmd = under(cmd, arg)
			out = append(out, arg)
			continue
		}
		name, value, hasValue := strings.Cut(strings.TrimLeft(arg, "-"), "=")
		if arg[1] != '-' && len(name) > 1 {
			arg = "-" + arg
		}
		out = append(out, arg)
		f := cmd.Flag(name)
		if f == nil {
			continue // the library says so
		}
		if !hasValue && f.NoOptDefVal == "" && i+1 < len(args) {
			i++
			value, hasValue = args[i], true
			out = append(out, value)
		}
		switch {
		case given[name]:
			return cmd, nil, usagef("-%s is given twice", name)
		case hasValue && value == "":
			return cmd, nil, usagef("-%s is empty", name)
		}
		given[name] = true
	}
	return cmd, out, nil
}

// under returns the subcommand of that name, or cmd itself.
func under(cmd *cobra.Command, name string) *cobra.Command {
	for _, c := range cmd.Commands() {
		if c.Name() == name {
			return c
		}
	}
	return cmd
}

// flagMistake says in plain words what is wrong with an option.
func flagMistake(err error) error {
	var unknown *pflag.NotExistError
	var bare *pflag.ValueRequiredError
	var bad *pflag.InvalidValueError
	var setting *inference.SettingError
	switch {
	case errors.As(err, &setting):
		return badSetting(err)
	case errors.As(err, &unknown):
		return usagef("unknown option -%s", unknown.GetSpecifiedName())
	case errors.As(err, &bare):
		return usagef("-%s needs a value", bare.GetSpecifiedName())
	case errors.As(err, &bad):
		why := map[string]string{"int": " is not a whole number", "bool": " is not true or false"}[bad.GetFlag().Value.Type()]
		if why == "" {
			why = ": " + errors.Unwrap(bad).Error()
		}
		return usagef("-%s %q%s", bad.GetFlag().Name, bad.GetValue(), why)
	}
	return usagef("%s", OneLine(err))
}

// libraryFlag is the option that names an ONNX Runtime library which did not
// come with the program: the variable by another way.
type libraryFlag struct{}

// String implements pflag.Value.
func (libraryFlag) String() string { return "" }

// Type implements pflag.Value.
func (libraryFlag) Type() string { return "string" }

// Set implements pflag.Value.
func (libraryFlag) Set(text string) error {
	path, err := filepath.Abs(text)
	if err != nil {
		return err
	}
	return os.Setenv(ort.LibraryEnv, path)
}
