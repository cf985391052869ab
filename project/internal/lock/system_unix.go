//go:build unix

package lock

import (
	"os"
	"syscall"
)

const onWindows = false

// identity returns what makes a file that file, whatever its names.
func identity(path string) (device, inode uint64, err error) {
	var st syscall.Stat_t
	if err := syscall.Stat(path, &st); err != nil {
		return 0, 0, &os.PathError{Op: "stat", Path: path, Err: err}
	}
	return uint64(st.Dev), uint64(st.Ino), nil
}

// The bytes of an index (FILE-shm) that its users lock.
//
// Source: SQLite's os_unix.c, UNIX_SHM_BASE to UNIX_SHM_DMS.
const (
	indexLocksAt = 120
	indexLocks   = 9
)

// RemoveIndex removes the index that a reader made of a log, unless another
// Masklet or another program uses it.
func (l *Lock) RemoveIndex(name string) {
	if alone, _ := l.f.TryLock(); !alone {
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
