package project

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/masklet/masklet/annotate"
)

// apply brings the tables to what r says comes after.
func (r record) apply(ctx context.Context, s *session) error {
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
	case r.Range:
		return putRange(ctx, s, r.After)
	case r.Setting != nil:
		return putSetting(ctx, s, *r.Setting, r.After)
	}
	return nil
}

func putResult(ctx context.Context, s *session, object, frame, result int64) error {
	if result == 0 {
		return s.exec(ctx, "DELETE FROM masklets WHERE object_id = ? AND frame = ?", object, frame)
	}
	return s.exec(ctx, `INSERT INTO masklets (object_id, frame, result_id) VALUES (?, ?, ?)
		ON CONFLICT DO UPDATE SET result_id = excluded.result_id`, object, frame, result)
}

func putClass(ctx context.Context, s *session, id annotate.ClassID, after json.RawMessage) error {
	row, err := parse[classRow](after)
	if err != nil {
		return fmt.Errorf("class %d: %w", id, err)
	}
	if row == nil {
		return s.exec(ctx, "DELETE FROM classes WHERE id = ?", id)
	}
	return s.exec(ctx, `INSERT INTO classes (id, name, color) VALUES (?, ?, ?)
		ON CONFLICT DO UPDATE SET name = excluded.name, color = excluded.color`, id, row.Name, row.Color.String())
}

func putObject(ctx context.Context, s *session, id annotate.ObjectID, after json.RawMessage) error {
	row, err := parse[objectRow](after)
	if err != nil {
		return fmt.Errorf("object %d: %w", id, err)
	}
	if row == nil {
		return s.exec(ctx, "DELETE FROM objects WHERE id = ?", id)
	}
	return s.exec(ctx, `INSERT INTO objects (id, label, class_id, color, hidden) VALUES (?, ?, nullif(?, 0), ?, ?)
		ON CONFLICT DO UPDATE SET label = excluded.label, class_id = excluded.class_id,
		color = excluded.color, hidden = excluded.hidden`, id, row.Label, row.Class, row.Color.String(), row.Hidden)
}

func putPrompt(ctx context.Context, s *session, k frameKey, after json.RawMessage) error {
	row, err := parse[promptRow](after)
	if err != nil {
		return fmt.Errorf("prompt of object %d on frame %d: %w", k[0], k[1], err)
	}
	if row == nil {
		return s.exec(ctx, "DELETE FROM prompts WHERE object_id = ? AND frame = ?", k[0], k[1])
	}
	points, err := json.Marshal(append([][3]float64{}, row.Points...))
	if err != nil {
		return err
	}
	var box any
	if row.Box != nil {
		b, err := json.Marshal(row.Box)
		if err != nil {
			return err
		}
		box = string(b)
	}
	return s.exec(ctx, `INSERT INTO prompts (object_id, frame, points, box, mask_id) VALUES (?, ?, ?, ?, nullif(?, 0))
		ON CONFLICT DO UPDATE SET points = excluded.points, box = excluded.box, mask_id = excluded.mask_id`,
		k[0], k[1], string(points), box, row.Mask)
}

func putProtected(ctx context.Context, s *session, k frameKey, on bool) error {
	if !on {
		return s.exec(ctx, "DELETE FROM protected WHERE object_id = ? AND frame = ?", k[0], k[1])
	}
	return s.exec(ctx, "INSERT INTO protected (object_id, frame) VALUES (?, ?) ON CONFLICT DO NOTHING", k[0], k[1])
}

func putRange(ctx context.Context, s *session, after json.RawMessage) error {
	row, err := parse[rangeRow](after)
	if err != nil {
		return fmt.Errorf("in/out range: %w", err)
	}
	if row == nil {
		return s.exec(ctx, "DELETE FROM frame_range")
	}
	return s.exec(ctx, `INSERT INTO frame_range (id, first, last) VALUES (1, ?, ?)
		ON CONFLICT DO UPDATE SET first = excluded.first, last = excluded.last`, row[0], row[1])
}

func putSetting(ctx context.Context, s *session, key string, after json.RawMessage) error {
	value, err := parse[string](after)
	if err != nil {
		return fmt.Errorf("setting %q: %w", key, err)
	}
	if value == nil {
		return s.exec(ctx, "DELETE FROM settings WHERE key = ?", key)
	}
	return s.exec(ctx, `INSERT INTO settings (key, value) VALUES (?, ?)
		ON CONFLICT DO UPDATE SET value = excluded.value`, key, *value)
}
