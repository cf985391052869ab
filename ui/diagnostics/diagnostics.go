package diagnostics

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"github.com/adrg/xdg"
	"gopkg.in/natefinch/lumberjack.v2"
)

// EnvLevel names the environment variable with the level of the log: debug,
// info, warn or error.
const EnvLevel = "MASKLET_LOG"

// The log file and its predecessors take at most this much.
const (
	logMegabytes = 4
	logBackups   = 2
)

// Folder returns where logs and crash reports of this user lie.
func Folder() string { return filepath.Join(xdg.StateHome, "masklet") }

// Config says what is logged, and where.
type Config struct {
	Folder  string    // of the log and the crash reports
	Stderr  io.Writer // also gets the lines of its level, short
	Level   string    // as in EnvLevel; "": info in the file, warnings on Stderr
	Version string    // of Masklet
}

// Diagnostics are the log and the crash report of this process. Close ends them.
type Diagnostics struct {
	folder string
	log    *slog.Logger
	stderr *slog.LevelVar
	file   *lumberjack.Logger
	crash  *crashFile
}

// Start begins to log. It always returns Diagnostics that can be used: where
// the folder cannot be written, or the level is not one, the error says so and
// the rest works.
func Start(c Config) (*Diagnostics, error) {
	inFile, onStderr := slog.LevelInfo, slog.LevelWarn
	var err error
	if c.Level != "" {
		var level slog.Level
		if err = level.UnmarshalText([]byte(c.Level)); err != nil {
			err = fmt.Errorf("%s=%q is not debug, info, warn or error", EnvLevel, c.Level)
		} else {
			inFile, onStderr = level, level
		}
	}
	d := &Diagnostics{folder: c.Folder, stderr: &slog.LevelVar{}}
	d.stderr.Set(onStderr)
	handlers := []slog.Handler{slog.NewTextHandler(c.Stderr, &slog.HandlerOptions{Level: d.stderr, ReplaceAttr: withoutTime})}
	if mkErr := os.MkdirAll(c.Folder, 0o700); mkErr != nil {
		err = errors.Join(err, fmt.Errorf("logs are not kept: %w", mkErr))
	} else {
		d.file = &lumberjack.Logger{Filename: d.LogFile(), MaxSize: logMegabytes, MaxBackups: logBackups}
		w := io.Writer(d.file)
		var crashErr error
		if d.crash, crashErr = openCrashFile(c.Folder, c.Version); crashErr != nil {
			err = errors.Join(err, fmt.Errorf("a crash would leave no report: %w", crashErr))
		} else {
			w = io.MultiWriter(d.crash, w)
		}
		handlers = append(handlers, slog.NewTextHandler(w, &slog.HandlerOptions{Level: inFile}))
	}
	d.log = slog.New(slog.NewMultiHandler(handlers...)).With("pid", os.Getpid())
	return d, err
}

// withoutTime leaves out what a reader of the terminal does not need.
func withoutTime(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && (a.Key == slog.TimeKey || a.Key == "pid") {
		return slog.Attr{}
	}
	return a
}

// Log returns the logger to hand on.
func (d *Diagnostics) Log() *slog.Logger { return d.log }

// Verbose lets what is done be seen on standard error too.
func (d *Diagnostics) Verbose() { d.stderr.Set(min(d.stderr.Level(), slog.LevelInfo)) }

// LogFile returns the path of the log.
func (d *Diagnostics) LogFile() string { return filepath.Join(d.folder, "masklet.log") }

// Close ends the log of a process that ends well.
func (d *Diagnostics) Close() error {
	var err error
	if d.crash != nil {
		err = d.crash.discard()
	}
	if d.file != nil {
		err = errors.Join(err, d.file.Close())
	}
	return err
}
