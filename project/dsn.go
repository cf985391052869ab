package project

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
)

// access says how a database is opened.
type access int

const (
	readWrite access = iota // the writer's own connection
	readOnly                // sees what the writer commits
	frozen                  // nobody writes: no side files are read or made
)

// dsn returns the driver's name of the database file at path, which may hold
// any character a file name can.
func dsn(path string, a access) string {
	p := filepath.ToSlash(path)
	if !strings.HasPrefix(p, "/") {
		p = "/" + p // a Windows drive
	}
	q := url.Values{"_foreign_keys": {"1"}, "_busy_timeout": {"5000"}, "_stmt_cache_size": {"64"}}
	switch a {
	case readWrite:
		// FULL: a commit also survives a power cut, not only a killed program.
		q.Set("mode", "rw")
		q.Set("_journal_mode", "WAL")
		q.Set("_synchronous", "FULL")
	case readOnly:
		q.Set("mode", "ro")
	case frozen:
		q.Set("mode", "ro")
		q.Set("immutable", "1")
	}
	return "file://" + (&url.URL{Path: p}).EscapedPath() + "?" + q.Encode()
}

// openDB opens an existing database with at most conns connections.
func openDB(ctx context.Context, path string, a access, conns int) (*sql.DB, error) {
	db := sql.OpenDB(connector{dsn(path, a)})
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	if err := db.PingContext(ctx); err != nil {
		db.Close()
		return nil, fmt.Errorf("open %s: %w", base(path), err)
	}
	return db, nil
}

// session is one connection on which transactions are made by hand.
type session struct {
	db   *sql.DB
	conn *sql.Conn
}

func openSession(ctx context.Context, path string) (*session, error) {
	db, err := openDB(ctx, path, readWrite, 1)
	if err != nil {
		return nil, err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		db.Close()
		return nil, fmt.Errorf("open %s: %w", base(path), err)
	}
	return &session{db, conn}, nil
}

func (s *session) close() error {
	s.conn.Close()
	return s.db.Close()
}

func (s *session) exec(ctx context.Context, query string, args ...any) error {
	_, err := s.conn.ExecContext(ctx, query, args...)
	return err
}

// insert runs an INSERT and returns the new row's ID.
func (s *session) insert(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := s.conn.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.LastInsertId()
}

// get scans the first row of a query into dest; ok is false if there is none.
func (s *session) get(ctx context.Context, query string, args []any, dest ...any) (ok bool, err error) {
	err = s.conn.QueryRowContext(ctx, query, args...).Scan(dest...)
	if err == sql.ErrNoRows {
		return false, nil
	}
	return err == nil, err
}

// transaction runs f between BEGIN and COMMIT; an error takes everything back.
func (s *session) transaction(ctx context.Context, f func() error) error {
	if err := s.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	err := f()
	if err == nil {
		err = s.exec(ctx, "COMMIT")
	}
	if err != nil {
		// The context may be why it failed; the rollback must happen all the same.
		_ = s.exec(context.WithoutCancel(ctx), "ROLLBACK")
	}
	return err
}
