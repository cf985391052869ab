//go:build unix

package project

import (
	"errors"
	"os"
	"syscall"
)

// The bytes of an index (FILE-shm) that its users lock.
//
// Source: SQLite's os_unix.c, UNIX_SHM_BASE to UNIX_SHM_DMS.
const (
	indexLocksAt = 120
	indexLocks   = 9
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

// removeIndex removes the index that a reader made of a log, unless another
// Masklet or another program uses it.
func (l *fileLock) removeIndex(name string) {
	if tryLock(l.f, false) != nil {
		return
	}
	f, err := os.Open(name)
	if err != nil {
		return
	}
	defer f.Close()
	held := syscall.Flock_t{Type: syscall.F_WRLCK, Start: indexLocksAt, Len: indexLocks}
	if syscall.FcntlFlock(f.Fd(), syscall.F_GETLK, &held) == nil && held.Type == syscall.F_UNLCK {
		os.Remove(name)
	}
}

// release lets go of the lock and removes the file if nobody else shares it.
func (l *fileLock) release() {
	if tryLock(l.f, false) == nil {
		os.Remove(l.path)
	}
	l.f.Close()
}
