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

// run hands the arguments to the command line, which opens the window where no
// command is named, and returns the exit code.
func run(ctx context.Context, args []string) int {
	registry := engines.New()
	folder, _ := engines.CacheFolder()
	self, err := os.Executable()
	if err != nil {
		self = os.Args[0]
	}
	return cli.Run(ctx, cli.Env{
		Stdout: os.Stdout, Stderr: os.Stderr, Version: version, Getenv: os.Getenv,
		OpenEngine: registry.Open, EngineKind: registry.Kind, EngineNames: registry.Names,
		OpenCache: engines.OpenCache, CacheFolder: folder, Self: []string{self},
		OpenWindow: func(ctx context.Context, path string, sample bool) error {
			return ui.Run(ctx, ui.Options{Path: path, Sample: sample, Version: version, Engines: registry})
		},
	}, args)
}
