package dbfile

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/masklet/masklet/project/atomicfile"
)

// Place gives the finished file tmp its name, never over another file, and
// makes that survive a power cut.
func Place(tmp, path string) error {
	if err := syncFile(tmp); err != nil {
		return err
	}
	err := os.Link(tmp, path)
	switch {
	case err == nil:
		os.Remove(tmp)
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("%s %w", path, ErrExists)
	default:
		// The file system has no hard links.
		if _, err := os.Lstat(path); err == nil {
			return fmt.Errorf("%s %w", path, ErrExists)
		}
		if err := os.Rename(tmp, path); err != nil {
			return err
		}
	}
	return atomicfile.SyncFolder(filepath.Dir(path))
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}

// VacuumInto writes a complete, compact copy of the database to the new file
// name, which appears only when it is finished.
func VacuumInto(ctx context.Context, s *Session, name string, mode os.FileMode) error {
	dir, remove, err := atomicfile.TempDir(filepath.Dir(name))
	if err != nil {
		return err
	}
	defer remove()
	tmp := filepath.Join(dir, "new")
	if err := s.Exec(ctx, "VACUUM INTO ?", tmp); err != nil {
		return err
	}
	if err := os.Chmod(tmp, mode); err != nil {
		return err
	}
	return Place(tmp, name)
}

// Free returns the first of the names PREFIX SUFFIX, PREFIX-2 SUFFIX, ... that
// no file has.
func Free(prefix, suffix string) (string, error) {
	for n := 1; ; n++ {
		name := prefix + suffix
		if n > 1 {
			name = fmt.Sprintf("%s-%d%s", prefix, n, suffix)
		}
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return name, nil
		} else if err != nil {
			return "", err
		}
	}
}
