package project

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/masklet/masklet/project/atomicfile"
	"github.com/masklet/masklet/project/internal/dbfile"
	"github.com/masklet/masklet/project/internal/lock"
	"github.com/masklet/masklet/project/internal/tables"
)

// Aside is work of a killed Masklet that does not belong to the file that is
// now in the project's place: the file was replaced since. Neither state is
// lost: the project was opened as the file is, and the other state is here.
type Aside struct {
	// Project is a project file with the other state, "" where it cannot be put
	// together.
	Project string
	// Log is where the log of the killed Masklet was moved to, "" if Project
	// holds all of it or the project was opened to look at.
	Log string
}

// sift looks at the log that lies beside the file. One that was written for
// another file of that name is moved aside, or, by those who only look, left
// alone. It returns how the file is to be read.
func (st *store) sift(ctx context.Context, a dbfile.Access, o options) (dbfile.Access, error) {
	if a != dbfile.ReadOnly || !st.strangeLog(ctx) {
		return a, nil
	}
	st.aside = &Aside{}
	if o.viewOnly || st.lock == nil {
		return dbfile.Frozen, nil
	}
	if err := st.setAside(ctx); err != nil {
		return a, fmt.Errorf("open project %s: move aside what a killed Masklet left of another file: %w", dbfile.Base(st.path), dbfile.Reason(err))
	}
	st.leavesIndex = false
	return dbfile.AccessFor(st.path), nil
}

// strangeLog reports whether the log beside the file was written for another.
// A file that cannot be read is left to the checks that follow.
func (st *store) strangeLog(ctx context.Context) bool {
	if st.lock == nil {
		r, ok := lock.ReadRecord(st.path)
		if ok && !r.Matches(st.path, true) {
			return true
		}
	} else if r, ok := st.lock.Left(); ok && !r.Matches(st.path, false) {
		return true
	}
	return !continues(ctx, st.path)
}

// continues reports whether the log beside the file at path goes on from what
// the file holds.
func continues(ctx context.Context, path string) bool {
	file, err := readMark(ctx, path, dbfile.Frozen)
	if err != nil {
		return true // it may be whole together with its log
	}
	log, err := readMark(ctx, path, dbfile.ReadOnly)
	if errors.Is(dbfile.Reason(err), ErrDamaged) {
		return !sound(ctx, path)
	}
	return err != nil || log.Follows(file)
}

func readMark(ctx context.Context, path string, a dbfile.Access) (tables.Mark, error) {
	db, err := dbfile.Open(ctx, path, a, 1)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	return tables.ReadMark(ctx, db)
}

// sound reports whether the file at path is whole without its log.
func sound(ctx context.Context, path string) bool {
	db, err := dbfile.Open(ctx, path, dbfile.Frozen, 1)
	if err != nil {
		return false
	}
	defer db.Close()
	return dbfile.CheckPages(ctx, db, path) == nil
}

// setAside moves the log out of the way, and makes a project of it where the
// file is what the log began on.
func (st *store) setAside(ctx context.Context) error {
	log, err := dbfile.Free(st.path+".killed", ".wal")
	if err != nil {
		return err
	}
	if err := os.Rename(st.path+"-wal", log); err != nil {
		return err
	}
	if err := os.Remove(st.path + "-shm"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	st.aside.Log = log
	file, err := joinLog(ctx, st.path, log)
	if err != nil {
		return ctx.Err()
	}
	st.aside.Project, st.aside.Log = file, ""
	return os.Remove(log)
}

// joinLog makes a project file of the file at path and a log of it, and returns
// its name. It fails where the log does not continue the file.
func joinLog(ctx context.Context, path, log string) (string, error) {
	dir, remove, err := atomicfile.TempDir(filepath.Dir(path))
	if err != nil {
		return "", err
	}
	defer remove()
	joined := filepath.Join(dir, "joined"+Extension)
	if err := errors.Join(copyInto(joined, path), copyInto(joined+"-wal", log)); err != nil {
		return "", err
	}
	if !continues(ctx, joined) {
		return "", errors.New("the log is of another file")
	}
	s, err := dbfile.OpenSession(ctx, joined)
	if err != nil {
		return "", err
	}
	err = errors.Join(s.Check(ctx, path), s.Exec(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"), s.Close())
	if err != nil {
		return "", err
	}
	name, err := dbfile.Free(strings.TrimSuffix(path, Extension)+".killed", Extension)
	if err != nil {
		return "", err
	}
	return name, dbfile.Place(joined, name)
}

func copyInto(dest, src string) error {
	in, err := os.Open(src)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(dest, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// notice returns what the user must be told after the project was opened.
func (a Aside) notice(name string) string {
	text := "After a Masklet that worked on " + name + " was killed, another file was put in its place, which was opened as it is. "
	switch {
	case a.Project != "":
		return text + "The work of the killed one is in " + filepath.Base(a.Project) + "."
	case a.Log != "":
		return text + "The log of the killed one, which only the file that was there before can use (as " + name + "-wal), is now " + filepath.Base(a.Log) + "."
	}
	return text + "The log that the killed one left was not read."
}

// releaseSideFiles removes the log and the index of this store once another
// file has taken the place of its own: they must not be read into that one.
// What they hold lives on in the open connection.
func (st *store) releaseSideFiles() {
	if st.log != nil && sameFile(st.path+"-wal", st.log) == nil {
		os.Remove(st.path + "-wal")
		os.Remove(st.path + "-shm")
	}
}
