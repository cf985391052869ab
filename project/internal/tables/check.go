package tables

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/masklet/masklet/project/internal/dbfile"
)

// object is one row of sqlite_schema.
type object struct{ kind, name, table string }

// Check reports an error that wraps ErrDamaged unless the database holds the
// tables, indexes and views of this schema and nothing else: a trigger or a view
// that another program put there would run when the project is read or saved.
func (sc Schema) Check(ctx context.Context, db *sql.DB, path string) error {
	have, err := objects(ctx, db)
	if err != nil {
		return err
	}
	want, err := sc.objects(ctx)
	if err != nil {
		return err
	}
	for _, o := range slices.SortedFunc(maps.Keys(have), func(a, b object) int { return strings.Compare(a.name, b.name) }) {
		if text, ok := want[o]; !ok {
			return dbfile.Damaged(path, fmt.Sprintf("it holds a %s %q that no Masklet made", o.kind, o.name))
		} else if text != have[o] {
			return dbfile.Damaged(path, fmt.Sprintf("its %s %q is not that of a project", o.kind, o.name))
		}
	}
	for o := range want {
		if _, ok := have[o]; !ok {
			return dbfile.Damaged(path, fmt.Sprintf("its %s %q is missing", o.kind, o.name))
		}
	}
	return nil
}

// CheckKinds is what can be told of an older format: it has no triggers, and
// only the views that it may have.
func (sc Schema) CheckKinds(ctx context.Context, db *sql.DB, path string) error {
	have, err := objects(ctx, db)
	if err != nil {
		return err
	}
	for o := range have {
		if o.kind == "trigger" || o.kind == "view" && o.name != "masklet_list" {
			return dbfile.Damaged(path, fmt.Sprintf("it holds a %s %q that no Masklet made", o.kind, o.name))
		}
	}
	return nil
}

// objects returns what a new project holds.
func (sc Schema) objects(ctx context.Context) (map[object]string, error) {
	db, err := dbfile.OpenMemory(ctx)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	steps := []string{schemaSQL}
	for v := Current.Version; v < sc.Version; v++ {
		steps = append(steps, sc.Steps[v])
	}
	for _, step := range steps {
		if _, err := db.ExecContext(ctx, step); err != nil {
			return nil, fmt.Errorf("make the tables of a project: %w", err)
		}
	}
	return objects(ctx, db)
}

func objects(ctx context.Context, db *sql.DB) (map[object]string, error) {
	out := map[object]string{}
	err := each(ctx, db, "SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema", func(rows *sql.Rows) error {
		var o object
		var text string
		err := rows.Scan(&o.kind, &o.name, &o.table, &text)
		out[o] = plain(text)
		return err
	})
	return out, err
}

var (
	comments = regexp.MustCompile(`--[^\n]*`)
	spaces   = regexp.MustCompile(`\s+`)
	borders  = regexp.MustCompile(` ?([(),]) ?`)
)

// plain takes out of a statement of schema.sql what differs where a later version
// added a column: comments and spaces.
func plain(text string) string {
	text = spaces.ReplaceAllString(comments.ReplaceAllString(text, ""), " ")
	return strings.TrimSpace(borders.ReplaceAllString(text, "$1"))
}
