package mediaref

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// The reasons; package project documents them.
var (
	ErrMissing = errors.New("the video was not found")
	ErrDiffers = errors.New("a different video")
)

// Check reports whether the file or frame folder at path is the video m:
// an error wraps ErrMissing or ErrDiffers. Its name does not matter.
func Check(path string, m Ref, hash Hasher) error {
	size, err := sizeOf(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s", ErrMissing, path)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMissing, err)
	}
	if size != m.Size {
		return fmt.Errorf("%s is %w: it has %d bytes, the project's video %d", path, ErrDiffers, size, m.Size)
	}
	sum, err := hash(path)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMissing, err)
	}
	if sum != m.QuickHash {
		return fmt.Errorf("%s is %w: its content is not that of the project's video", path, ErrDiffers)
	}
	return nil
}

// Find looks for the video m of the project file at projectPath: at its
// path relative to the project, at its absolute path, and then, by content,
// among the files of the project's folder and of the folders in also. It
// returns the absolute path of what it found. The error wraps ErrMissing,
// or ErrDiffers if a different video lies at one of the two paths.
func Find(ctx context.Context, projectPath string, m Ref, hash Hasher, also ...string) (string, error) {
	folder, err := filepath.Abs(filepath.Dir(projectPath))
	if err != nil {
		return "", fmt.Errorf("find the video of %s: %w", projectPath, err)
	}
	var differs error
	for _, path := range m.places(folder) {
		err := Check(path, m, hash)
		if err == nil {
			return path, nil
		}
		if errors.Is(err, ErrDiffers) && differs == nil {
			differs = err
		}
	}
	for _, dir := range append([]string{folder}, also...) {
		path, err := search(ctx, dir, m, hash)
		if err != nil {
			return "", err
		}
		if path != "" {
			return path, nil
		}
	}
	if differs != nil {
		return "", differs
	}
	return "", fmt.Errorf("%w: %s (%d bytes), nor is it under another name in %s", ErrMissing, m.name(), m.Size, folder)
}

// places returns where the video was last known to be.
func (m Ref) places(folder string) []string {
	var out []string
	if m.RelPath != "" {
		out = append(out, filepath.Join(folder, filepath.FromSlash(m.RelPath)))
	}
	if m.AbsPath != "" && !slices.Contains(out, m.AbsPath) {
		out = append(out, m.AbsPath)
	}
	return out
}

func (m Ref) name() string {
	if m.AbsPath != "" {
		return m.AbsPath
	}
	return m.RelPath
}

// search compares what lies directly in dir with m. A folder that cannot be read holds nothing.
func search(ctx context.Context, dir string, m Ref, hash Hasher) (string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return "", nil
	}
	for _, e := range entries {
		if err := ctx.Err(); err != nil {
			return "", err
		}
		path := filepath.Join(dir, e.Name())
		// Hashes are made of likely candidates only.
		if size, err := sizeOf(path); err != nil || size != m.Size {
			continue
		}
		if Check(path, m, hash) == nil {
			return filepath.Abs(path)
		}
	}
	return "", nil
}
