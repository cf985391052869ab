package project

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// State says whether the work is safe.
type State string

// The states.
const (
	Saved   State = "saved"   // everything is committed
	Saving  State = "saving"  // something waits for the writer, which is at it
	Failing State = "failing" // the last attempt failed; work is kept in memory
)

// Status is what a window shows about saving.
type Status struct {
	State     State
	Err       error // while failing: wraps ErrDiskFull, ErrReadOnly, ErrRemoved, ... where that is the reason
	Committed int64 // changes committed since the project was made
	Unsaved   int   // changes that wait in memory
	// UnsavedBytes is roughly what the waiting changes take in memory. Nothing
	// is ever dropped: when it grows beyond what the machine can hold, it is
	// for the caller to pause a propagation.
	UnsavedBytes int64
}

// Reason returns the plain line for a banner, "" unless saving fails.
func (s Status) Reason() string {
	if s.State != Failing || s.Err == nil {
		return ""
	}
	return s.Err.Error()
}

// reasonOf translates an error of SQLite or the system into one of the
// package's reasons, keeping its text.
func reasonOf(err error) error {
	for _, known := range []error{ErrDiskFull, ErrReadOnly, ErrRemoved, ErrDamaged, ErrClosed} {
		if errors.Is(err, known) {
			return err
		}
	}
	if reason := sentinelOf(err); reason != nil {
		return joined{reason, err}
	}
	return err
}

func sentinelOf(err error) error {
	var s sqlite3.Error
	if errors.As(err, &s) {
		switch {
		case s.Code == sqlite3.ErrFull || s.SystemErrno == syscall.ENOSPC:
			return ErrDiskFull
		case s.Code == sqlite3.ErrReadonly || s.Code == sqlite3.ErrPerm || s.SystemErrno == syscall.EROFS ||
			s.SystemErrno == syscall.EACCES || s.SystemErrno == syscall.EPERM:
			return ErrReadOnly
		case s.Code == sqlite3.ErrCorrupt || s.Code == sqlite3.ErrNotADB:
			return ErrDamaged
		}
		return nil
	}
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return ErrDiskFull
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return ErrReadOnly
	}
	return nil
}

// brokenConnection reports whether SQLite may not be able to go on with the
// connection that gave err.
func brokenConnection(err error) bool {
	var s sqlite3.Error
	if !errors.As(err, &s) {
		return false
	}
	switch s.Code {
	case sqlite3.ErrIoErr, sqlite3.ErrCantOpen, sqlite3.ErrReadonly, sqlite3.ErrCorrupt, sqlite3.ErrNotADB, sqlite3.ErrMisuse:
		return true
	}
	return false
}

// joined reads as its reason, with the cause behind it for errors.Is.
type joined struct{ reason, cause error }

func (j joined) Error() string {
	if s, ok := j.cause.(sqlite3.Error); ok && s.SystemErrno == 0 && (s.Code == sqlite3.ErrFull || s.Code == sqlite3.ErrReadonly) {
		return j.reason.Error() // SQLite says the same in its own words
	}
	if cause := j.cause.Error(); !strings.Contains(cause, j.reason.Error()) {
		return j.reason.Error() + " (" + cause + ")"
	}
	return j.cause.Error()
}

func (j joined) Unwrap() []error { return []error{j.reason, j.cause} }

// base names a file for a message: people know their files by name.
func base(path string) string { return filepath.Base(path) }
