package dbfile

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// ApplicationID marks an SQLite file as ours ("MSKL").
const ApplicationID = 0x4D534B4C

// header is the first page's header of an SQLite file.
//
// Source: sqlite.org/fileformat2.html, section 1.3.
const (
	headerSize        = 100
	headerMagic       = "SQLite format 3\x00"
	headerPageSizePos = 16
	headerVersionsPos = 18 // of the format to write and to read: 1 rollback journal, 2 WAL
	headerPagesPos    = 28
	headerAppIDPos    = 68
)

// unlikeSchema reports whether err says that the tables are not as schema.sql
// makes them: a query that this program always asks makes no sense to SQLite.
func unlikeSchema(err error) bool {
	var s sqlite3.Error
	return errors.As(err, &s) && s.Code == sqlite3.ErrError
}

// CheckHeader reads the start of the file at path and refuses what is not a
// project. It does not involve SQLite, so that a foreign file is not touched
// in any way, not even by a lock beside it.
func CheckHeader(path string) error {
	info, err := os.Stat(path) // before it is opened: a pipe would wait for a writer
	if err != nil {
		return fmt.Errorf("open project: %w", err)
	}
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is %w: it is no file", Base(path), ErrNotProject)
	}
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("open project: %w", err)
	}
	defer f.Close()
	var head [headerSize]byte
	n, err := io.ReadFull(f, head[:])
	switch {
	case n == 0:
		return fmt.Errorf("%s is %w: it is empty", Base(path), ErrNotProject)
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("open project: %w", err)
	case !bytes.HasPrefix(head[:n], []byte(headerMagic)[:min(n, len(headerMagic))]):
		return fmt.Errorf("%s is %w", Base(path), ErrNotProject)
	case n < headerSize:
		return Damaged(path, "it ends within its first page")
	}
	if id := binary.BigEndian.Uint32(head[headerAppIDPos:]); id != ApplicationID {
		return fmt.Errorf("%s is %w: it is a database of another program", Base(path), ErrNotProject)
	}
	for _, v := range head[headerVersionsPos : headerVersionsPos+2] {
		if v != 1 && v != 2 {
			return Damaged(path, fmt.Sprintf("its first page names the file format %d", v))
		}
	}
	// With a log beside it, the file itself may still grow.
	want := int64(binary.BigEndian.Uint16(head[headerPageSizePos:])) * int64(binary.BigEndian.Uint32(head[headerPagesPos:]))
	if info.Size() < want && AccessFor(path) == Frozen {
		return Damaged(path, fmt.Sprintf("it is cut short, %d of %d bytes are left", info.Size(), want))
	}
	return nil
}

// Damaged says what is wrong with the file at path.
func Damaged(path, how string) error {
	how = strings.Join(strings.Fields(how), " ") // SQLite's findings come in lines
	how = strings.TrimPrefix(how, ErrDamaged.Error()+": ")
	return fmt.Errorf("project %s is %w and was left as it is: %s", Base(path), ErrDamaged, how)
}

// AccessFor returns how the file at path can be read without a change to it or
// its folder: a log that a killed Masklet left behind must be read too.
func AccessFor(path string) Access {
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		return ReadOnly
	}
	return Frozen
}

// Version returns the schema version of db; it refuses one newer than known.
func Version(ctx context.Context, db *sql.DB, path string, known int) (int, error) {
	var version int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return 0, Explain(ctx, path, err)
	}
	if version > known {
		return 0, fmt.Errorf("project %s was %w (format %d, this one reads up to %d): update Masklet to open it",
			Base(path), ErrNewer, version, known)
	}
	if version < 1 {
		return 0, Damaged(path, fmt.Sprintf("its format version is %d", version))
	}
	return version, nil
}

// CheckPages has SQLite read the whole file and check its structure, and that the
// indexes say what the tables do.
func CheckPages(ctx context.Context, db interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}, path string) error {
	var answer string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&answer); err != nil {
		return Explain(ctx, path, err)
	}
	if answer != "ok" {
		return Damaged(path, answer)
	}
	return nil
}

// Explain turns an error of reading the file into one sentence.
func Explain(ctx context.Context, path string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if errors.Is(err, ErrDamaged) || errors.Is(err, ErrNotProject) || errors.Is(err, ErrNewer) {
		return err
	}
	if errors.Is(sentinelOf(err), ErrDamaged) || unlikeSchema(err) {
		return Damaged(path, err.Error())
	}
	return fmt.Errorf("read project %s: %w", Base(path), Reason(err))
}
