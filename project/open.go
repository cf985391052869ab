package project

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	sqlite3 "github.com/mattn/go-sqlite3"

	"github.com/masklet/masklet/annotate"
)

// options are what tests vary.
type options struct {
	schema       schema
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
	return open(ctx, path, options{schema: currentSchema, historyLimit: HistoryLimit})
}

// OpenReadOnly opens the project file at path to look at, also while another
// Masklet works on it. The document can be changed, but nothing is ever saved.
func OpenReadOnly(ctx context.Context, path string) (*Project, error) {
	return open(ctx, path, options{schema: currentSchema, historyLimit: HistoryLimit, viewOnly: true})
}

func open(ctx context.Context, path string, o options) (_ *Project, err error) {
	if path, err = realPath(path); err != nil {
		return nil, err
	}
	if err := checkPath(path); err != nil {
		return nil, fmt.Errorf("open project %s: %w", base(path), err)
	}
	if err := checkHeader(path); err != nil {
		return nil, err
	}
	st := &store{path: path, masks: newMaskStore(path)}
	defer func() {
		if err != nil {
			st.close()
		}
	}()
	a, err := st.enter(o.viewOnly)
	if err != nil {
		return nil, err
	}
	p := &Project{path: path, masks: st.masks}
	if p.backup, err = st.upgrade(ctx, a, o); err != nil {
		return nil, err
	}
	l, err := st.examine(ctx, a)
	if err != nil {
		return nil, err
	}
	doc, err := annotate.Restore(l.contents)
	if err != nil {
		return nil, damaged(path, err.Error())
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
func (st *store) enter(viewOnly bool) (access, error) {
	lock, err := lockFile(st.path, viewOnly)
	switch {
	case err == nil:
		st.lock = lock
	case viewOnly && errors.Is(err, ErrLocked):
		return readOnly, nil
	case errors.Is(err, ErrLocked):
		return 0, err
	case errors.Is(reasonOf(err), ErrReadOnly), errors.Is(reasonOf(err), ErrDiskFull):
	default:
		return 0, fmt.Errorf("lock project %s: %w", base(st.path), err)
	}
	a := accessFor(st.path)
	_, err = os.Lstat(st.path + "-shm")
	st.leavesIndex = a == readOnly && errors.Is(err, fs.ErrNotExist)
	return a, nil
}

// upgrade brings a file of an older format to the present one.
func (st *store) upgrade(ctx context.Context, a access, o options) (backup string, err error) {
	db, err := openDB(ctx, st.path, a, 1)
	if err != nil {
		return "", explainFirst(ctx, st.path, a, err)
	}
	version, err := versionOf(ctx, db, st.path, o.schema.version)
	if err == nil && version < o.schema.version {
		err = checkPages(ctx, db, st.path)
	}
	db.Close()
	if err != nil || version == o.schema.version {
		return "", err
	}
	if o.viewOnly {
		return "", fmt.Errorf("project %s has the older format %d: open it for work once to bring it up to date", base(st.path), version)
	}
	s, err := openSession(ctx, st.path)
	if err != nil {
		return "", explain(ctx, st.path, err)
	}
	defer s.close()
	return o.schema.migrate(ctx, s, st.path, version)
}

// explainFirst is explain for the first opening. SQLite reads a log only with an
// index beside it, which it cannot make in a folder that is write-protected.
func explainFirst(ctx context.Context, path string, a access, err error) error {
	var s sqlite3.Error
	if ctx.Err() == nil && a == readOnly && errors.As(err, &s) && s.Code == sqlite3.ErrCantOpen {
		return fmt.Errorf("project %s was not closed and its log cannot be read here: copy it and %s-wal to a folder where files can be made: %w",
			base(path), base(path), joined{ErrReadOnly, err})
	}
	return explain(ctx, path, err)
}

// examine checks the whole file and reads the project from it at the same time.
func (st *store) examine(ctx context.Context, a access) (*loader, error) {
	db, err := openDB(ctx, st.path, a, readConnections)
	if err != nil {
		return nil, explain(ctx, st.path, err)
	}
	st.masks.use(db)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	checked := make(chan error, 1)
	go func() { checked <- checkPages(ctx, db, st.path) }()
	l := &loader{ctx: ctx, masks: st.masks}
	loadErr := l.loadFrom(db)
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

func (l *loader) loadFrom(db *sql.DB) error {
	tx, err := db.BeginTx(l.ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer tx.Rollback()
	l.db = tx
	return l.load()
}

// explainLoad is explain for what load returns. Where SQLite found no fault, a
// value is not what its column can hold.
func explainLoad(ctx context.Context, path string, err error) error {
	var s sqlite3.Error
	if ctx.Err() == nil && !errors.As(err, &s) {
		return damaged(path, err.Error())
	}
	return explain(ctx, path, err)
}

// begin opens the file for writing and clears out what is not needed. A file
// that cannot be written is no error here: it is the reason that is returned.
func (st *store) begin(ctx context.Context, l *loader, o options) error {
	st.mark = l.mark
	if o.viewOnly {
		st.refuse = fmt.Errorf("project %s was opened to look at: %w", base(st.path), ErrReadOnly)
		return st.refuse
	}
	if err := st.open(ctx); err != nil {
		return fmt.Errorf("cannot save %s: %w", base(st.path), reasonOf(err))
	}
	through := l.trim(o.historyLimit, l.pendingStep())
	if through == 0 && !l.litter() {
		return nil
	}
	return l.tidy(ctx, st.s, through)
}
