package project

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lockedByte lies far beyond the text in the file, which others may read.
const lockedByte = 1 << 30

func tryLock(f *os.File, shared bool) error {
	flags := uint32(windows.LOCKFILE_FAIL_IMMEDIATELY)
	if !shared {
		flags |= windows.LOCKFILE_EXCLUSIVE_LOCK
	}
	err := windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, &windows.Overlapped{Offset: lockedByte})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) || errors.Is(err, windows.ERROR_IO_PENDING) {
		return errBusy
	}
	return err
}

// removeIndex removes the index that a reader made of a log. Windows refuses
// while another program has it open.
func (l *fileLock) removeIndex(name string) { os.Remove(name) }

// release lets go of the lock. The file cannot be removed while others have it
// open, which is what is wanted.
func (l *fileLock) release() {
	l.f.Close()
	os.Remove(l.path)
}
