//go:build unix

package filelock

import (
	"os"
	"syscall"
)

// removeOpen: a file can be removed while it is open, so Remove leaves no
// moment in which another could lock a file that is about to go.
const removeOpen = true

func lock(f *os.File, wait bool) error {
	how := syscall.LOCK_EX
	if !wait {
		how |= syscall.LOCK_NB
	}
	for {
		err := syscall.Flock(int(f.Fd()), how)
		switch err {
		case syscall.EINTR:
			continue
		case syscall.EWOULDBLOCK:
			return ErrHeld
		}
		return err
	}
}
