package project

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	sqlite3 "github.com/mattn/go-sqlite3"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/atomicfile"
	"github.com/masklet/masklet/project/internal/dbfile"
	"github.com/masklet/masklet/project/internal/lock"
	"github.com/masklet/masklet/project/internal/tables"
)

// HistoryLimit bounds what the history keeps in the file beyond the document
// itself. It is applied when a project is opened.
const HistoryLimit = 256 << 20

// options are what tests vary.
type options struct {
	schema       tables.Schema
	historyLimit int64
	viewOnly     bool
}

// Open opens the project file at path for work. It is locked against a second
// Masklet until Close.
//
// A file that is no project, damaged, written by a newer Masklet or open
// elsewhere is refused with an error that wraps ErrNotProject, ErrDamaged,
// ErrNewer or ErrLocked, and never changed. An older format is brought to the
// present one after a backup, see Backup. A file that cannot be written is
// opened all the same: work is then kept in memory, and Status says why.
func Open(ctx context.Context, path string) (*Project, error) {
	return open(ctx, path, options{schema: tables.Current, historyLimit: HistoryLimit})
}

// OpenReadOnly opens the project file at path to look at, also while another
// Masklet works on it. The document can be changed, but nothing is ever saved.
func OpenReadOnly(ctx context.Context, path string) (*Project, error) {
	return open(ctx, path, options{schema: tables.Current, historyLimit: HistoryLimit, viewOnly: true})
}

func open(ctx context.Context, path string, o options) (_ *Project, err error) {
	if path, err = realPath(path); err != nil {
		return nil, err
	}
	path = lock.NameInUse(path)
	if err := checkPath(path); err != nil {
		return nil, fmt.Errorf("open project %s: %w", dbfile.Base(path), err)
	}
	if err := dbfile.CheckHeader(path); err != nil {
		return nil, err
	}
	if !o.viewOnly {
		atomicfile.Sweep(filepath.Dir(path))
	}
	st := &store{path: path, masks: tables.NewMasks(path)}
	defer func() {
		if err != nil {
			st.close()
		}
	}()
	a, err := st.enter(o.viewOnly)
	if err != nil {
		return nil, err
	}
	if a, err = st.sift(ctx, a, o); err != nil {
		return nil, err
	}
	p := &Project{path: path, masks: st.masks, aside: st.aside}
	if p.backup, err = st.upgrade(ctx, a, o); err != nil {
		return nil, err
	}
	l, err := st.examine(ctx, a)
	if err != nil {
		return nil, err
	}
	doc, err := annotate.Restore(l.Contents)
	if err != nil {
		return nil, dbfile.Damaged(path, err.Error())
	}
	saveErr := st.begin(ctx, l, o)
	if saveErr != nil && !errors.Is(saveErr, ErrReadOnly) && !errors.Is(saveErr, ErrDiskFull) {
		return nil, saveErr
	}
	p.start(st, l, doc, saveErr)
	return p, nil
}

// realPath returns the one name of a file, so that two links to it are one
// project.
func realPath(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err == nil {
		abs, err = filepath.EvalSymlinks(abs)
	}
	if err != nil {
		return "", fmt.Errorf("open project: %w", err)
	}
	return abs, nil
}

// enter takes the lock and decides how the file is read until it is known to
// be good. Where no lock can be taken because the folder cannot be written,
// nobody can write there, and the file is opened without.
func (st *store) enter(viewOnly bool) (dbfile.Access, error) {
	l, err := lock.Take(st.path, viewOnly)
	switch {
	case err == nil:
		st.lock = l
	case viewOnly && errors.Is(err, ErrLocked):
		return dbfile.ReadOnly, nil
	case errors.Is(err, ErrLocked):
		return 0, err
	case errors.Is(dbfile.Reason(err), ErrReadOnly), errors.Is(dbfile.Reason(err), ErrDiskFull):
	default:
		return 0, fmt.Errorf("lock project %s: %w", dbfile.Base(st.path), err)
	}
	a := dbfile.AccessFor(st.path)
	_, err = os.Lstat(st.path + "-shm")
	st.leavesIndex = a == dbfile.ReadOnly && errors.Is(err, fs.ErrNotExist)
	return a, nil
}

// upgrade brings a file of an older format to the present one.
func (st *store) upgrade(ctx context.Context, a dbfile.Access, o options) (backup string, err error) {
	db, err := dbfile.Open(ctx, st.path, a, 1)
	if err != nil {
		return "", explainFirst(ctx, st.path, a, err)
	}
	version, err := dbfile.Version(ctx, db, st.path, o.schema.Version)
	switch {
	case err != nil:
	case version < o.schema.Version:
		if err = o.schema.CheckKinds(ctx, db, st.path); err == nil {
			err = dbfile.CheckPages(ctx, db, st.path)
		}
	default:
		err = o.schema.Check(ctx, db, st.path)
	}
	db.Close()
	if err != nil {
		return "", dbfile.Explain(ctx, st.path, err)
	}
	if version == o.schema.Version {
		return "", err
	}
	if o.viewOnly {
		return "", fmt.Errorf("project %s has the older format %d: open it for work once to bring it up to date", dbfile.Base(st.path), version)
	}
	_ = st.bind(true)
	s, err := dbfile.OpenSession(ctx, st.path)
	if err != nil {
		return "", dbfile.Explain(ctx, st.path, err)
	}
	defer s.Close()
	return o.schema.Migrate(ctx, s, st.path, version)
}

// explainFirst is explain for the first opening. SQLite reads a log only with an
// index beside it, which it cannot make in a folder that is write-protected.
func explainFirst(ctx context.Context, path string, a dbfile.Access, err error) error {
	var s sqlite3.Error
	if ctx.Err() == nil && a == dbfile.ReadOnly && errors.As(err, &s) && s.Code == sqlite3.ErrCantOpen {
		return fmt.Errorf("project %s was not closed and its log cannot be read here: copy it and %s-wal to a folder where files can be made: %w",
			dbfile.Base(path), dbfile.Base(path), dbfile.Because{Reason: ErrReadOnly, Cause: err})
	}
	return dbfile.Explain(ctx, path, err)
}

// examine checks the whole file and reads the project from it at the same time.
func (st *store) examine(ctx context.Context, a dbfile.Access) (*tables.Loaded, error) {
	db, err := dbfile.Open(ctx, st.path, a, tables.ReadConnections)
	if err != nil {
		return nil, dbfile.Explain(ctx, st.path, err)
	}
	st.masks.Use(db)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	checked := make(chan error, 1)
	go func() { checked <- dbfile.CheckPages(ctx, db, st.path) }()
	l, loadErr := tables.Load(ctx, db, st.masks)
	if loadErr != nil {
		// A project that cannot be read is worth a full check only if that
		// tells more; the check itself is what says "damaged" best.
		if err := <-checked; err != nil {
			return nil, err
		}
		return nil, explainLoad(ctx, st.path, loadErr)
	}
	return l, <-checked
}

// explainLoad is explain for what load returns. Where SQLite found no fault, a
// value is not what its column can hold.
func explainLoad(ctx context.Context, path string, err error) error {
	var s sqlite3.Error
	if ctx.Err() == nil && !errors.As(err, &s) {
		return dbfile.Damaged(path, err.Error())
	}
	return dbfile.Explain(ctx, path, err)
}

// begin opens the file for writing and clears out what is not needed. A file
// that cannot be written is no error here: it is the reason that is returned.
func (st *store) begin(ctx context.Context, l *tables.Loaded, o options) error {
	st.mark = l.Mark
	if o.viewOnly {
		st.refuse = fmt.Errorf("project %s was opened to look at: %w", dbfile.Base(st.path), ErrReadOnly)
		return st.refuse
	}
	if err := st.open(ctx); err != nil {
		return fmt.Errorf("cannot save %s: %w", dbfile.Base(st.path), dbfile.Reason(err))
	}
	return l.Clean(ctx, st.s, o.historyLimit)
}
