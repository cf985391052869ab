package tables

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/masklet/masklet/project/internal/dbfile"
	"github.com/masklet/masklet/project/internal/mediaref"
)

// PutMedia stores which video the project belongs to.
func PutMedia(ctx context.Context, s *dbfile.Session, m mediaref.Ref) error {
	times, err := json.Marshal(append([]float64{}, m.Timestamps...))
	if err != nil {
		return fmt.Errorf("frame timestamps: %w", err)
	}
	return s.Exec(ctx, `INSERT OR REPLACE INTO media
		(id, rel_path, abs_path, size, quick_hash, frames, width, height, rotation, timestamps)
		VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		text(m.RelPath), text(m.AbsPath), m.Size, m.QuickHash, m.Frames, m.W, m.H, m.Rotation, string(times))
}

func loadMedia(ctx context.Context, db *sql.Tx) (m mediaref.Ref, err error) {
	var times string
	err = db.QueryRowContext(ctx, `SELECT rel_path, abs_path, size, quick_hash, frames, width, height, rotation, timestamps
		FROM media`).Scan(&m.RelPath, &m.AbsPath, &m.Size, &m.QuickHash, &m.Frames, &m.W, &m.H, &m.Rotation, &times)
	if errors.Is(err, sql.ErrNoRows) {
		return m, fmt.Errorf("%w: it names no video", dbfile.ErrDamaged)
	}
	if err != nil {
		return m, err
	}
	if err := json.Unmarshal([]byte(times), &m.Timestamps); err != nil {
		return m, fmt.Errorf("%w: frame timestamps: %w", dbfile.ErrDamaged, err)
	}
	if len(m.Timestamps) == 0 {
		m.Timestamps = nil
	}
	if err := m.Valid(); err != nil {
		return m, fmt.Errorf("%w: %w", dbfile.ErrDamaged, err)
	}
	return m, nil
}
