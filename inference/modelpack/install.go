package modelpack

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/masklet/masklet/inference/modelpack/internal/filelock"
)

// Names of what lies beside the packs. A leading dot keeps them out of lists.
const (
	stagePrefix   = ".import-"
	removedPrefix = ".removed-"
	lockSuffix    = ".lock"
	rootLock      = ".lock"
)

// stage is a folder beside the packs in which one is put together. Its lock
// tells other processes that it is in use.
type stage struct {
	root, dir string
	lock      *filelock.Lock
}

// newStage makes a stage in root and clears away what killed processes left
// there.
func newStage(root string) (*stage, error) {
	if err := os.MkdirAll(root, 0o755); err != nil {
		return nil, fmt.Errorf("make the models folder: %w", err)
	}
	if err := cleanStale(root); err != nil {
		return nil, err
	}
	for range 100 {
		f, err := os.CreateTemp(root, stagePrefix+"*"+lockSuffix)
		if err != nil {
			return nil, fmt.Errorf("write to the models folder: %w", err)
		}
		f.Close()
		lock, err := filelock.Try(f.Name())
		if errors.Is(err, filelock.ErrHeld) {
			// Another process took the new file for a leftover.
			continue
		}
		if err != nil {
			return nil, err
		}
		dir := strings.TrimSuffix(f.Name(), lockSuffix)
		if err := os.Mkdir(dir, 0o755); err != nil {
			lock.Remove()
			return nil, fmt.Errorf("write to the models folder: %w", err)
		}
		return &stage{root: root, dir: dir, lock: lock}, nil
	}
	return nil, fmt.Errorf("cannot make a temporary folder in %s", root)
}

// discard removes the stage. After install it removes only the lock.
func (s *stage) discard() {
	os.RemoveAll(s.dir)
	s.lock.Remove()
}

// cleanStale removes stages and removed packs that no living process uses.
func cleanStale(root string) error {
	entries, err := os.ReadDir(root)
	if err != nil {
		return fmt.Errorf("read the models folder: %w", err)
	}
	// Packs are set aside under the root's lock: what lies there while it is
	// free is left over.
	lock, err := filelock.Try(filepath.Join(root, rootLock))
	if err == nil {
		defer lock.Release()
	} else if !errors.Is(err, filelock.ErrHeld) {
		return err
	}
	for _, e := range entries {
		path := filepath.Join(root, e.Name())
		switch {
		case strings.HasPrefix(e.Name(), removedPrefix) && lock != nil:
			os.RemoveAll(path)
		case strings.HasPrefix(e.Name(), stagePrefix):
			cleanStage(strings.TrimSuffix(path, lockSuffix))
		}
	}
	return nil
}

// cleanStage removes a stage if its lock is free. A stage whose lock file is
// missing gets a new one here first, so that two cleaners do not collide.
func cleanStage(dir string) {
	lock, err := filelock.Try(dir + lockSuffix)
	if err != nil {
		return
	}
	os.RemoveAll(dir)
	lock.Remove()
}

// install moves the finished stage to its place and returns the pack there.
// It checks the pack as any reader would before anyone can see it.
func (s *stage) install(ctx context.Context, m Manifest) (*Pack, error) {
	if _, err := Open(s.dir); err != nil {
		return nil, fmt.Errorf("the new pack is not usable: %w", err)
	}
	if err := syncDir(s.dir); err != nil {
		return nil, err
	}
	lock, err := filelock.Wait(filepath.Join(s.root, rootLock))
	if err != nil {
		return nil, err
	}
	defer lock.Release()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for _, name := range folderNames(s.root, m) {
		dir := filepath.Join(s.root, name)
		switch free, err := makeRoom(ctx, dir, m); {
		case err != nil:
			return nil, err
		case !free:
			continue
		}
		if err := os.Rename(s.dir, dir); err != nil {
			return nil, fmt.Errorf("install the pack: %w", err)
		}
		if err := syncDir(s.root); err != nil {
			return nil, err
		}
		return Open(dir)
	}
	return nil, fmt.Errorf("every folder name for %s in %s is taken", m.Name, s.root)
}

// folderNames returns the names a pack may get in root, best first: a pack from
// another checkpoint or another version of the builder is not displaced, and
// the longer name says in what the new one differs.
func folderNames(root string, m Manifest) []string {
	base := fmt.Sprintf("%s-%d", m.Name, m.ImageSize)
	byBuilder := fmt.Sprintf("%s-v%d", base, m.BuilderVersion)
	bySum := fmt.Sprintf("%s-%s", base, m.CheckpointSHA256[:8])
	both := fmt.Sprintf("%s-v%d", bySum, m.BuilderVersion)
	there, err := readManifestFile(filepath.Join(root, base, ManifestName))
	if err == nil && there.CheckpointSHA256 == m.CheckpointSHA256 {
		return []string{base, byBuilder, bySum, both}
	}
	return []string{base, bySum, byBuilder, both}
}

// makeRoom reports whether dir can be taken for the pack of m. A pack of the
// same origin that stands there is moved aside; anything else stays.
func makeRoom(ctx context.Context, dir string, m Manifest) (bool, error) {
	if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		return true, nil
	} else if err != nil {
		return false, fmt.Errorf("install the pack: %w", err)
	}
	old, err := readManifestFile(filepath.Join(dir, ManifestName))
	if err != nil || !sameOrigin(old, m) {
		return false, nil
	}
	return true, setAside(dir)
}

// setAside takes a pack out of sight in one step and then removes it.
func setAside(dir string) error {
	gone, err := os.MkdirTemp(filepath.Dir(dir), removedPrefix)
	if err != nil {
		return fmt.Errorf("remove %s: %w", dir, err)
	}
	defer os.RemoveAll(gone)
	if err := os.Rename(dir, filepath.Join(gone, "pack")); err != nil {
		return fmt.Errorf("remove %s: %w", dir, err)
	}
	return nil
}

// sameOrigin reports whether two packs come from the same checkpoint, input
// size and builder, so that one can stand for the other.
func sameOrigin(a, b Manifest) bool {
	return a.Name == b.Name && a.ImageSize == b.ImageSize && a.Family == b.Family &&
		a.CheckpointSHA256 == b.CheckpointSHA256 && a.BuilderVersion == b.BuilderVersion
}

// findInstalled returns a whole pack of the same origin in root, if there is
// one. Its files are hashed, so that an import repairs a damaged pack. What killed
// processes left there is cleared away: the last of them may have installed it.
func findInstalled(ctx context.Context, root string, m Manifest, progress Progress) (*Pack, error) {
	_ = cleanStale(root) // nothing depends on it
	for _, name := range folderNames(root, m) {
		p, err := Open(filepath.Join(root, name))
		if err != nil || !sameOrigin(p.Manifest, m) {
			continue
		}
		err = p.Verify(ctx, progress)
		if err == nil {
			return p, nil
		}
		if ctx.Err() != nil {
			return nil, err
		}
	}
	return nil, nil
}
