package project

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

//go:embed schema.sql
var schemaSQL string

// schema is a format of the file and how older ones are brought to it.
type schema struct {
	version int
	// steps[v] brings a file from version v to v+1.
	steps map[int]string
}

// currentSchema is the format this program writes. Whoever changes schema.sql
// raises the version and adds the step from the one before.
var currentSchema = schema{version: 1}

// migrate brings the file to the schema's version in one transaction, after a
// backup beside it. It returns the backup's path.
func (sc schema) migrate(ctx context.Context, s *session, path string, from int) (backup string, err error) {
	backup, err = backupFile(ctx, s, path, from)
	if err != nil {
		return "", fmt.Errorf("project %s has the older format %d, and its backup cannot be written: %w",
			base(path), from, reasonOf(err))
	}
	err = s.transaction(ctx, func() error {
		for v := from; v < sc.version; v++ {
			step, ok := sc.steps[v]
			if !ok {
				return fmt.Errorf("format %d is not known", v)
			}
			if err := s.exec(ctx, step); err != nil {
				return fmt.Errorf("from format %d to %d: %w", v, v+1, err)
			}
		}
		return s.exec(ctx, fmt.Sprintf("PRAGMA user_version = %d", sc.version))
	})
	if err != nil {
		return "", fmt.Errorf("project %s cannot be brought to the new format and was left as it is: %w",
			base(path), reasonOf(err))
	}
	return backup, nil
}

// backupFile writes a complete copy of the project to FILE.v<version>.bak, or
// the next free name of that kind.
func backupFile(ctx context.Context, s *session, path string, version int) (string, error) {
	for n := 1; ; n++ {
		name := fmt.Sprintf("%s.v%d.bak", path, version)
		if n > 1 {
			name = fmt.Sprintf("%s.v%d-%d.bak", path, version, n)
		}
		if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
			if err != nil {
				return "", err
			}
			continue
		}
		if err := vacuumInto(ctx, s, name); err != nil {
			return "", err
		}
		return name, nil
	}
}

// vacuumInto writes a complete, compact copy of the database to the new file
// name, which appears only when it is finished.
func vacuumInto(ctx context.Context, s *session, name string) error {
	tmp := name + ".part"
	if err := os.Remove(tmp); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	err := s.exec(ctx, "VACUUM INTO ?", tmp)
	if err == nil {
		err = placeNew(tmp, name)
	}
	if err != nil {
		os.Remove(tmp)
	}
	return err
}
