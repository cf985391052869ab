// Package filelock holds locks on files that end with the process, so that a
// killed program leaves none behind, and that may be removed while others wait
// for them.
package filelock

import (
	"errors"
	"fmt"
	"os"
	"runtime"

	"github.com/gofrs/flock"
)

// ErrHeld: another process, or another part of this one, holds the lock.
var ErrHeld = errors.New("in use by another Masklet")

// Lock is a held lock.
type Lock struct{ f *flock.Flock }

// Try takes the lock of a file, which is made if need be. It returns ErrHeld at
// once if another has it.
func Try(path string) (*Lock, error) {
	return take(path, func(f *flock.Flock) error {
		ok, err := f.TryLock()
		if err == nil && !ok {
			err = ErrHeld
		}
		return err
	})
}

// Wait takes the lock of a file, which is made if need be, when it is free.
func Wait(path string) (*Lock, error) { return take(path, (*flock.Flock).Lock) }

func take(path string, lock func(*flock.Flock) error) (*Lock, error) {
	for {
		f := flock.New(path)
		if err := lock(f); err != nil {
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		// Remove may have taken the file away between opening and locking it;
		// a lock on a file that no one else can find protects nothing.
		mine, err1 := f.Stat()
		now, err2 := os.Stat(path)
		if err1 == nil && err2 == nil && os.SameFile(mine, now) {
			return &Lock{f}, nil
		}
		_ = f.Unlock()
	}
}

// Release gives the lock back and leaves the file.
func (l *Lock) Release() { _ = l.f.Unlock() }

// Remove gives the lock back and removes the file. Windows refuses to remove a
// file that is open, also for others, so a lock that another has just taken
// keeps its file there; elsewhere it goes first, and leaves no moment in which
// another could lock a file that is about to go.
func (l *Lock) Remove() {
	if runtime.GOOS == "windows" {
		_ = l.f.Unlock()
	}
	os.Remove(l.f.Path())
	_ = l.f.Unlock()
}
