package atomicfile

import (
	"io/fs"
	"os"
	"path/filepath"
)

// WriteFolder creates or replaces the folder path with what fill puts into the
// empty folder it is given. The parent folder must exist. An old folder changes
// places with the new one in one step, or, where the system cannot do that, is
// moved aside first and moved back if that fails. The error names path.
func WriteFolder(path string, fill func(dir string) error) error {
	s, err := StageFolder(path)
	if err != nil {
		return err
	}
	defer s.Discard()
	if err := fill(s.Temp()); err != nil {
		return s.Error(err)
	}
	return Commit(s)
}

// syncTree syncs every file and folder at and under path.
func syncTree(path string) error {
	return filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return SyncFolder(p)
		}
		f, err := os.OpenFile(p, os.O_RDWR, 0) // Windows syncs only what may be written
		if err != nil {
			return err
		}
		defer f.Close()
		return f.Sync()
	})
}
