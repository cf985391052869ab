package project

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// CheckMedia reports whether the file or frame folder at path is the video m:
// an error wraps ErrMediaMissing or ErrMediaDiffers. Its name does not matter.
func CheckMedia(path string, m Media, hash Hasher) error {
	size, err := sizeOf(path)
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w: %s", ErrMediaMissing, path)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMediaMissing, err)
	}
	if size != m.Size {
		return fmt.Errorf("%s is %w: it has %d bytes, the project's video %d", path, ErrMediaDiffers, size, m.Size)
	}
	sum, err := hash(path)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrMediaMissing, err)
	}
	if sum != m.QuickHash {
		return fmt.Errorf("%s is %w: its content is not that of the project's video", path, ErrMediaDiffers)
	}
	return nil
}

// FindMedia looks for the video m of the project file at projectPath: at its
// path relative to the project, at its absolute path, and then, by content,
// among the files of the project's folder and of the folders in also. It
// returns the absolute path of what it found. The error wraps ErrMediaMissing,
// or ErrMediaDiffers if a different video lies at one of the two paths.
func FindMedia(ctx context.Context, projectPath string, m Media, hash Hasher, also ...string) (string, error) {
	folder, err := filepath.Abs(filepath.Dir(projectPath))
	if err != nil {
		return "", fmt.Errorf("find the video of %s: %w", projectPath, err)
	}
	var differs error
	for _, path := range m.places(folder) {
		err := CheckMedia(path, m, hash)
		if err == nil {
			return path, nil
		}
		if errors.Is(err, ErrMediaDiffers) && differs == nil {
			differs = err
		}
	}
	for _, dir := range append([]string{folder}, also...) {
		path, err := searchMedia(ctx, dir, m, hash)
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
	return "", fmt.Errorf("%w: %s (%d bytes), nor is it under another name in %s", ErrMediaMissing, m.name(), m.Size, folder)
}

// places returns where the video was last known to be.
func (m Media) places(folder string) []string {
	var out []string
	if m.RelPath != "" {
		out = append(out, filepath.Join(folder, filepath.FromSlash(m.RelPath)))
	}
	if m.AbsPath != "" && !slices.Contains(out, m.AbsPath) {
		out = append(out, m.AbsPath)
	}
	return out
}

func (m Media) name() string {
	if m.AbsPath != "" {
		return m.AbsPath
	}
	return m.RelPath
}

// searchMedia compares what lies directly in dir with m. A folder that cannot be read holds nothing.
func searchMedia(ctx context.Context, dir string, m Media, hash Hasher) (string, error) {
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
		if CheckMedia(path, m, hash) == nil {
			return filepath.Abs(path)
		}
	}
	return "", nil
}
