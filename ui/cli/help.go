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
	fmt.Fprintf(w, "%s.\n\nUsage:\n", strings.ToUpper(cmd.Short[:1])+cmd.Short[1:])
	for _, line := range synopsis(cmd) {
		fmt.Fprint(w, wrap("  ", "      ", line))
	}
	if cmd.Long != "" {
		fmt.Fprintf(w, "\n%s\n", cmd.Long)
	}
	var own, engine []*pflag.Flag
	cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
		if _, setting := f.Value.(*settingFlag); setting {
			engine = append(engine, f)
		} else if f.Name != "help" {
			own = append(own, f)
		}
	})
	printOptions(w, "Options", own)
	printOptions(w, "Settings of the engine", engine)
	if cmd.HasSubCommands() {
		fmt.Fprintf(w, "\n%s COMMAND -h explains a command and its options.\n", cmd.CommandPath())
	}
}

// synopsis returns the ways to call a command and those under it.
func synopsis(cmd *cobra.Command) []string {
	var lines []string
	for _, use := range strings.Split(cmd.Use, "\n") {
		if cmd.Runnable() && (!cmd.HasParent() || !cmd.HasSubCommands()) {
			lines = append(lines, strings.TrimSpace(parentPath(cmd)+use))
		}
	}
	for _, c := range cmd.Commands() {
		if !c.Hidden {
			lines = append(lines, synopsis(c)...)
		}
	}
	return lines
}

func parentPath(cmd *cobra.Command) string {
	if !cmd.HasParent() {
		return ""
	}
	return cmd.Parent().CommandPath() + " "
}

func printOptions(w io.Writer, title string, flags []*pflag.Flag) {
	if len(flags) == 0 {
		return
	}
	fmt.Fprintf(w, "\n%s:\n", title)
	for _, f := range flags {
		value, usage := pflag.UnquoteUsage(f)
		switch kind := f.Value.Type(); {
		case kind == "int":
			value = " N"
		case kind == "bool":
			value = ""
		case value == kind:
			value = " NAME"
		default:
			value = " " + strings.ToUpper(value)
		}
		if d := f.DefValue; d != "" && d != "0" && d != "false" {
			usage += " (default " + d + ")"
		}
		fmt.Fprint(w, wrap(fmt.Sprintf("  -%-23s ", f.Name+value), strings.Repeat(" ", 27), usage))
	}
}

// wrap breaks a text into lines of helpWidth, the first of which begins with
// first and all others with next. What stands in brackets stays together.
func wrap(first, next, text string) string {
	var words []string
	for _, word := range strings.Fields(text) {
		if n := len(words); n > 0 && strings.Count(words[n-1], "[") > strings.Count(words[n-1], "]") {
			words[n-1] += " " + word
		} else {
			words = append(words, word)
		}
	}
	var b strings.Builder
	line, empty := first, true
	for _, word := range words {
		switch {
		case empty:
			line += word
		case len(line)+1+len(word) > helpWidth:
			b.WriteString(line + "\n")
			line = next + word
		default:
			line += " " + word
		}
		empty = false
	}
	b.WriteString(line + "\n")
	return b.String()
}
