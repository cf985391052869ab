package atomicfile

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Staged is a file or folder that is written beside its place and takes it in
// one step. Several of them take their places together with Commit.
type Staged struct {
	path   string // its place
	dir    string // the temporary folder in which it is made
	tmp    string // where it is written; after the swap, what was there before
	file   bool
	had    bool   // something was there before
	remove func() // removes dir
}

// StageFolder makes an empty folder, Temp, that is to replace the folder path.
// The parent folder must exist. Errors name path.
func StageFolder(path string) (*Staged, error) { return stage(path, false) }

// StageFile names a file, Temp, that is to be created and to replace the file
// path. The parent folder must exist. Errors name path.
func StageFile(path string) (*Staged, error) { return stage(path, true) }

func stage(path string, file bool) (*Staged, error) {
	dir, remove, err := TempDir(filepath.Dir(filepath.Clean(path)))
	if err != nil {
		return nil, fmt.Errorf("write %s: %w", path, plain(err))
	}
	s := &Staged{path: path, dir: dir, tmp: filepath.Join(dir, "new"), file: file, remove: remove}
	if !file {
		if err := os.Mkdir(s.tmp, 0o700); err != nil {
			s.Discard()
			return nil, s.Error(err)
		}
	}
	return s, nil
}

// Temp is where the new content is to be written.
func (s *Staged) Temp() string { return s.tmp }

// Error wraps an error of writing the content: it names the place, not the
// temporary file.
func (s *Staged) Error(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("write %s: %w", s.path, plain(err))
}

// Discard removes what was written. After Commit it does nothing.
func (s *Staged) Discard() {
	if s.remove != nil {
		s.remove()
		s.remove = nil
	}
}

// Commit syncs the new content of all and lets each take its place. If one
// cannot, those before it change back: the old content of all stays.
func Commit(all ...*Staged) (err error) {
	for _, s := range all {
		if err := s.sync(); err != nil {
			return s.Error(err)
		}
	}
	for i, s := range all {
		if err := s.swap(); err != nil {
			for _, before := range all[:i] {
				err = errors.Join(err, before.undo())
			}
			return s.Error(err)
		}
	}
	for _, s := range all {
		err = errors.Join(err, s.finish())
	}
	return err
}

func (s *Staged) sync() error {
	if err := syncTree(s.tmp); err != nil {
		return err
	}
	mode := os.FileMode(0o755)
	if s.file {
		mode = modeOf(s.path)
	}
	return os.Chmod(s.tmp, mode)
}

// swap puts the new content in its place and keeps the old one under the
// temporary name.
func (s *Staged) swap() error {
	if _, err := os.Lstat(s.path); err != nil {
		return os.Rename(s.tmp, s.path)
	}
	s.had = true
	if exchange(s.tmp, s.path) == nil {
		return nil
	}
	old := filepath.Join(s.dir, "old")
	if err := os.Rename(s.path, old); err != nil {
		return err
	}
	if err := os.Rename(s.tmp, s.path); err != nil {
		if back := os.Rename(old, s.path); back != nil {
			return fmt.Errorf("%w; what was there is now %s", err, old)
		}
		return err
	}
	return os.Rename(old, s.tmp)
}

// undo takes a swap back.
func (s *Staged) undo() error {
	if !s.had {
		return os.Rename(s.path, s.tmp)
	}
	aside := filepath.Join(s.dir, "undone")
	if err := os.Rename(s.path, aside); err != nil {
		return err
	}
	if err := os.Rename(s.tmp, s.path); err != nil {
		return err
	}
	return os.RemoveAll(aside)
}

// finish removes what was replaced.
func (s *Staged) finish() error {
	if err := os.RemoveAll(s.tmp); err != nil {
		return fmt.Errorf("remove what was replaced by %s: %w", s.path, err)
	}
	s.Discard()
	return SyncFolder(filepath.Dir(filepath.Clean(s.path)))
}
