package cli

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// helpWidth is how many columns the help fills.
const helpWidth = 100

func helpCommand(env Env) *cobra.Command {
	cmd := &cobra.Command{Use: "help [COMMAND]", Short: "explain a command"}
	cmd.RunE = func(_ *cobra.Command, args []string) error {
		about, rest, _ := cmd.Root().Find(args)
		if len(rest) > 0 {
			return usagef("%q is no command", rest[0])
		}
		printHelp(env.Stdout, about)
		return nil
	}
	return cmd
}

// printHelp explains a command: what it does, how it and those under it are
// called, and its options.
func printHelp(w io.Writer, cmd *cobra.Command) {
	fmt.Fprintf(w, "%s.\n\nUsage:\n  %s\n", strings.ToUpper(cmd.Short[:1])+cmd.Short[1:], strings.Join(synopsis(cmd), "\n  "))
	if cmd.Long != "" {
		fmt.Fprintf(w, "\n%s\n", cmd.Long)
	}
	own, engine := pflag.NewFlagSet("", pflag.ContinueOnError), pflag.NewFlagSet("", pflag.ContinueOnError)
	own.SortFlags, engine.SortFlags = false, false
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if _, setting := f.Value.(*settingFlag); setting {
			engine.AddFlag(f)
		} else if f.Name != "help" {
			own.AddFlag(f)
		}
	})
	printOptions(w, "Options", own)
	printOptions(w, "Settings of the engine", engine)
	if cmd.HasSubCommands() {
		fmt.Fprintf(w, "\n%s COMMAND -h explains a command and its options.\n", cmd.CommandPath())
	}
}

// synopsis returns the ways to call a command and those under it. What is too
// long for a line goes on in the next, which begins with a space.
func synopsis(cmd *cobra.Command) []string {
	var lines []string
	if cmd.Runnable() && (!cmd.HasParent() || !cmd.HasSubCommands()) {
		for _, use := range strings.Split(cmd.Use, "\n") {
			if cmd.HasParent() && !strings.HasPrefix(use, " ") {
				use = cmd.Parent().CommandPath() + " " + use
			}
			lines = append(lines, use)
		}
	}
	for _, c := range cmd.Commands() {
		if !c.Hidden {
			lines = append(lines, synopsis(c)...)
		}
	}
	return lines
}

// printOptions lists options with one dash, as they are documented.
func printOptions(w io.Writer, title string, options *pflag.FlagSet) {
	if text := options.FlagUsagesWrapped(helpWidth); text != "" {
		fmt.Fprintf(w, "\n%s:\n%s", title, strings.ReplaceAll(text, "      --", "       -"))
	}
}
