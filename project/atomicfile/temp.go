package atomicfile

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

const (
	// tempSuffix ends the names of temporary folders, which nobody else uses.
	tempSuffix = ".masklet-tmp"
	// lockName is a file in each of them that is locked while it is in use. It
	// is made first and removed last: a folder that holds other things has it.
	lockName = "lock"
	// unlockedFor is after what time a folder of that name that holds other
	// things, and no such file, is nobody's.
	unlockedFor = time.Minute
	// tempTries is how often a folder that is swept before it is locked is made
	// again.
	tempTries = 10
)

// TempDir makes a temporary folder in parent. remove removes it; where the program is killed before, the next call
// for the same parent, or Sweep, does.
func TempDir(parent string) (dir string, remove func(), err error) {
	Sweep(parent)
	for range tempTries {
		if dir, err = os.MkdirTemp(parent, ".*"+tempSuffix); err != nil {
			return "", nil, err
		}
		path := filepath.Join(dir, lockName)
		lock := flock.New(path)
		var mine bool
		if mine, err = lock.TryLock(); mine {
			if _, err = os.Lstat(path); err == nil {
				return dir, func() { discard(dir, lock) }, nil
			}
		}
		if err == nil {
			err = fs.ErrNotExist // swept by another program, which has the lock
		}
		discard(dir, lock)
		if !os.IsNotExist(err) {
			break
		}
	}
	return "", nil, err
}

// Probe reports why nothing can be made in the folder dir, which permissions
// alone do not tell; nil where it can.
func Probe(dir string) error {
	_, remove, err := TempDir(dir)
	if err != nil {
		return plain(err)
	}
	remove()
	return nil
}

// Sweep removes the temporary folders in parent whose programs were killed.
func Sweep(parent string) {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return
	}
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), ".") && strings.HasSuffix(e.Name(), tempSuffix) {
			sweep(filepath.Join(parent, e.Name()), e)
		}
	}
}

func sweep(dir string, e fs.DirEntry) {
	lock := flock.New(filepath.Join(dir, lockName), flock.SetFlag(os.O_RDWR))
	switch mine, err := lock.TryLock(); {
	case mine:
		discard(dir, lock)
	case !os.IsNotExist(err) || os.Remove(dir) == nil: // in use, or empty
		lock.Close()
	default:
		if info, err := e.Info(); err == nil && time.Since(info.ModTime()) > unlockedFor {
			os.RemoveAll(dir)
		}
	}
}

// discard removes a temporary folder, its lock last and while it is held: of
// whatever a kill leaves here, Sweep knows that it is nobody's.
func discard(dir string, lock *flock.Flock) {
	entries, _ := os.ReadDir(dir)
	for _, e := range entries {
		if e.Name() != lockName {
			os.RemoveAll(filepath.Join(dir, e.Name()))
		}
	}
	os.RemoveAll(dir) // not where a file in use cannot be removed
	lock.Close()
	os.RemoveAll(dir)
}
