package tables

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"math/rand/v2"

	"github.com/masklet/masklet/project/internal/dbfile"
	"github.com/masklet/masklet/project/internal/mediaref"
)

//go:embed schema.sql
var schemaSQL string

//go:embed upgrade_1.sql
var upgrade1 string

// Schema is a format of the file and how older ones are brought to it.
type Schema struct {
	Version int
	// Steps[v] brings a file from version v to v+1.
	Steps map[int]string
}

// Current is the format this program writes. Whoever changes schema.sql
// raises the version and adds the step from the one before.
var Current = Schema{Version: 2, Steps: map[int]string{1: upgrade1}}

// Migrate brings the file to the schema's version in one transaction, after a
// backup beside it. It returns the backup's path.
func (sc Schema) Migrate(ctx context.Context, s *dbfile.Session, path string, from int) (backup string, err error) {
	backup, err = backupFile(ctx, s, path, from)
	if err != nil {
		return "", fmt.Errorf("project %s has the older format %d, and its backup cannot be written: %w",
			dbfile.Base(path), from, dbfile.Reason(err))
	}
	err = s.Transaction(ctx, func() error {
		for v := from; v < sc.Version; v++ {
			step, ok := sc.Steps[v]
			if !ok {
				return fmt.Errorf("format %d is not known", v)
			}
			if err := s.Exec(ctx, step); err != nil {
				return fmt.Errorf("from format %d to %d: %w", v, v+1, err)
			}
		}
		return s.Exec(ctx, fmt.Sprintf("PRAGMA user_version = %d", sc.Version))
	})
	if err != nil {
		return "", fmt.Errorf("project %s cannot be brought to the new format and was left as it is: %w",
			dbfile.Base(path), dbfile.Reason(err))
	}
	return backup, nil
}

// backupFile writes a complete copy of the project to FILE.v<version>.bak, or
// the next free name of that kind.
func backupFile(ctx context.Context, s *dbfile.Session, path string, version int) (string, error) {
	name, err := dbfile.Free(fmt.Sprintf("%s.v%d", path, version), ".bak")
	if err != nil {
		return "", err
	}
	return name, dbfile.VacuumInto(ctx, s, name, 0o600)
}

// Fill makes the tables of a project for the video m in the empty file at path.
func Fill(ctx context.Context, path string, m mediaref.Ref) error {
	s, err := dbfile.OpenSession(ctx, path)
	if err != nil {
		return err
	}
	err = s.Transaction(ctx, func() error {
		head := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", dbfile.ApplicationID, Current.Version)
		if err := s.Exec(ctx, head+schemaSQL); err != nil {
			return err
		}
		if err := s.Exec(ctx, "INSERT INTO progress (id, sequence, mark) VALUES (1, 0, ?)", rand.Int64()); err != nil {
			return err
		}
		return PutMedia(ctx, s, m)
	})
	if err == nil {
		// Closing would fold the log into the file too, but says nothing when the
		// disk has no room for that.
		err = s.Exec(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	}
	return errors.Join(err, s.Close())
}
