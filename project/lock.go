package project

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

// A project in use is locked through FILE-lock, which holds the name of the
// process for the message to others. The operating system lets go of the lock
// when the process ends, however it ends. Masklets that only read share it.
type fileLock struct {
	path string
	f    *os.File
}

// lockPatience is how long to wait for a Masklet that is just closing, or one
// that only reads for a moment. Who only reads has no need to wait.
const lockPatience = 1500 * time.Millisecond

// errBusy is returned by tryLock where someone else holds the lock.
var errBusy = errors.New("busy")

// lockFile takes the lock of the project at path. The error wraps ErrLocked if
// another process holds it.
func lockFile(path string, shared bool) (*fileLock, error) {
	deadline := time.Now().Add(lockPatience)
	for {
		l, err := lockOnce(path+"-lock", shared)
		if err == nil {
			return l, nil
		}
		if !errors.Is(err, errBusy) {
			return nil, err
		}
		if shared || time.Now().After(deadline) {
			return nil, fmt.Errorf("project %s is %w%s: close it there first", base(path), ErrLocked, holder(path+"-lock"))
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// lockOnce opens and locks the file name, and makes sure that the file it
// locked is still the one of that name: its last holder removes it.
func lockOnce(name string, shared bool) (*fileLock, error) {
	for {
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			return nil, err
		}
		if err := tryLock(f, shared); err != nil {
			f.Close()
			return nil, err
		}
		mine, err := f.Stat()
		if err != nil {
			f.Close()
			return nil, err
		}
		if now, err := os.Stat(name); err == nil && os.SameFile(mine, now) {
			l := &fileLock{name, f}
			if !shared {
				l.sign()
			}
			return l, nil
		}
		f.Close()
	}
}

// sign writes who holds the lock. It is only for the message, so that a full
// disk is no reason to refuse.
func (l *fileLock) sign() {
	host, _ := os.Hostname()
	if l.f.Truncate(0) == nil {
		fmt.Fprintf(l.f, "process %d on %s", os.Getpid(), host)
	}
}

func holder(name string) string {
	f, err := os.Open(name)
	if err != nil {
		return ""
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, 200))
	if err != nil || !strings.HasPrefix(string(text), "process ") {
		return ""
	}
	return " (" + strings.ToValidUTF8(string(text), "?") + ")"
}
