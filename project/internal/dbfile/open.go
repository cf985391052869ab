// Package dbfile opens the SQLite database that a project file is, without a
// change to one that is not ours, and says in plain reasons (full disk,
// read-only, damaged) what SQLite and the system say in codes.
package dbfile

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// Access says how a database is opened.
type Access int

// How a database can be opened.
const (
	ReadWrite Access = iota // the writer's own connection
	ReadOnly                // sees what the writer commits
	Frozen                  // nobody writes: no side files are read or made
)

// dsn returns the driver's name of the database file at path, which may hold
// any character a file name can.
func dsn(path string, a Access) string {
	p := filepath.ToSlash(path)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // a Windows drive
	}
	q := url.Values{"_foreign_keys": {"1"}, "_busy_timeout": {"5000"}, "_stmt_cache_size": {"64"}}
	switch a {
	case ReadWrite:
		// FULL: a commit also survives a power cut, not only a killed program.
		q.Set("mode", "rw")
		q.Set("_journal_mode", "WAL")
		q.Set("_synchronous", "FULL")
	case ReadOnly:
		q.Set("mode", "ro")
	case Frozen:
		q.Set("mode", "ro")
		q.Set("immutable", "1")
	}
	return "file://" + (&url.URL{Path: p}).EscapedPath() + "?" + q.Encode()
}

// connector opens SQLite connections by name, without the driver registry that
// sql.Open needs.
type connector struct{ dsn string }

// The largest value that a project file may hold, and the most that SQLite may
// be asked to do with what it finds in one.
const (
	maxValue   = 512 << 20
	maxColumns = 64
	maxDepth   = 100
)

// sqlite opens connections that trust nothing in the file: functions are not
// called from its schema, cells are checked when a page is read, and there are
// limits to what it holds.
var sqlite = sqlite3.SQLiteDriver{ConnectHook: func(c *sqlite3.SQLiteConn) error {
	c.SetLimit(sqlite3.SQLITE_LIMIT_LENGTH, maxValue)
	c.SetLimit(sqlite3.SQLITE_LIMIT_COLUMN, maxColumns)
	c.SetLimit(sqlite3.SQLITE_LIMIT_EXPR_DEPTH, maxDepth)
	c.SetLimit(sqlite3.SQLITE_LIMIT_TRIGGER_DEPTH, 1)
	c.SetLimit(sqlite3.SQLITE_LIMIT_ATTACHED, 1) // VACUUM INTO needs one
	_, err := c.Exec("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON", nil)
	return err
}}

func (c connector) Connect(context.Context) (driver.Conn, error) { return sqlite.Open(c.dsn) }

func (c connector) Driver() driver.Driver { return &sqlite }

// Open opens an existing database with at most conns connections.
func Open(ctx context.Context, path string, a Access, conns int) (*sql.DB, error) {
	db := sql.OpenDB(connector{dsn(path, a)})
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	if err := db.PingContext(ctx); err != nil {
		db.Close()
		return nil, fmt.Errorf("open %s: %w", Base(path), err)
	}
	return db, nil
}

// OpenMemory opens an empty database in memory.
func OpenMemory(ctx context.Context) (*sql.DB, error) {
	db := sql.OpenDB(connector{"file::memory:"})
	db.SetMaxOpenConns(1)
	return db, db.PingContext(ctx)
}

// Session is one connection on which transactions are made by hand.
type Session struct {
	db   *sql.DB
	conn *sql.Conn
}

// OpenSession opens the database at path for writing.
func OpenSession(ctx context.Context, path string) (*Session, error) {
	db, err := Open(ctx, path, ReadWrite, 1)
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		db.Close()
		return nil, fmt.Errorf("open %s: %w", Base(path), err)
	}
	return &Session{db, conn}, nil
}

// Close folds the log into the file and closes it.
func (s *Session) Close() error {
	s.conn.Close()
	return s.db.Close()
}

// Check is CheckPages as the session sees the file, which is called path.
func (s *Session) Check(ctx context.Context, path string) error { return CheckPages(ctx, s.conn, path) }

// Exec runs a statement.
func (s *Session) Exec(ctx context.Context, query string, args ...any) error {
	_, err := s.conn.ExecContext(ctx, query, args...)
	return err
}

// Insert runs an INSERT and returns the new row's ID.
func (s *Session) Insert(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := s.conn.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// Get scans the first row of a query into dest; ok is false if there is none.
func (s *Session) Get(ctx context.Context, query string, args []any, dest ...any) (ok bool, err error) {
	err = s.conn.QueryRowContext(ctx, query, args...).Scan(dest...)
	if err == sql.ErrNoRows {
		return false, nil
	}
	return err == nil, err
}

// Transaction runs f between BEGIN and COMMIT; an error takes everything back.
func (s *Session) Transaction(ctx context.Context, f func() error) error {
	if err := s.Exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := f()
	if err == nil {
		err = s.Exec(ctx, "COMMIT")
	}
	if err != nil {
		// The context may be why it failed; the rollback must happen all the same.
		_ = s.Exec(context.WithoutCancel(ctx), "ROLLBACK")
	}
	return err
}
