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
	// lockName is a file in each of them that is locked while it is in use.
	lockName = "lock"
	// unlockedFor is after what time a temporary folder without that file is
	// not just being made.
	unlockedFor = time.Minute
)

// TempDir makes a temporary folder in parent. remove removes it; where the program is killed before, the next call
// for the same parent, or Sweep, does.
func TempDir(parent string) (dir string, remove func(), err error) {
	Sweep(parent)
	if dir, err = os.MkdirTemp(parent, ".*"+tempSuffix); err != nil {
		return "", nil, err
	}
	lock := flock.New(filepath.Join(dir, lockName))
	remove = func() {
		lock.Close()
		os.RemoveAll(dir)
	}
	if _, err := lock.TryLock(); err != nil {
		remove()
		return "", nil, err
	}
	return dir, remove, nil
}

// Sweep removes the temporary folders in parent whose programs were killed.
func Sweep(parent string) {
	entries, err := os.ReadDir(parent)
	if err != nil {
		return
	}
	for _, e := range entries {
		if e.IsDir() && strings.HasPrefix(e.Name(), ".") && strings.HasSuffix(e.Name(), tempSuffix) && abandoned(filepath.Join(parent, e.Name()), e) {
			os.RemoveAll(filepath.Join(parent, e.Name()))
		}
	}
}

func abandoned(dir string, e fs.DirEntry) bool {
	lock := flock.New(filepath.Join(dir, lockName), flock.SetFlag(os.O_RDWR))
	defer lock.Close()
	ok, err := lock.TryLock()
	if !os.IsNotExist(err) {
		return ok
	}
	info, err := e.Info()
	return err == nil && time.Since(info.ModTime()) > unlockedFor
}
