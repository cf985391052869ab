package ort

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync"

	onnx "github.com/yalue/onnxruntime_go"
)

// Errors that callers can tell apart.
var (
	// ErrLibrary: the ONNX Runtime library is missing, damaged or too old.
	ErrLibrary = errors.New("ONNX Runtime is not available")
	// ErrGraph: a graph cannot be loaded, or not with what it was given.
	ErrGraph = errors.New("bad graph")
	// ErrProvider: the library has not got the asked-for execution provider.
	ErrProvider = errors.New("execution provider not available")
	// ErrClosed: the session was closed.
	ErrClosed = errors.New("session closed")
)

// MinVersion is the oldest ONNX Runtime that works: its C interface is the one
// that the binding was made for.
const MinVersion = "1.25"

// Runtime is the loaded ONNX Runtime library. There is one per process: the
// library keeps its state in process globals and cannot be loaded twice. It is
// safe for concurrent use.
type Runtime struct {
	path    string
	version string
	jobs    chan func()
}

// process holds the one runtime of this process.
var process struct {
	sync.Mutex
	rt *Runtime
}

// Load finds and loads the ONNX Runtime library, once per process; later calls
// return the same runtime. It takes the library that the variable
// ONNXRUNTIME_LIB names, or the one that came with the program (beside the
// binary, or in the user's data folder) if it is a known build. Errors wrap
// ErrLibrary and say what to do.
func Load() (*Runtime, error) {
	process.Lock()
	defer process.Unlock()
	if process.rt != nil {
		return process.rt, nil
	}
	path, err := find()
	if err != nil {
		return nil, err
	}
	if process.rt, err = loadLibrary(path); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrLibrary, err)
	}
	return process.rt, nil
}

// noTelemetry is read by the published Linux libraries when their environment
// is made: without it they start programs that name the machine and send usage
// data to their maker. Nothing of a labeler's work may leave the machine.
const noTelemetry = "ORT_DISABLE_TELEMETRY"

func loadLibrary(path string) (*Runtime, error) {
	if err := os.Setenv(noTelemetry, "1"); err != nil {
		return nil, fmt.Errorf("forbidding the telemetry of %s: %w", path, err)
	}
	onnx.SetSharedLibraryPath(path)
	if err := onnx.InitializeEnvironment(onnx.WithLogLevelFatal()); err != nil {
		return nil, fmt.Errorf("%s cannot be loaded; it is too old, damaged or for other machines (ONNX Runtime %s or newer is needed): %w", path, MinVersion, err)
	}
	version := onnx.GetVersion()
	if !atLeast(version, MinVersion) {
		if err := onnx.DestroyEnvironment(); err != nil {
			return nil, fmt.Errorf("%s is version %s and cannot be unloaded: %w", path, version, err)
		}
		return nil, fmt.Errorf("%s is version %s: ONNX Runtime %s or newer is needed", path, version, MinVersion)
	}
	if err := onnx.DisableTelemetry(); err != nil {
		return nil, fmt.Errorf("forbidding the telemetry of %s: %w", path, err)
	}
	rt := &Runtime{path: path, version: version, jobs: make(chan func())}
	go rt.own()
	return rt, nil
}

// own is the one goroutine that touches sessions. It lives as long as the
// process, like the library.
func (rt *Runtime) own() {
	for job := range rt.jobs {
		job()
	}
}

// do runs f on the owning goroutine and waits for it.
func (rt *Runtime) do(f func() error) error {
	done := make(chan error, 1)
	rt.jobs <- func() { done <- guard(f) }
	return <-done
}

// guard turns a panic inside the binding into an error.
func guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the ONNX Runtime binding panicked: %v", p)
		}
	}()
	return f()
}

// Version returns the library's version, for example "1.30.0".
func (rt *Runtime) Version() string { return rt.version }

// Path returns the file that the library was loaded from.
func (rt *Runtime) Path() string { return rt.path }

// atLeast compares the first two numbers of two dotted versions.
func atLeast(have, want string) bool {
	h, w := majorMinor(have), majorMinor(want)
	return h[0] > w[0] || h[0] == w[0] && h[1] >= w[1]
}

func majorMinor(v string) (out [2]int) {
	for i, part := range strings.SplitN(v, ".", 3) {
		if i < 2 {
			out[i], _ = strconv.Atoi(part) // what is not a number counts as 0: too old
		}
	}
	return out
}
