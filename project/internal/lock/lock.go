// Package lock keeps a file from being worked on by two programs at once. A
// project in use is locked through FILE-lock, which holds the name of the
// process for the message to others. The operating system lets go of the lock
// when the process ends, however it ends. Programs that only read share it.
package lock

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// ErrLocked is wrapped where another program holds the lock.
var ErrLocked = errors.New("open in another Masklet")

// patience is how long to wait for a Masklet that is just closing, or one that
// only reads for a moment. Who only reads has no need to wait.
const patience = 1500 * time.Millisecond

// textAt is where the holder's name begins in the file: Windows keeps others
// from reading the first byte, which is the one that is locked.
const textAt = 1

// Lock is a lock that is held.
type Lock struct{ f *flock.Flock }

// Take locks the file at path. The error wraps ErrLocked if another program
// holds the lock.
func Take(path string, shared bool) (*Lock, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		f := flock.New(path+"-lock", flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o644))
		var ok bool
		var err error
		if shared {
			ok, err = f.TryRLock()
		} else {
			ok, err = f.TryLockContext(ctx, 50*time.Millisecond)
		}
		switch {
		case err != nil && !errors.Is(err, context.DeadlineExceeded):
			return nil, err
		case !ok:
			return nil, fmt.Errorf("project %s is %w%s: close it there first", filepath.Base(path), ErrLocked, holder(f.Path()))
		case named(f):
			l := &Lock{f}
			if !shared {
				l.sign()
			}
			return l, nil
		}
		f.Unlock()
	}
}

// named reports whether the file that was locked is still the one of that
// name: its last holder removes it.
func named(f *flock.Flock) bool {
	mine, err := f.Stat()
	if err != nil {
		return false
	}
	now, err := os.Stat(f.Path())
	return err == nil && os.SameFile(mine, now)
}

// sign writes who holds the lock. It is only for the message, so that a full
// disk is no reason to refuse.
func (l *Lock) sign() {
	host, _ := os.Hostname()
	_ = os.WriteFile(l.f.Path(), fmt.Appendf(nil, "\nprocess %d on %s", os.Getpid(), host), 0o644)
}

func holder(name string) string {
	f, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	text, err := io.ReadAll(io.NewSectionReader(f, textAt, 200))
	if err != nil || !strings.HasPrefix(string(text), "process ") {
		return ""
	}
	return " (" + strings.ToValidUTF8(string(text), "?") + ")"
}

// Release lets go of the lock and removes the file if nobody else shares it.
// Windows removes no file that is open, which is what is wanted.
func (l *Lock) Release() {
	if alone, _ := l.f.TryLock(); alone {
		os.Remove(l.f.Path())
	}
	l.f.Unlock()
	if windows {
		os.Remove(l.f.Path())
	}
}
