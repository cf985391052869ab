package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/masklet/masklet/inference"
)

// The exit codes of the program.
const (
	ExitDone        = 0
	ExitFailed      = 1
	ExitUsage       = 2
	ExitInterrupted = 130
)

// Env is what the commands need from the outside.
type Env struct {
	Stdout, Stderr io.Writer
	// Pace is how long a command that is at work may stay silent; 0 means a
	// little less than a second.
	Pace    time.Duration
	Version string
	// OpenEngine starts an engine by name; it knows every installed one.
	OpenEngine func(ctx context.Context, name string, s inference.Settings) (inference.Engine, error)
	// EngineKind tells which settings an engine has, by its name.
	EngineKind func(name string) inference.Kind
	// EngineNames lists the engines that can be opened, the embedded one first.
	EngineNames func() []string
	// CacheFolder is where OpenCache keeps its files.
	CacheFolder string
	// OpenCache opens the feature cache of this user.
	OpenCache func() (*inference.FeatureCache, error)
	// CacheIn opens one with the same budgets in a folder.
	CacheIn func(folder string) (*inference.FeatureCache, error)
	// Self is the command that runs this program again, for measurements that
	// need a process of their own.
	Self []string
	// OpenWindow opens the window: on a video, folder or project, on the bundled
	// sample, or, with neither, on the welcome screen.
	OpenWindow func(ctx context.Context, path string, sample bool) error
	// Getenv reads the environment (defaults of settings).
	Getenv func(string) string
	// Log gets what the commands do; nil: nothing is kept. Verbose shows it on
	// Stderr from now on.
	Log     *slog.Logger
	Verbose func()
	// LogFile is where Log ends, Crashes the reports of earlier crashes, the
	// latest first.
	LogFile string
	Crashes func() []string
}

// openEngine opens an engine and tells the user what there is to tell about it.
func (env Env) openEngine(ctx context.Context, name string, s inference.Settings) (inference.Engine, error) {
	engine, err := env.OpenEngine(ctx, name, s)
	if err != nil {
		return nil, err
	}
	if n, ok := engine.(inference.Noticer); ok && n.Notice() != "" {
		fmt.Fprintf(env.Stderr, "masklet: %s\n", n.Notice())
	}
	return engine, nil
}

// UsageError is a mistake in the command line; its exit code is ExitUsage.
type UsageError struct{ Message string }

func (e *UsageError) Error() string { return e.Message }

func usagef(format string, args ...any) error {
	return &UsageError{fmt.Sprintf(format, args...)}
}

func init() {
	// The program may be started by a double click, and its commands have an order.
	cobra.MousetrapHelpText, cobra.EnableCommandSorting = "", false
}

// newRoot returns the program's command with all others under it.
func newRoot(env Env) *cobra.Command {
	root := openCommand(env)
	root.Use = "masklet [FILE|FOLDER|PROJECT.masklet|-sample]"
	root.Short = "label objects in video: click one, track it, correct, export"
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return flagMistake(err) })
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { printHelp(env.Stdout, cmd) })
	version, open := versionCommand(env), root.RunE
	asked := root.Flags().Bool("version", false, "print the version")
	root.RunE = func(cmd *cobra.Command, args []string) error {
		if *asked {
			return version.RunE(cmd, args)
		}
		return open(cmd, args)
	}
	root.PersistentFlags().Var(libraryFlag{}, "allow-library", "ONNX Runtime library `file` that did not come with the program")
	verbose := root.PersistentFlags().BoolP("verbose", "v", false, "tell on standard error what is done")
	root.PersistentPreRun = func(*cobra.Command, []string) {
		if *verbose && env.Verbose != nil {
			env.Verbose()
		}
	}
	root.SetHelpCommand(helpCommand(env))
	root.AddCommand(openCommand(env), trackCommand(env), exportCommand(env), importCommand(env), convertCommand(env), formatsCommand(env), evalCommand(env),
		simulateCommand(env), modelCommand(env), benchCommand(env), infoCommand(env), completionCommand(env), version)
	return root
}

// Run executes the command in args, which without one opens the window, and
// returns the exit code. A cancelled ctx stops the command; what it finished is
// kept.
func Run(ctx context.Context, env Env, args []string) int {
	env.Stdout, env.Stderr = &lockedWriter{w: env.Stdout}, &lockedWriter{w: env.Stderr}
	if env.Log == nil {
		env.Log = slog.New(slog.DiscardHandler)
	}
	root := newRoot(env)
	if len(args) > 1 && args[0] == cobra.ShellCompRequestCmd {
		return complete(ctx, env, root, args)
	}
	cmd, args, err := readOptions(root, args)
	if err == nil {
		root.SetArgs(args)
		cmd, err = root.ExecuteContextC(ctx)
	}
	return exitCode(ctx, env, cmd.CommandPath(), err)
}

func versionCommand(env Env) *cobra.Command {
	cmd := newCommand("version", "print the version")
	cmd.RunE = func(*cobra.Command, []string) error {
		_, err := fmt.Fprintf(env.Stdout, "masklet %s\n", env.Version)
		return err
	}
	return cmd
}

// lockedWriter lets progress be printed while a command prints something else,
// and keeps what it prints from steering the terminal.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, err := l.w.Write(printable(p)); err != nil {
		return 0, err
	}
	return len(p), nil
}

// exitCode prints the error of a command, if any, and returns its exit code.
func exitCode(ctx context.Context, env Env, command string, err error) int {
	if err == nil {
		return ExitDone
	}
	env.Log.Info("not done", "command", command, "error", err)
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		fmt.Fprintf(env.Stderr, "%s: interrupted\n", command)
		return ExitInterrupted
	}
	fmt.Fprintf(env.Stderr, "%s: %s\n", command, OneLine(err))
	if usage := (*UsageError)(nil); errors.As(err, &usage) {
		return ExitUsage
	}
	return ExitFailed
}

// OneLine returns the error's text without line breaks. Of joined errors each is
// told once: one that another contains adds nothing.
func OneLine(err error) string {
	var parts []string
	for _, line := range strings.Split(err.Error(), "\n") {
		line = strings.Join(strings.Fields(line), " ")
		if line == "" || slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(p, line) }) {
			continue
		}
		parts = slices.DeleteFunc(parts, func(p string) bool { return strings.Contains(line, p) })
		parts = append(parts, line)
	}
	return strings.Join(parts, "; ")
}
