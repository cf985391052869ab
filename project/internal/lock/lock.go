// Package lock keeps a file from being worked on by two programs at once. A
// project in use is locked through FILE-lock, which holds the name of the
// process for the message to others, and which file it works on (Record). The
// operating system lets go of the lock when the process ends, however it ends.
// Programs that only read share it.
package lock

import (
	"bytes"
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

// Lock is a lock that is held.
type Lock struct {
	f       *flock.Flock
	left    *Record // nil: none
	pointer string  // the file that says under which name the file is in use, or ""
}

// Take locks the file at path. The error wraps ErrLocked if another program
// holds the lock.
func Take(path string, shared bool) (*Lock, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		f := flock.New(path+"-lock", flock.SetFlag(os.O_CREATE|os.O_RDWR), flock.SetPermissions(0o600))
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
			return taken(f, path, shared), nil
		}
		_ = f.Close()
	}
}

func taken(f *flock.Flock, path string, shared bool) *Lock {
	l := &Lock{f: f}
	if r, err := parseRecord(f.Path()); err == nil {
		l.left = &r
	}
	if !shared {
		_ = l.sign()
		l.point(path)
	}
	return l
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

// sign writes who holds the lock, and the record. It is for messages and after
// a kill, so that a full disk is no reason to refuse. The first byte stays as
// it is: Windows keeps others from reading what is locked.
func (l *Lock) sign() error {
	host, _ := os.Hostname()
	text := fmt.Appendf(nil, "\nprocess %d on %.200s", os.Getpid(), host)
	if r := l.left; r != nil {
		text = fmt.Appendf(text, recordForm, r.Self, r.File, r.Size, r.Time, r.Folding)
	}
	text = append(text, bytes.Repeat([]byte{' '}, max(0, recordBytes-len(text)))...)
	f, err := os.OpenFile(l.f.Path(), os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	_, err = f.WriteAt(text[1:], 1)
	return err
}

// read returns who signed the lock file of a name, and what follows.
func read(name string) (holder, record string, err error) {
	f, err := os.Open(name)
	if err != nil {
		return "", "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.NewSectionReader(f, 1, recordBytes))
	holder, record, _ = strings.Cut(string(text), "\n")
	return strings.TrimRight(holder, " "), record, err
}

func holder(name string) string {
	first, _, err := read(name)
	if err != nil || !strings.HasPrefix(first, "process ") {
		return ""
	}
	return " (" + strings.ToValidUTF8(first, "?") + ")"
}

// Release lets go of the lock and removes the file if nobody else shares it
// and no log is left, which the record must speak of. Windows removes no file
// that is open, which is what is wanted.
func (l *Lock) Release(logLeft bool) {
	keep := logLeft && l.left != nil
	if alone, _ := l.f.TryLock(); alone && !keep {
		os.Remove(l.f.Path())
	}
	_ = l.f.Close()
	if keep {
		return
	}
	if onWindows {
		os.Remove(l.f.Path())
	}
	if l.pointer != "" {
		os.Remove(l.pointer)
	}
}
