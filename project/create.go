package project

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

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
	tmp, err := os.CreateTemp(filepath.Dir(abs), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if err := tmp.Close(); err != nil {
		return err
	}
	if err := tables.Fill(ctx, tmp.Name(), m); err != nil {
		// The database driver keeps its side files when it cannot fold them in.
		os.Remove(tmp.Name() + "-wal")
		os.Remove(tmp.Name() + "-shm")
		return err
	}
	return dbfile.Place(tmp.Name(), path)
}
