package tables

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/internal/dbfile"
)

// apply brings the tables to what r says comes after.
func (r record) apply(ctx context.Context, s *dbfile.Session) error {
	for _, c := range r.Results {
		if err := putResult(ctx, s, c[0], c[1], c[3]); err != nil {
			return err
		}
	}
	switch {
	case r.Class != 0:
		return putClass(ctx, s, r.Class, r.After)
	case r.Object != 0:
		return putObject(ctx, s, r.Object, r.After)
	case r.Prompt != nil:
		return putPrompt(ctx, s, *r.Prompt, r.After)
	case r.Protect != nil:
		return putProtected(ctx, s, *r.Protect, len(r.After) > 0)
	case r.Notes != 0:
		return putNotes(ctx, s, r.Notes, r.After)
	case r.Cut != 0:
		return putCut(ctx, s, r.Cut, r.After)
	case r.Range:
		return putRange(ctx, s, r.After)
	case r.Setting != nil:
		return putSetting(ctx, s, *r.Setting, r.After)
	}
	return nil
}

// put replaces the row of table that where and key name by what comes after: it
// calls insert, or, where nothing comes after, deletes the row.
func put[T any](ctx context.Context, s *dbfile.Session, table, where string, key []any, after json.RawMessage, insert func(row *T) error) error {
	row, err := parse[T](after)
	switch {
	case err != nil:
	case row == nil:
		err = s.Exec(ctx, "DELETE FROM "+table+" WHERE "+where, key...)
	default:
		err = insert(row)
	}
	if err != nil {
		return fmt.Errorf("%s %v: %w", table, key, err)
	}
	return nil
}

func putResult(ctx context.Context, s *dbfile.Session, object, frame, result int64) error {
	if result == 0 {
		return s.Exec(ctx, "DELETE FROM masklets WHERE object_id = ? AND frame = ?", object, frame)
	}
	return s.Exec(ctx, `INSERT INTO masklets (object_id, frame, result_id) VALUES (?, ?, ?)
		ON CONFLICT DO UPDATE SET result_id = excluded.result_id`, object, frame, result)
}

func putClass(ctx context.Context, s *dbfile.Session, id annotate.ClassID, after json.RawMessage) error {
	return put(ctx, s, "classes", "id = ?", []any{id}, after, func(row *classRow) error {
		return s.Exec(ctx, `INSERT INTO classes (id, name, color, key) VALUES (?, ?, ?, ?)
			ON CONFLICT DO UPDATE SET name = excluded.name, color = excluded.color, key = excluded.key`,
			id, row.Name, row.Color.String(), row.Key)
	})
}

func putObject(ctx context.Context, s *dbfile.Session, id annotate.ObjectID, after json.RawMessage) error {
	return put(ctx, s, "objects", "id = ?", []any{id}, after, func(row *objectRow) error {
		return s.Exec(ctx, `INSERT INTO objects (id, label, class_id, color, hidden) VALUES (?, ?, nullif(?, 0), ?, ?)
			ON CONFLICT DO UPDATE SET label = excluded.label, class_id = excluded.class_id,
			color = excluded.color, hidden = excluded.hidden`, id, row.Label, row.Class, row.Color.String(), row.Hidden)
	})
}

func putPrompt(ctx context.Context, s *dbfile.Session, k frameKey, after json.RawMessage) error {
	return put(ctx, s, "prompts", "object_id = ? AND frame = ?", []any{k[0], k[1]}, after, func(row *promptRow) error {
		points, err := json.Marshal(append([][3]float64{}, row.Points...))
		if err != nil {
			return err
		}
		box, err := raw(row.Box)
		if err != nil {
			return err
		}
		return s.Exec(ctx, `INSERT INTO prompts (object_id, frame, points, box, mask_id) VALUES (?, ?, ?, nullif(?, ''), nullif(?, 0))
			ON CONFLICT DO UPDATE SET points = excluded.points, box = excluded.box, mask_id = excluded.mask_id`,
			k[0], k[1], string(points), string(box), row.Mask)
	})
}

func putProtected(ctx context.Context, s *dbfile.Session, k frameKey, on bool) error {
	if !on {
		return s.Exec(ctx, "DELETE FROM protected WHERE object_id = ? AND frame = ?", k[0], k[1])
	}
	return s.Exec(ctx, "INSERT INTO protected (object_id, frame) VALUES (?, ?) ON CONFLICT DO NOTHING", k[0], k[1])
}

func putCut(ctx context.Context, s *dbfile.Session, frame int, after json.RawMessage) error {
	return put(ctx, s, "cuts", "frame = ?", []any{frame}, after, func(cut *bool) error {
		return s.Exec(ctx, `INSERT INTO cuts (frame, is_cut) VALUES (?, ?)
			ON CONFLICT DO UPDATE SET is_cut = excluded.is_cut`, frame, *cut)
	})
}

func putRange(ctx context.Context, s *dbfile.Session, after json.RawMessage) error {
	return put(ctx, s, "frame_range", "id = ?", []any{1}, after, func(row *rangeRow) error {
		return s.Exec(ctx, `INSERT INTO frame_range (id, first, last) VALUES (1, ?, ?)
			ON CONFLICT DO UPDATE SET first = excluded.first, last = excluded.last`, row[0], row[1])
	})
}

func putSetting(ctx context.Context, s *dbfile.Session, key string, after json.RawMessage) error {
	return put(ctx, s, "settings", "key = ?", []any{key}, after, func(value *string) error {
		return s.Exec(ctx, `INSERT INTO settings (key, value) VALUES (?, ?)
			ON CONFLICT DO UPDATE SET value = excluded.value`, key, *value)
	})
}
