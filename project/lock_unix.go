//go:build unix

package project

import (
	"errors"
	"os"
	"syscall"
)

func tryLock(f *os.File, shared bool) error {
	how := syscall.LOCK_EX
	if shared {
		how = syscall.LOCK_SH
	}
	for {
		err := syscall.Flock(int(f.Fd()), how|syscall.LOCK_NB)
		switch {
		case errors.Is(err, syscall.EINTR):
			continue
		case errors.Is(err, syscall.EWOULDBLOCK):
			return errBusy
		}
		return err
	}
}

// release lets go of the lock and removes the file if nobody else shares it.
func (l *fileLock) release() {
	if tryLock(l.f, false) == nil {
		os.Remove(l.path)
	}
	l.f.Close()
}
