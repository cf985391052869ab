// Command masklet is a desktop program for people who label video: click an
// object, get its mask, let the mask follow the object through the clip, repair
// the few bad frames, and export. Everything runs on the user's own machine.
package main

import (
	"context"
	"log/slog"
	"os"
	"runtime/debug"

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
	d := startLog()
	d.Log().Info("start", "version", version, "args", os.Args[1:])
	ctx, stop := cli.Interruptible()
	code := run(ctx, d, os.Args[1:])
	stop()
	d.Log().Info("end", "code", code)
	_ = d.Close() // what it could not write is lost, and only that
	os.Exit(code)
}

// startLog begins the log of this process. Without a log Masklet works as well.
func startLog() *diagnostics.Diagnostics {
	d, err := diagnostics.Start(diagnostics.Config{
		Folder: diagnostics.Folder(), Stderr: os.Stderr, Level: os.Getenv(diagnostics.EnvLevel), Version: version,
	})
	slog.SetLogLoggerLevel(slog.LevelWarn) // of what libraries print
	slog.SetDefault(d.Log())
	if err != nil {
		d.Log().Warn(cli.OneLine(err))
	}
	return d
}

// run hands the arguments to the command line, which opens the window where no
// command is named, and returns the exit code.
func run(ctx context.Context, d *diagnostics.Diagnostics, args []string) int {
	registry := engines.New()
	folder, _ := engines.CacheFolder()
	self, err := os.Executable()
	if err != nil {
		self = os.Args[0]
	}
	env := cli.Env{
		Stdout: os.Stdout, Stderr: os.Stderr, Version: version, Getenv: os.Getenv,
		OpenEngine: registry.Open, EngineKind: registry.Kind, EngineNames: registry.Names,
		OpenCache: engines.OpenCache, CacheIn: engines.CacheIn, CacheFolder: folder, Self: []string{self},
		Log: d.Log(), Verbose: d.Verbose, LogFile: d.LogFile(), Crashes: d.Crashes,
	}
	env.OpenWindow = func(ctx context.Context, path string, sample bool) error {
		return ui.Run(ctx, ui.Options{
			Path: path, Sample: sample, Version: version, Engines: registry, Log: d.Log(), Diagnostics: diagnosed{d, env},
		})
	}
	return cli.Run(ctx, env, args)
}

// diagnosed is the log with what `masklet info` tells.
type diagnosed struct {
	*diagnostics.Diagnostics
	env cli.Env
}

// Report implements window.Diagnostics.
func (d diagnosed) Report(ctx context.Context) string {
	return d.Diagnostics.Report(cli.About(ctx, d.env))
}
