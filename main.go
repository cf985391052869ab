// Command masklet is a desktop program for people who label video: click an
// object, get its mask, let the mask follow the object through the clip, repair
// the few bad frames, and export. Everything runs on the user's own machine.
package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"

	"github.com/masklet/masklet/inference/ort"
	"github.com/masklet/masklet/ui"
	"github.com/masklet/masklet/ui/cli"
	"github.com/masklet/masklet/ui/diagnostics"
	"github.com/masklet/masklet/ui/engines"
)

// version is set by the linker (LDFLAGS in the Makefile), from the tag.
var version = "devel"

func main() {
	if os.Getenv("GOGC") == "" {
		// Nearly all memory is decoded frames, which cost nothing to collect:
		// collecting twice as often saves hundreds of MB on large videos.
		debug.SetGCPercent(50)
	}
	log, end := startLog(os.Args[1:])
	ctx, stop := cli.Interruptible()
	code := run(ctx, os.Args[1:])
	stop()
	log.Info("end", "code", code)
	end()
	os.Exit(code)
}

// startLog begins the log of this process, which ends with end. Without a log
// Masklet works as well.
func startLog(args []string) (log *slog.Logger, end func()) {
	d, err := diagnostics.Start(diagnostics.Config{
		Folder: diagnostics.Folder(), Stderr: os.Stderr, Level: os.Getenv(diagnostics.EnvLevel), Version: version,
	})
	log = d.Log()
	slog.SetLogLoggerLevel(slog.LevelWarn) // of what libraries print
	slog.SetDefault(log)
	if err != nil {
		log.Warn(cli.OneLine(err))
	}
	log.Info("start", "version", version, "args", args)
	return log, func() { _ = d.Close() }
}

// run hands the arguments to the command line or opens the window, and returns
// the exit code.
func run(ctx context.Context, args []string) int {
	args, err := allowLibrary(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "masklet:", cli.OneLine(err))
		return cli.ExitCode(err)
	}
	registry := engines.New()
	if cli.Handles(args) {
		folder, _ := engines.CacheFolder()
		self, err := os.Executable()
		if err != nil {
			self = os.Args[0]
		}
		return cli.Run(ctx, cli.Env{
			Stdout: os.Stdout, Stderr: os.Stderr, Version: version, Getenv: os.Getenv,
			OpenEngine: registry.Open, EngineKind: registry.Kind, EngineNames: registry.Names,
			OpenCache: engines.OpenCache, CacheFolder: folder, Self: []string{self},
		}, args)
	}
	options, err := windowOptions(args)
	if err == nil {
		options.Version, options.Engines = version, registry
		err = ui.Run(ctx, options)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "masklet:", cli.OneLine(err))
		return cli.ExitCode(err)
	}
	return cli.ExitDone
}

// allowLibrary takes the option off that names an ONNX Runtime library which did
// not come with the program; it is the variable by another way.
func allowLibrary(args []string) ([]string, error) {
	if len(args) == 0 || args[0] != "-allow-library" {
		return args, nil
	}
	if len(args) == 1 {
		return nil, &cli.UsageError{Message: "-allow-library needs the path of an ONNX Runtime library"}
	}
	path, err := filepath.Abs(args[1])
	if err != nil {
		return nil, fmt.Errorf("-allow-library: %w", err)
	}
	return args[2:], os.Setenv(ort.LibraryEnv, path)
}

// windowOptions reads what the window shall open: a file, folder or project,
// the bundled sample, or nothing (the welcome screen).
func windowOptions(args []string) (ui.Options, error) {
	if len(args) > 0 && args[0] == "open" {
		args = args[1:]
	}
	switch {
	case len(args) == 0:
		return ui.Options{}, nil
	case len(args) > 1:
		return ui.Options{}, &cli.UsageError{Message: fmt.Sprintf("unexpected argument %q; see masklet help", args[1])}
	case args[0] == "-sample":
		return ui.Options{Sample: true}, nil
	case len(args[0]) > 1 && args[0][0] == '-':
		return ui.Options{}, &cli.UsageError{Message: fmt.Sprintf("unknown option %q; see masklet help", args[0])}
	}
	if _, err := os.Stat(args[0]); err != nil {
		if filepath.Base(args[0]) == args[0] && filepath.Ext(args[0]) == "" {
			return ui.Options{}, &cli.UsageError{Message: fmt.Sprintf("%q is neither a command nor a file; see masklet help", args[0])}
		}
		return ui.Options{}, fmt.Errorf("open: %w", err)
	}
	return ui.Options{Path: args[0]}, nil
}
