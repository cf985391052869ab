package dbfile

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"syscall"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// The reasons; package project documents them.
var (
	ErrNotProject = errors.New("not a Masklet project")
	ErrDamaged    = errors.New("damaged")
	ErrNewer      = errors.New("written by a newer Masklet")
	ErrExists     = errors.New("already exists")
	ErrClosed     = errors.New("the project is closed")
	ErrReadOnly   = errors.New("cannot be written (read-only)")
	ErrDiskFull   = errors.New("the disk is full")
	ErrRemoved    = errors.New("the project file was removed or replaced")
)

// Reason translates an error of SQLite or the system into one of the
// package's reasons, keeping its text.
func Reason(err error) error {
	for _, known := range []error{ErrDiskFull, ErrReadOnly, ErrRemoved, ErrDamaged, ErrClosed} {
		if errors.Is(err, known) {
			return err
		}
	}
	if reason := sentinelOf(err); reason != nil {
		return Because{Reason: reason, Cause: err}
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

// Broken reports whether SQLite may not be able to go on with the
// connection that gave err.
func Broken(err error) bool {
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

// Because reads as its reason, with the cause behind it for errors.Is.
type Because struct{ Reason, Cause error }

// Error implements error.
func (j Because) Error() string {
	if s, ok := j.Cause.(sqlite3.Error); ok && s.SystemErrno == 0 && (s.Code == sqlite3.ErrFull || s.Code == sqlite3.ErrReadonly) {
		return j.Reason.Error() // SQLite says the same in its own words
	}
	if cause := j.Cause.Error(); !strings.Contains(cause, j.Reason.Error()) {
		return j.Reason.Error() + " (" + cause + ")"
	}
	return j.Cause.Error()
}

// Unwrap returns the reason and its cause.
func (j Because) Unwrap() []error { return []error{j.Reason, j.Cause} }

// Base names a file for a message: people know their files by name.
func Base(path string) string { return filepath.Base(path) }
