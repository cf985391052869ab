package project

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
)

// Create makes the project file at path for a video and opens it. Nothing is
// ever overwritten: the error wraps ErrExists if there is a file of that name.
// The file appears only when it is complete.
func Create(ctx context.Context, path string, m Media) (*Project, error) {
	if err := createFile(ctx, path, m); err != nil {
		return nil, fmt.Errorf("make project %s: %w", path, reasonOf(err))
	}
	return Open(ctx, path)
}

func createFile(ctx context.Context, path string, m Media) error {
	if err := m.check(); err != nil {
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
	m.RelPath = m.relativeTo(abs)
	tmp, err := os.CreateTemp(filepath.Dir(abs), "."+filepath.Base(path)+".*.tmp")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if err := errors.Join(tmp.Chmod(0o644), tmp.Close()); err != nil {
		return err
	}
	if err := fillNew(ctx, tmp.Name(), m); err != nil {
		// The database driver keeps its side files when it cannot fold them in.
		os.Remove(tmp.Name() + "-wal")
		os.Remove(tmp.Name() + "-shm")
		return err
	}
	return placeNew(tmp.Name(), path)
}

// fillNew makes the tables in the empty file at path.
func fillNew(ctx context.Context, path string, m Media) error {
	s, err := openSession(ctx, path)
	if err != nil {
		return err
	}
	err = s.transaction(ctx, func() error {
		head := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", applicationID, currentSchema.version)
		if err := s.exec(ctx, head+schemaSQL); err != nil {
			return err
		}
		if err := s.exec(ctx, "INSERT INTO progress (id, sequence, mark) VALUES (1, 0, ?)", rand.Int64()); err != nil {
			return err
		}
		return putMedia(ctx, s, m)
	})
	if err == nil {
		// Closing would fold the log into the file too, but says nothing when the
		// disk has no room for that.
		err = s.exec(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	}
	return errors.Join(err, s.close())
}

func putMedia(ctx context.Context, s *session, m Media) error {
	times, err := json.Marshal(append([]float64{}, m.Timestamps...))
	if err != nil {
		return fmt.Errorf("frame timestamps: %w", err)
	}
	return s.exec(ctx, `INSERT OR REPLACE INTO media
		(id, rel_path, abs_path, size, quick_hash, frames, width, height, rotation, timestamps)
		VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		text(m.RelPath), text(m.AbsPath), m.Size, m.QuickHash, m.Frames, m.W, m.H, m.Rotation, string(times))
}

func loadMedia(ctx context.Context, db *sql.Tx) (m Media, err error) {
	var times string
	err = db.QueryRowContext(ctx, `SELECT rel_path, abs_path, size, quick_hash, frames, width, height, rotation, timestamps
		FROM media`).Scan(&m.RelPath, &m.AbsPath, &m.Size, &m.QuickHash, &m.Frames, &m.W, &m.H, &m.Rotation, &times)
	if errors.Is(err, sql.ErrNoRows) {
		return m, fmt.Errorf("%w: it names no video", ErrDamaged)
	}
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal([]byte(times), &m.Timestamps); err != nil {
		return m, fmt.Errorf("%w: frame timestamps: %w", ErrDamaged, err)
	}
	if len(m.Timestamps) == 0 {
		m.Timestamps = nil
	}
	if err := m.check(); err != nil {
		return m, fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return m, nil
}
