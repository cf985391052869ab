package project

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/masklet/masklet/project/atomicfile"
	"github.com/masklet/masklet/project/internal/bundle"
)

// ErrArchive is wrapped by the error of an archive that SaveCopy did not make.
var ErrArchive = bundle.ErrArchive

// IsArchive reports whether a path is that of a ZIP archive by its name.
func IsArchive(path string) bool { return strings.EqualFold(filepath.Ext(path), ".zip") }

// Unpack unpacks an archive that SaveCopy made into a folder beside it, of its
// name without ".zip", and returns the path of the project in it. What was
// unpacked there before is not touched: its project is returned.
func Unpack(ctx context.Context, archive string) (string, error) {
	dir := strings.TrimSuffix(archive, filepath.Ext(archive))
	_, err := os.Lstat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		err = atomicfile.WriteFolder(dir, func(tmp string) error {
			if err := bundle.Unzip(ctx, archive, tmp); err != nil {
				return err
			}
			_, err := inFolder(tmp)
			return err
		})
	case err == nil:
		if _, err = inFolder(dir); err != nil {
			err = fmt.Errorf("the folder %s is in the way: %w", dir, ErrExists)
		}
	}
	if err != nil {
		return "", fmt.Errorf("open %s: %w", archive, err)
	}
	return inFolder(dir)
}

// inFolder returns the project in a folder that SaveCopy wrote.
func inFolder(dir string) (string, error) {
	list, err := os.ReadDir(dir)
	if err != nil {
		return "", err
	}
	for _, e := range list {
		if strings.HasSuffix(e.Name(), Extension) && e.Type().IsRegular() {
			return filepath.Join(dir, e.Name()), nil
		}
	}
	return "", fmt.Errorf("%w: it holds no %s file", ErrArchive, Extension)
}
