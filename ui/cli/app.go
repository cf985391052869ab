package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"

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
	// Self is the command that runs this program again, for measurements that
	// need a process of their own.
	Self []string
	// Getenv reads the environment (defaults of settings).
	Getenv func(string) string
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

// command is one subcommand.
type command struct {
	name string
	run  func(ctx context.Context, env Env, args []string) error
}

func commands() []command {
	return []command{
		{"track", runTrack},
		{"export", runExport},
		{"import", runImport},
		{"eval", runEval},
		{"simulate", runSimulate},
		{"model", runModel},
		{"bench", runBench},
		{"info", runInfo},
	}
}

// Usage is the text of `masklet help`.
const Usage = `Usage:
  masklet [open] [FILE|FOLDER|PROJECT.masklet|-sample]    the window
  masklet track  -video V -prompts P.json -out DIR [-engine E] [-direction both|forward|backward]
                 [-start N] [-end N] [-preset accurate|balanced|fast|preview]
                 [-format png,davis,coco] [-project OUT.masklet] [-progress json]
  masklet track  -project P.masklet -resume [-out DIR]
  masklet export -project P.masklet -format F -out PATH
  masklet import -project P.masklet -format F -in PATH
  masklet eval   -pred DIR -gt DIR [-json] [-all]
  masklet simulate -video V -gt DIR [-mode offline|online] [-rounds 8] [-clicks 3] [-engine E] [-json]
  masklet model  list | get NAME | import FILE [-size 512|768|1024] | check DIR | remove NAME
  masklet bench  -video V [-engine E] [-frames N] [-vs OTHER] [-json]
  masklet info   [-project P.masklet] [-json]
  masklet -allow-library FILE ...    any of these with an ONNX Runtime library of your own
Each command lists its options with -h, or masklet help COMMAND.
`

// Handles reports whether the first argument names a command of this package
// (as opposed to opening the window).
func Handles(args []string) bool {
	if len(args) == 0 {
		return false
	}
	switch args[0] {
	case "help", "-h", "-help", "--help", "-version", "--version", "version":
		return true
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return true
		}
	}
	return false
}

// Run executes the command in args and returns the exit code. A cancelled ctx
// stops the command; what it finished is kept.
func Run(ctx context.Context, env Env, args []string) int {
	env.Stdout, env.Stderr = &lockedWriter{w: env.Stdout}, &lockedWriter{w: env.Stderr}
	if len(args) == 2 && args[0] == "help" {
		args = []string{args[1], "-h"}
	}
	switch args[0] {
	case "help", "-h", "-help", "--help":
		return exitCode(ctx, env, "help", printAlone(env, args, Usage))
	case "version", "-version", "--version":
		return exitCode(ctx, env, "version", printAlone(env, args, "masklet "+env.Version+"\n"))
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return exitCode(ctx, env, c.name, c.run(ctx, env, args[1:]))
		}
	}
	return exitCode(ctx, env, "", usagef("%q is no command; see masklet help", args[0]))
}

// printAlone prints what a command without options says.
func printAlone(env Env, args []string, text string) error {
	if len(args) > 1 {
		return usagef("unexpected argument %q", args[1])
	}
	_, err := fmt.Fprint(env.Stdout, text)
	return err
}

// lockedWriter lets progress be printed while a command prints something else.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

// exitCode prints the error of a command, if any, and returns its exit code.
func exitCode(ctx context.Context, env Env, name string, err error) int {
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
		return ExitDone
	case ctx.Err() != nil && errors.Is(err, context.Canceled):
		fmt.Fprintf(env.Stderr, "masklet %s: interrupted\n", name)
		return ExitInterrupted
	}
	fmt.Fprintf(env.Stderr, "masklet %s: %s\n", name, OneLine(err))
	return ExitCode(err)
}

// ExitCode returns the exit code for an error: ExitUsage for a UsageError.
func ExitCode(err error) int {
	var usage *UsageError
	if errors.As(err, &usage) {
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
