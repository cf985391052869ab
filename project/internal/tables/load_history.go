package tables

import (
	"database/sql"
	"fmt"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/internal/dbfile"
)

// historyRow is what is needed to decide which history is kept.
type historyRow struct {
	seq     int64
	step    int64
	bytes   int64
	results []int64 // rows of results it needs
	masks   []int64 // rows of masks it needs
}

// loadHistory reads what can be undone and redone.
func (l *Loaded) loadHistory() error {
	var undone []annotate.Change
	err := l.each("SELECT seq, undone, name, step, edits, bytes FROM history ORDER BY seq", func(rows *sql.Rows) error {
		var row historyRow
		var isUndone bool
		var c annotate.Change
		var edits sql.RawBytes
		if err := rows.Scan(&row.seq, &isUndone, &c.Name, &row.step, &edits, &row.bytes); err != nil {
			return err
		}
		rs, err := decodeRecords(edits)
		if err != nil {
			return fmt.Errorf("%w: %w", dbfile.ErrDamaged, err)
		}
		c.Group = row.step
		for _, r := range rs {
			if c.Edits, err = l.appendEdits(c.Edits, r, &row); err != nil {
				return fmt.Errorf("history row %d: %w", row.seq, err)
			}
		}
		l.rows = append(l.rows, row)
		if isUndone {
			undone = append(undone, c)
		} else {
			l.Done = append(l.Done, c)
		}
		return nil
	})
	for i := len(undone) - 1; i >= 0; i-- {
		l.Undone = append(l.Undone, undone[i])
	}
	return err
}

// appendEdits turns a record back into edits.
func (l *Loaded) appendEdits(es []annotate.Edit, r record, row *historyRow) ([]annotate.Edit, error) {
	for _, c := range r.Results {
		k := annotate.FrameKey{Object: annotate.ObjectID(c[0]), Frame: int(c[1])}
		before, err := l.result(c[2], row)
		if err != nil {
			return nil, err
		}
		after, err := l.result(c[3], row)
		if err != nil {
			return nil, err
		}
		es = append(es, annotate.ResultEdit{Key: k, Before: before, After: after})
	}
	if len(r.Results) > 0 {
		return es, nil
	}
	e, err := l.edit(r, row)
	if err != nil {
		return nil, err
	}
	return append(es, e), nil
}

func (l *Loaded) result(id int64, row *historyRow) (*annotate.Result, error) {
	if id == 0 {
		return nil, nil
	}
	r := l.results[id]
	if r == nil {
		return nil, fmt.Errorf("%w: mask record %d is missing", dbfile.ErrDamaged, id)
	}
	row.results = append(row.results, id)
	return r, nil
}

func (l *Loaded) edit(r record, row *historyRow) (annotate.Edit, error) {
	switch {
	case r.Class != 0:
		before, after, err := both[classRow](r)
		return annotate.ClassEdit{ID: r.Class, Before: before.class(r.Class), After: after.class(r.Class)}, err
	case r.Object != 0:
		before, after, err := both[objectRow](r)
		return annotate.ObjectEdit{ID: r.Object, Before: before.object(r.Object), After: after.object(r.Object)}, err
	case r.Prompt != nil:
		return l.promptEdit(r, row)
	case r.Protect != nil:
		return annotate.ProtectEdit{Key: r.Protect.key(), Before: len(r.Before) > 0, After: len(r.After) > 0}, nil
	case r.Notes != 0:
		return l.notesEdit(r)
	case r.Cut != 0:
		before, after, err := both[bool](r)
		return annotate.CutEdit{Frame: r.Cut, Before: before, After: after}, err
	case r.Range:
		before, after, err := both[rangeRow](r)
		return annotate.RangeEdit{Before: before.frames(), After: after.frames()}, err
	case r.Setting != nil:
		before, after, err := both[string](r)
		return annotate.SettingEdit{Key: *r.Setting, Before: before, After: after}, err
	}
	return nil, fmt.Errorf("%w: an edit of nothing", dbfile.ErrDamaged)
}

func (l *Loaded) promptEdit(r record, row *historyRow) (annotate.Edit, error) {
	before, after, err := both[promptRow](r)
	if err != nil {
		return nil, err
	}
	e := annotate.PromptEdit{Key: r.Prompt.key()}
	if e.Before, err = l.prompt(before); err != nil {
		return nil, err
	}
	if e.After, err = l.prompt(after); err != nil {
		return nil, err
	}
	for _, p := range []*promptRow{before, after} {
		if p != nil && p.Mask != 0 {
			row.masks = append(row.masks, p.Mask)
		}
	}
	return e, nil
}

// both decodes the two sides of a record.
func both[T any](r record) (before, after *T, err error) {
	if before, err = parse[T](r.Before); err == nil {
		after, err = parse[T](r.After)
	}
	if err != nil {
		err = fmt.Errorf("%w: %w", dbfile.ErrDamaged, err)
	}
	return before, after, err
}

func (r *classRow) class(id annotate.ClassID) *annotate.Class {
	if r == nil {
		return nil
	}
	return &annotate.Class{ID: id, Name: r.Name, Color: annotate.Color(r.Color), Key: r.Key}
}

func (r *objectRow) object(id annotate.ObjectID) *annotate.Object {
	if r == nil {
		return nil
	}
	return &annotate.Object{ID: id, Label: r.Label, Class: r.Class, Color: annotate.Color(r.Color), Hidden: r.Hidden}
}

func (r *rangeRow) frames() *annotate.Range {
	if r == nil {
		return nil
	}
	return &annotate.Range{First: r[0], Last: r[1]}
}
