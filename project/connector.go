package project

import (
	"context"
	"database/sql/driver"

	sqlite3 "github.com/mattn/go-sqlite3"
)

// connector opens SQLite connections by name, without the driver registry that
// sql.Open needs.
type connector struct{ dsn string }

var sqlite sqlite3.SQLiteDriver

func (c connector) Connect(context.Context) (driver.Conn, error) { return sqlite.Open(c.dsn) }

func (c connector) Driver() driver.Driver { return &sqlite }
