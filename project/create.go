package project

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/masklet/masklet/project/atomicfile"
	"github.com/masklet/masklet/project/internal/dbfile"
	"github.com/masklet/masklet/project/internal/tables"
)

// Create makes the project file at path for a video and opens it. Nothing is
// ever overwritten: the error wraps ErrExists if there is a file of that name.
// The file appears only when it is complete.
func Create(ctx context.Context, path string, m Media) (*Project, error) {
	if err := createFile(ctx, path, m); err != nil {
		return nil, fmt.Errorf("make project %s: %w", path, dbfile.Reason(err))
	}
	return Open(ctx, path)
}

func createFile(ctx context.Context, path string, m Media) error {
	if err := m.Valid(); err != nil {
		return err
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	if err := checkPath(abs); err != nil {
		return err
	}
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		if err == nil {
			err = ErrExists
		}
		return err
	}
	m.RelPath = m.RelativeTo(abs)
	dir, remove, err := atomicfile.TempDir(filepath.Dir(abs))
	if err != nil {
		return err
	}
	defer remove()
	tmp := filepath.Join(dir, "new")
	if err := os.WriteFile(tmp, nil, 0o600); err != nil {
		return err
	}
	if err := tables.Fill(ctx, tmp, m); err != nil {
		return err
	}
	return dbfile.Place(tmp, path)
}
