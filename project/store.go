package project

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/masklet/masklet/project/internal/dbfile"
	"github.com/masklet/masklet/project/internal/lock"
	"github.com/masklet/masklet/project/internal/tables"
)

// store is the file as its one writer sees it. Only the writer's goroutine
// uses it once the project is open.
type store struct {
	path   string
	masks  *tables.Masks
	lock   *lock.Lock
	s      *dbfile.Session // nil while the file is not open for writing
	file   os.FileInfo     // which file it was when it was opened
	log    os.FileInfo     // which FILE-wal it writes to; nil before the first commit
	mark   tables.Mark     // after the last commit
	base   tables.Base     // of the log
	ops    int             // committed since the log was last moved into the file
	bytes  int64           // of these, roughly
	aside  *Aside
	tried  attempt // the last commit that failed
	refuse error   // not nil: nothing may be written, ever

	// leavesIndex: reading the log of a killed Masklet makes a FILE-shm, which
	// was not there and is nobody's but ours.
	leavesIndex bool

	// fault, if set, is called before each COMMIT: tests make it fail.
	fault func() error
}

// attempt is a transaction that failed. A failure of the disk may hide that it
// was committed all the same, which shows when the file is opened again.
type attempt struct {
	mark   tables.Mark
	ops    int
	landed int // ops, once it is known that they were committed
}

// commit makes ops permanent in one transaction and returns how many of them
// are: all, or, with an error, normally none.
func (st *store) commit(ctx context.Context, ops []op, force bool) (int, error) {
	if st.refuse != nil {
		return 0, st.refuse
	}
	if err := st.ready(ctx, force); err != nil {
		return 0, fmt.Errorf("cannot save %s: %w", dbfile.Base(st.path), dbfile.Reason(err))
	}
	if n := st.tried.landed; n > 0 {
		st.tried = attempt{}
		return n, nil
	}
	if len(ops) == 0 {
		return 0, nil
	}
	b := tables.NewBatch(ctx, st.s, st.masks, st.base)
	err := st.s.Transaction(ctx, func() error {
		if err := write(b, ops); err != nil || st.fault == nil {
			return err
		}
		return st.fault()
	})
	if err != nil {
		st.tried = attempt{mark: b.Mark, ops: len(ops)}
		st.dropIfBroken(err)
		return 0, fmt.Errorf("cannot save %s: %w", dbfile.Base(st.path), dbfile.Reason(err))
	}
	st.mark, st.tried = b.Mark, attempt{}
	b.Committed()
	if st.log == nil {
		st.log, _ = os.Stat(st.path + "-wal")
	}
	st.ops += len(ops)
	for _, o := range ops {
		st.bytes += o.bytes
	}
	if st.ops >= foldAfter || st.bytes >= foldBytes {
		st.fold(ctx)
	}
	return len(ops), nil
}

// foldAfter and foldBytes are after how many ops, of how many bytes, the log is
// moved into the file: some megabytes. SQLite does not do it by itself, so that
// the lock's record is true at any moment.
const (
	foldAfter = 250
	foldBytes = 16 << 20
)

// fold moves the log into the file. Where it cannot, the log grows, and the
// next commit tells why.
func (st *store) fold(ctx context.Context) {
	st.ops, st.bytes = 0, 0
	if st.bind(true) == nil {
		_ = st.s.Exec(ctx, "PRAGMA wal_checkpoint(PASSIVE)")
		_ = st.bind(false)
	}
}

// closeSession closes the file, which moves the log into it.
func (st *store) closeSession() error {
	_ = st.bind(true)
	err := st.s.Close()
	st.s = nil
	return err
}

// bind notes in the lock which file is worked on; see lock.Record.
func (st *store) bind(folding bool) error {
	if st.lock == nil || st.file != nil && sameFile(st.path, st.file) != nil {
		return nil
	}
	return st.lock.Bind(st.path, folding)
}

// dropIfBroken closes a connection that may not recover by itself; the next
// attempt opens a new one. While the file has no name any more the connection
// is all there is of it, and is kept.
func (st *store) dropIfBroken(err error) {
	if !dbfile.Broken(err) || st.check() != nil {
		return
	}
	_ = st.closeSession()
}

// ready makes sure that there is a file to write to, and that it is ours.
func (st *store) ready(ctx context.Context, force bool) error {
	if st.s == nil {
		return st.open(ctx)
	}
	err := st.check()
	switch {
	case errors.Is(err, errLogGone):
		return st.reopen(ctx)
	case errors.Is(err, fs.ErrNotExist) && force:
		return st.putBack(ctx)
	}
	return err
}

// errLogGone: FILE-wal was removed while FILE is still there.
var errLogGone = errors.New("its -wal file was removed")

// check reports whether the file that is written to is still the one of that
// name.
func (st *store) check() error {
	if st.file == nil {
		return nil
	}
	if err := sameFile(st.path, st.file); err != nil {
		if !errors.Is(err, fs.ErrNotExist) {
			st.releaseSideFiles()
		}
		return err
	}
	if st.log != nil && sameFile(st.path+"-wal", st.log) != nil {
		return fmt.Errorf("%w: %w", ErrRemoved, errLogGone)
	}
	return nil
}

func sameFile(path string, was os.FileInfo) error {
	now, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return dbfile.Because{Reason: ErrRemoved, Cause: fmt.Errorf("%s: %w", path, fs.ErrNotExist)}
	case err != nil:
		return err
	case !os.SameFile(now, was):
		return fmt.Errorf("%w: %s is another file now", ErrRemoved, path)
	}
	return nil
}

// open opens the file for writing: at the start, and again after a fault.
func (st *store) open(ctx context.Context) error {
	if st.lock == nil {
		l, err := lock.Take(st.path, false)
		if err != nil {
			return err
		}
		st.lock = l
	}
	if err := dbfile.CheckHeader(st.path); err != nil {
		return err
	}
	logged := dbfile.AccessFor(st.path) == dbfile.ReadOnly
	s, err := dbfile.OpenSession(ctx, st.path)
	if err != nil {
		return err
	}
	if err := st.adopt(ctx, s, logged); err != nil {
		s.Close()
		return err
	}
	return nil
}

// adopt takes s as the writer's connection if it is to the file that was
// written last. logged says that a log was there before.
func (st *store) adopt(ctx context.Context, s *dbfile.Session, logged bool) error {
	// SQLite opens a write-protected file for reading without a word.
	if err := s.Transaction(ctx, func() error { return nil }); err != nil {
		return err
	}
	if err := s.Exec(ctx, "PRAGMA wal_autocheckpoint = 0"); err != nil {
		return err
	}
	var mark tables.Mark
	if _, err := s.Get(ctx, "SELECT mark FROM progress", nil, &mark); err != nil {
		return err
	}
	landed := mark != st.mark && st.tried.ops > 0 && mark == st.tried.mark
	if mark != st.mark && !landed {
		return fmt.Errorf("%w: %s was changed by another program", ErrRemoved, dbfile.Base(st.path))
	}
	file, err := os.Stat(st.path)
	if err != nil {
		return err
	}
	readers, err := dbfile.Open(ctx, st.path, dbfile.ReadOnly, tables.ReadConnections)
	if err != nil {
		return err
	}
	st.masks.Use(readers)
	st.s, st.file, st.log, st.mark, st.base = s, file, nil, mark, mark.Own()
	if logged {
		st.base = mark.Base()
	}
	_ = st.bind(false)
	if landed {
		st.tried.landed = st.tried.ops
	}
	return nil
}

// reopen closes all connections, which moves what is in a log that has no name
// any more into the file, and opens it again.
func (st *store) reopen(ctx context.Context) error {
	st.masks.Use(nil)
	_ = st.closeSession()
	st.log = nil
	return st.open(ctx)
}

// putBack writes the project, which lives on in the open connection only, to
// its old place.
func (st *store) putBack(ctx context.Context) error {
	// A log that was left behind belongs to the old file.
	os.Remove(st.path + "-wal")
	os.Remove(st.path + "-shm")
	if err := dbfile.VacuumInto(ctx, st.s, st.path, st.file.Mode().Perm()); err != nil {
		return fmt.Errorf("put it back: %w", err)
	}
	return st.reopen(ctx)
}

// close folds the log into the file and lets go of everything.
func (st *store) close() error {
	st.masks.Use(nil)
	var err error
	if st.s != nil {
		err = st.closeSession()
	}
	if st.lock != nil {
		if st.leavesIndex && st.file == nil {
			st.lock.RemoveIndex(st.path + "-shm")
		}
		st.lock.Release(dbfile.AccessFor(st.path) == dbfile.ReadOnly)
		st.lock = nil
	}
	return err
}
