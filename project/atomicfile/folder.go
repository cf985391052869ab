package atomicfile

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// WriteFolder creates or replaces the folder path with what fill puts into the
// empty folder it is given. The parent folder must exist. An old folder changes
// places with the new one in one step, or, where the system cannot do that, is
// moved aside first and moved back if that fails. The error names path.
func WriteFolder(path string, fill func(dir string) error) (err error) {
	parent, name := filepath.Split(filepath.Clean(path))
	if parent == "" {
		parent = "."
	}
	tmp, err := os.MkdirTemp(parent, "."+name+".*.tmp")
	if err != nil {
		return fmt.Errorf("write folder %s: %w", path, plain(err))
	}
	defer func() {
		if err != nil {
			os.RemoveAll(tmp)
			err = fmt.Errorf("write folder %s: %w", path, plain(err))
		}
	}()
	if err := fill(tmp); err != nil {
		return err
	}
	if err := syncTree(tmp); err != nil {
		return err
	}
	if err := os.Chmod(tmp, 0o755); err != nil {
		return err
	}
	if err := swap(tmp, path); err != nil {
		return err
	}
	return SyncFolder(parent)
}

// swap puts tmp in the place of path.
func swap(tmp, path string) error {
	if _, err := os.Lstat(path); err != nil {
		return os.Rename(tmp, path)
	}
	if exchange(tmp, path) == nil {
		return removeOld(tmp)
	}
	old := tmp + ".old"
	if err := os.Rename(path, old); err != nil {
		return err
	}
	if err := os.Rename(tmp, path); err != nil {
		if back := os.Rename(old, path); back != nil {
			return fmt.Errorf("%w; the old folder is now %s", err, old)
		}
		return err
	}
	return removeOld(old)
}

func removeOld(path string) error {
	if err := os.RemoveAll(path); err != nil {
		return fmt.Errorf("remove what was replaced: %w", err)
	}
	return nil
}

// syncTree syncs every file and folder under dir.
func syncTree(dir string) error {
	return filepath.WalkDir(dir, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return SyncFolder(p)
		}
		f, err := os.Open(p)
		if err != nil {
			return err
		}
		defer f.Close()
		return f.Sync()
	})
}
