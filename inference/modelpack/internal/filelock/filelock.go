// Package filelock holds locks on files that end with the process, so that a
// killed program leaves none behind.
package filelock

import (
	"errors"
	"fmt"
	"os"
)

// ErrHeld: another process, or another part of this one, holds the lock.
var ErrHeld = errors.New("in use by another Masklet")

// Lock is a held lock.
type Lock struct {
	f    *os.File
	path string
}

// Try takes the lock of a file, which is made if need be. It returns ErrHeld at
// once if another has it.
func Try(path string) (*Lock, error) { return take(path, false) }

// Wait takes the lock of a file, which is made if need be, when it is free.
func Wait(path string) (*Lock, error) { return take(path, true) }

func take(path string, wait bool) (*Lock, error) {
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			return nil, err
		}
		if err := lock(f, wait); err != nil {
			f.Close()
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		// Remove may have taken the file away between opening and locking it;
		// a lock on a file that no one else can find protects nothing.
		if current(f, path) {
			return &Lock{f, path}, nil
		}
		f.Close()
	}
}

func current(f *os.File, path string) bool {
	a, err1 := f.Stat()
	b, err2 := os.Stat(path)
	return err1 == nil && err2 == nil && os.SameFile(a, b)
}

// Release gives the lock back and leaves the file.
func (l *Lock) Release() { l.f.Close() }

// Remove gives the lock back and removes the file.
func (l *Lock) Remove() {
	if removeOpen {
		os.Remove(l.path)
		l.f.Close()
		return
	}
	l.f.Close()
	os.Remove(l.path)
}
