// Package ui opens the window of the program on a real screen. Everything that
// can be tested without one is in the packages below it.
package ui

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"github.com/masklet/masklet/assets"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/classic"
	"github.com/masklet/masklet/ui/backend"
	"github.com/masklet/masklet/ui/controller"
	"github.com/masklet/masklet/ui/engines"
	"github.com/masklet/masklet/ui/filedialog"
	"github.com/masklet/masklet/ui/session/opening"
	"github.com/masklet/masklet/ui/window"
)

// AppID names the program to the system; preferences are kept under it.
const AppID = "io.github.masklet.Masklet"

// Options say what the window shows at first.
type Options struct {
	Path    string // a video, frame folder or project; "" is the welcome screen
	Sample  bool   // open the bundled sample
	Version string
	Engines controller.Engines // nil: all that are installed
	// Log gets what is done, Diagnostics shows it; both may be nil.
	Log         *slog.Logger
	Diagnostics window.Diagnostics
}

// ErrNoDisplay: there is no screen to open a window on.
var ErrNoDisplay = errors.New("no display: set DISPLAY or WAYLAND_DISPLAY, or use the command line (masklet help)")

// Run opens the window and returns when it was closed, or ctx ended. What was
// done is saved in either case.
func Run(ctx context.Context, o Options) error {
	if err := checkDisplay(runtime.GOOS, os.Getenv); err != nil {
		return err
	}
	if o.Engines == nil {
		o.Engines = engines.New()
	}
	// Environment variables of existing deployments are honoured as defaults.
	settings, err := inference.DefaultSettings().WithEnv(os.Getenv)
	if err != nil {
		return err
	}
	engine, err := inference.ModelFromEnv(os.Getenv)
	if err != nil {
		return err
	}
	a := app.NewWithID(AppID)
	a.SetIcon(fyne.NewStaticResource("masklet.png", assets.Icon()))
	keeps := window.Prefs(a)
	libraryErr := backend.AllowLibrary(ctx, keeps)
	// A cache that cannot use the disk still works in memory.
	cache, cacheErr := engines.OpenCache()
	w := window.New(window.Config{
		App: a, Version: o.Version, Sample: samplePath, Models: backend.NewModels(o.Engines, keeps), Diagnostics: o.Diagnostics, FileDialog: askDesktop,
		Deps: controller.Deps{Open: opening.Open, Engines: o.Engines, Cache: cache, Log: o.Log, Settings: settings, Engine: engine, IsCut: classic.IsCut},
	})
	if cacheErr != nil {
		w.Controller().Say(controller.Warning, controller.PlainLine(cacheErr))
	}
	if libraryErr != nil {
		w.Controller().Say(controller.Warning, "Your own ONNX Runtime library is not used: "+controller.PlainLine(libraryErr)+". Choose it again in Models")
	}
	path := o.Path
	if o.Sample {
		if path, err = samplePath(); err != nil {
			return err
		}
	}
	if path != "" {
		w.Open(path)
	}
	go w.WatchSaving()
	stop := context.AfterFunc(ctx, func() { fyne.Do(func() { _ = w.Close() }) })
	defer stop()
	return show(a, w)
}

// show runs the window until it is closed. The toolkit panics with an error of
// the windowing library when the display that is named cannot be reached; that is
// said plainly instead.
func show(a fyne.App, w *window.Window) (err error) {
	started := false
	a.Lifecycle().SetOnStarted(func() { started = true })
	defer func() {
		if r := recover(); r != nil {
			_, bug := r.(runtime.Error)
			if _, is := r.(error); !is || bug || started {
				panic(r)
			}
			err = fmt.Errorf("the display cannot be reached: %w", ErrNoDisplay)
		}
	}()
	w.Window().ShowAndRun()
	return w.End()
}

// askDesktop asks for a file with the desktop's own dialog.
func askDesktop(r filedialog.Request, answer func(path string, err error)) {
	go func() {
		path, err := filedialog.Ask(r)
		fyne.Do(func() { answer(path, err) })
	}()
}

// samplePath unpacks the sample into the user's folder and returns its path.
func samplePath() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find a folder for the sample: %w", err)
	}
	files, err := assets.Sample(filepath.Join(dir, "masklet", "sample"))
	return files.Clip, err
}

// checkDisplay reports a missing screen in plain words; the toolkit would
// panic. Other systems than those with X11 or Wayland always have one.
func checkDisplay(goos string, env func(string) string) error {
	switch goos {
	case "linux", "freebsd", "netbsd", "openbsd":
		if env("DISPLAY") == "" && env("WAYLAND_DISPLAY") == "" {
			return ErrNoDisplay
		}
	}
	return nil
}
