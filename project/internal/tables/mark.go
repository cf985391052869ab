package tables

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"

	"github.com/masklet/masklet/project/internal/dbfile"
)

// Mark is a number that every transaction gives a project. Its lower half is
// random. Its upper half is the lower half of the mark that the file itself had
// when its log began, which tells a log that continues a file from any other.
type Mark int64

// Base is what all marks of one log have in common.
type Base uint32

// Own returns the base of a log that begins on a file of this mark.
func (m Mark) Own() Base { return Base(uint32(m)) }

// Base returns the base of the log that the mark was made in.
func (m Mark) Base() Base { return Base(uint64(m) >> 32) }

// Follows reports whether a log that ends in the mark continues a file of the
// mark file: one that it began on, or one that it was partly moved into.
func (m Mark) Follows(file Mark) bool { return m.Base() == file.Own() || m.Base() == file.Base() }

func (b Base) next() Mark { return Mark(uint64(b)<<32 | uint64(rand.Uint32())) }

// ReadMark returns the mark of a project.
func ReadMark(ctx context.Context, db *sql.DB) (m Mark, err error) {
	var kind string // not a view that another program put there
	if err := db.QueryRowContext(ctx, "SELECT type FROM sqlite_schema WHERE name = 'progress'").Scan(&kind); err != nil || kind != "table" {
		return 0, errors.Join(dbfile.ErrDamaged, err)
	}
	err = db.QueryRowContext(ctx, "SELECT mark FROM progress").Scan(&m)
	return m, err
}
