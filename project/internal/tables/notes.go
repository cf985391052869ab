package tables

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/internal/dbfile"
)

// notesRow is what the history keeps of an object's notes.
type notesRow struct {
	Absent     []rangeRow     `json:"absent,omitempty"`
	Occluded   []rangeRow     `json:"occluded,omitempty"`
	Through    []int          `json:"through,omitempty"`
	Attributes []attributeRow `json:"attributes,omitempty"`
}

type attributeRow struct {
	Key    string    `json:"key"`
	Value  string    `json:"value"`
	Frames *rangeRow `json:"frames,omitempty"`
}

func notesRowOf(n *annotate.Notes) *notesRow {
	if n == nil {
		return nil
	}
	row := &notesRow{Absent: rangeRows(n.Absent), Occluded: rangeRows(n.Occluded), Through: n.Through}
	for _, a := range n.Attributes {
		row.Attributes = append(row.Attributes, attributeRow{text(a.Key), text(a.Value), rangeRowOf(a.Frames)})
	}
	return row
}

func rangeRows(rs annotate.Ranges) []rangeRow {
	var out []rangeRow
	for _, r := range rs {
		out = append(out, rangeRow{r.First, r.Last})
	}
	return out
}

func (row *notesRow) notes() *annotate.Notes {
	if row == nil {
		return nil
	}
	n := annotate.Notes{Absent: rangesOf(row.Absent), Occluded: rangesOf(row.Occluded), Through: row.Through}
	for _, a := range row.Attributes {
		n.Attributes = append(n.Attributes, annotate.Attribute{Key: a.Key, Value: a.Value, Frames: a.Frames.frames()})
	}
	n = n.Tidy()
	return &n
}

func rangesOf(rows []rangeRow) annotate.Ranges {
	var out annotate.Ranges
	for _, r := range rows {
		out = append(out, annotate.Range{First: r[0], Last: r[1]})
	}
	return out
}

// notesEdit reads an edit of notes; those that the video cannot have would not
// be found out when the edit is undone.
func (l *Loaded) notesEdit(r record) (annotate.Edit, error) {
	before, after, err := both[notesRow](r)
	if err != nil {
		return nil, err
	}
	e := annotate.NotesEdit{ID: r.Notes, Before: before.notes(), After: after.notes()}
	for _, n := range []*annotate.Notes{e.Before, e.After} {
		if n == nil {
			continue
		}
		if err := n.Validate(l.Contents.Frames); err != nil {
			return nil, fmt.Errorf("%w: notes of object %d: %w", dbfile.ErrDamaged, r.Notes, err)
		}
	}
	return e, nil
}

// putNotes replaces all rows that hold an object's notes.
func putNotes(ctx context.Context, s *dbfile.Session, id annotate.ObjectID, after json.RawMessage) error {
	for _, table := range []string{"spans", "attributes", "passed_cuts"} {
		if err := s.Exec(ctx, "DELETE FROM "+table+" WHERE object_id = ?", id); err != nil {
			return fmt.Errorf("notes of object %d: %w", id, err)
		}
	}
	row, err := parse[notesRow](after)
	if err == nil && row != nil {
		err = row.insert(ctx, s, id)
	}
	if err != nil {
		return fmt.Errorf("notes of object %d: %w", id, err)
	}
	return nil
}

func (row *notesRow) insert(ctx context.Context, s *dbfile.Session, id annotate.ObjectID) error {
	for kind, rs := range map[string][]rangeRow{"absent": row.Absent, "occluded": row.Occluded} {
		for _, r := range rs {
			if err := s.Exec(ctx, "INSERT INTO spans (object_id, kind, first, last) VALUES (?, ?, ?, ?)", id, kind, r[0], r[1]); err != nil {
				return err
			}
		}
	}
	for _, f := range row.Through {
		if err := s.Exec(ctx, "INSERT INTO passed_cuts (object_id, frame) VALUES (?, ?)", id, f); err != nil {
			return err
		}
	}
	for _, a := range row.Attributes {
		r := rangeRow{-1, -1}
		if a.Frames != nil {
			r = *a.Frames
		}
		if err := s.Exec(ctx, "INSERT OR REPLACE INTO attributes (object_id, key, first, last, value) VALUES (?, ?, ?, ?, ?)",
			id, a.Key, r[0], r[1], a.Value); err != nil {
			return err
		}
	}
	return nil
}

func (l *Loaded) loadNotes() error {
	l.Contents.Notes = map[annotate.ObjectID]annotate.Notes{}
	for _, step := range []func() error{l.loadSpans, l.loadPassedCuts, l.loadAttributes} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (l *Loaded) loadSpans() error {
	return l.each("SELECT object_id, kind, first, last FROM spans", func(rows *sql.Rows) error {
		var id annotate.ObjectID
		var kind string
		var r annotate.Range
		if err := rows.Scan(&id, &kind, &r.First, &r.Last); err != nil {
			return err
		}
		n := l.Contents.Notes[id]
		if kind == "absent" {
			n.Absent = append(n.Absent, r)
		} else {
			n.Occluded = append(n.Occluded, r)
		}
		l.Contents.Notes[id] = n
		return nil
	})
}

func (l *Loaded) loadPassedCuts() error {
	return l.each("SELECT object_id, frame FROM passed_cuts", func(rows *sql.Rows) error {
		var k annotate.FrameKey
		if err := rows.Scan(&k.Object, &k.Frame); err != nil {
			return err
		}
		n := l.Contents.Notes[k.Object]
		n.Through = append(n.Through, k.Frame)
		l.Contents.Notes[k.Object] = n
		return nil
	})
}

func (l *Loaded) loadAttributes() error {
	return l.each("SELECT object_id, key, first, last, value FROM attributes", func(rows *sql.Rows) error {
		var id annotate.ObjectID
		var a annotate.Attribute
		var r annotate.Range
		if err := rows.Scan(&id, &a.Key, &r.First, &r.Last, &a.Value); err != nil {
			return err
		}
		if r.First != -1 {
			a.Frames = &r
		}
		n := l.Contents.Notes[id]
		n.Attributes = append(n.Attributes, a)
		l.Contents.Notes[id] = n
		return nil
	})
}
