package project

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/masklet/masklet/project/atomicfile"
	"github.com/masklet/masklet/project/internal/bundle"
	"github.com/masklet/masklet/project/internal/dbfile"
	"github.com/masklet/masklet/project/internal/tables"
)

// SaveCopy writes the project, as it is at the moment of the call, to dest: a
// new folder, or a ZIP archive if dest ends in ".zip". With video not empty,
// the video file or frame folder at that path goes along, and the copy refers
// to it, so that it opens on another machine; the error wraps ErrMediaDiffers
// or ErrMediaMissing if it is not the project's video. dest must not exist.
//
// Changes that could not be saved are in the copy: it is the way out when a
// disk fails. SaveCopy may be called from any goroutine.
func (p *Project) SaveCopy(ctx context.Context, dest, video string, hash Hasher) error {
	if _, err := os.Lstat(dest); !errors.Is(err, fs.ErrNotExist) {
		if err == nil {
			err = ErrExists
		}
		return fmt.Errorf("save a copy to %s: %w", dest, err)
	}
	m := p.Media()
	if video != "" {
		if err := CheckMedia(video, m, hash); err != nil {
			return fmt.Errorf("save a copy to %s: %w", dest, err)
		}
		m.RelPath, m.AbsPath = filepath.Base(video), ""
	}
	err := p.saveCopy(ctx, dest, video, m)
	if err != nil {
		return fmt.Errorf("save a copy to %s: %w", dest, dbfile.Reason(err))
	}
	return nil
}

func (p *Project) saveCopy(ctx context.Context, dest, video string, m Media) error {
	if !strings.EqualFold(filepath.Ext(dest), ".zip") {
		return atomicfile.WriteFolder(dest, func(dir string) error {
			if err := p.copyFile(ctx, filepath.Join(dir, filepath.Base(p.path)), m); err != nil {
				return err
			}
			return bundle.Copy(ctx, dir, video, isProjectFile)
		})
	}
	// The archive's copy of the project is made beside it: that disk has room.
	tmp, remove, err := atomicfile.TempDir(filepath.Dir(dest))
	if err != nil {
		return err
	}
	defer remove()
	file := filepath.Join(tmp, filepath.Base(p.path))
	if err := p.copyFile(ctx, file, m); err != nil {
		return err
	}
	return atomicfile.Write(dest, func(w io.Writer) error { return bundle.WriteZip(ctx, w, file, video, isProjectFile) })
}

// copyFile writes a complete project file to path, with what waits to be
// saved, and with m as its video.
func (p *Project) copyFile(ctx context.Context, path string, m Media) error {
	if p.Flush(ctx) == nil {
		return p.w.store.copyTo(ctx, path, nil, m)
	}
	// Nothing may be committed between the copy and what is added to it.
	return p.w.call(ctx, func() error {
		return p.w.store.copyTo(ctx, path, p.w.waiting(), m)
	})
}

// waiting returns all that is not committed.
func (w *writer) waiting() []op {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]op(nil), w.queue...)
}

// copyTo writes a copy of the file to path and applies ops to the copy.
func (st *store) copyTo(ctx context.Context, path string, ops []op, m Media) error {
	err := st.masks.Read(func(db *sql.DB) error {
		_, err := db.ExecContext(ctx, "VACUUM INTO ?", path)
		return err
	})
	if err == nil {
		err = os.Chmod(path, 0o600)
	}
	if err != nil {
		return err
	}
	s, err := dbfile.OpenSession(ctx, path)
	if err != nil {
		return err
	}
	err = s.Transaction(ctx, func() error {
		b := tables.NewBatch(ctx, s, st.masks, 0)
		if err := write(b, ops); err != nil {
			return err
		}
		return b.PutMedia(m)
	})
	return errors.Join(err, s.Close())
}

// isProjectFile reports whether a name is that of a project or of a file that
// lies beside one while it is open.
func isProjectFile(name string) bool {
	for _, suffix := range []string{"-wal", "-shm", "-lock"} {
		name = strings.TrimSuffix(name, suffix)
	}
	return strings.HasSuffix(name, Extension)
}
