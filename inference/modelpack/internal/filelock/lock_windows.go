package filelock

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// removeOpen: Windows refuses to remove a file that is open, also for others,
// so a lock that another has just taken keeps its file.
const removeOpen = false

func lock(f *os.File, wait bool) error {
	flags := uint32(windows.LOCKFILE_EXCLUSIVE_LOCK)
	if !wait {
		flags |= windows.LOCKFILE_FAIL_IMMEDIATELY
	}
	err := windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, new(windows.Overlapped))
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return ErrHeld
	}
	return err
}
