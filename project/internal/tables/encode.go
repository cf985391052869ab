package tables

import (
	"context"
	"fmt"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/internal/dbfile"
)

// Batch is what one transaction of the writer knows beyond the tables.
type Batch struct {
	ctx   context.Context
	s     *dbfile.Session
	masks *Masks
	// stored are the references that this transaction gave a row. They are
	// told so only after the commit.
	stored  map[*maskRef]int64
	engines map[string]int64
	Mark    Mark // progress.mark after this transaction
}

// NewBatch returns a batch for the transaction that s is about to make on a log
// of that base.
func NewBatch(ctx context.Context, s *dbfile.Session, masks *Masks, base Base) *Batch {
	return &Batch{
		ctx: ctx, s: s, masks: masks, Mark: base.next(),
		stored: map[*maskRef]int64{}, engines: map[string]int64{},
	}
}

// Committed is called after the commit: it lets go of the memory of the masks
// that are stored now.
func (b *Batch) Committed() { b.masks.stored(b.stored) }

// do applies the edits of a new change one after the other and returns them as
// records, with roughly how many bytes the history keeps because of them.
func (b *Batch) do(edits []annotate.Edit) (rs []record, kept int64, err error) {
	for _, e := range edits {
		r, n, err := b.record(e)
		if err != nil {
			return nil, 0, err
		}
		if err := r.apply(b.ctx, b.s); err != nil {
			return nil, 0, err
		}
		kept += n
		if last := len(rs) - 1; last >= 0 && len(r.Results) > 0 && len(rs[last].Results) > 0 {
			rs[last].Results = append(rs[last].Results, r.Results...)
			continue
		}
		rs = append(rs, r)
	}
	return rs, kept, nil
}

// record turns an edit into a record, storing its masks.
func (b *Batch) record(e annotate.Edit) (r record, kept int64, err error) {
	switch e := e.(type) {
	case annotate.ResultEdit:
		return b.resultRecord(e)
	case annotate.PromptEdit:
		return b.promptRecord(e)
	case annotate.ClassEdit:
		r.Class = e.ID
		err = set(&r, classRowOf(e.Before), classRowOf(e.After))
	case annotate.ObjectEdit:
		r.Object = e.ID
		err = set(&r, objectRowOf(e.Before), objectRowOf(e.After))
	case annotate.ProtectEdit:
		r.Protect = keyOf(e.Key)
		err = set(&r, flag(e.Before), flag(e.After))
	case annotate.NotesEdit:
		r.Notes = e.ID
		err = set(&r, notesRowOf(e.Before), notesRowOf(e.After))
	case annotate.CutEdit:
		r.Cut = e.Frame
		err = set(&r, e.Before, e.After)
	case annotate.RangeEdit:
		r.Range = true
		err = set(&r, rangeRowOf(e.Before), rangeRowOf(e.After))
	case annotate.SettingEdit:
		key := text(e.Key)
		r.Setting = &key
		err = set(&r, textOf(e.Before), textOf(e.After))
	default:
		err = fmt.Errorf("an edit of unknown type %T", e)
	}
	return r, 0, err
}

// set fills in what an edit is about, before and after.
func set[T any](r *record, before, after *T) (err error) {
	if r.Before, err = raw(before); err == nil {
		r.After, err = raw(after)
	}
	return err
}

func flag(on bool) *bool {
	if !on {
		return nil
	}
	return &on
}

func rangeRowOf(r *annotate.Range) *rangeRow {
	if r == nil {
		return nil
	}
	return &rangeRow{r.First, r.Last}
}

func textOf(s *string) *string {
	if s == nil {
		return nil
	}
	t := text(*s)
	return &t
}

func (b *Batch) resultRecord(e annotate.ResultEdit) (record, int64, error) {
	c := resultChange{int64(e.Key.Object), int64(e.Key.Frame)}
	var kept int64
	_, err := b.s.Get(b.ctx, `SELECT m.result_id, coalesce(octet_length(k.rle), 0) FROM masklets m
		JOIN results r ON r.id = m.result_id LEFT JOIN masks k ON k.id = r.mask_id
		WHERE m.object_id = ? AND m.frame = ?`, []any{c[0], c[1]}, &c[2], &kept)
	if err != nil {
		return record{}, 0, err
	}
	if e.After != nil {
		if c[3], err = b.addResult(*e.After); err != nil {
			return record{}, 0, fmt.Errorf("mask of object %d on frame %d: %w", e.Key.Object, e.Key.Frame, err)
		}
	}
	return record{Results: []resultChange{c}}, kept, nil
}

// addResult adds a row to results, and to masks unless the mask has one.
func (b *Batch) addResult(r annotate.Result) (int64, error) {
	var mask any
	if r.Mask != nil {
		id, err := b.maskID(r.Mask)
		if err != nil {
			return 0, err
		}
		mask = id
	}
	engine, err := b.engineID(text(r.Engine))
	if err != nil {
		return 0, err
	}
	return b.s.Insert(b.ctx, `INSERT INTO results (mask_id, area, confidence, score, iou, source, engine_id)
		VALUES (?, ?, ?, ?, ?, ?, ?)`,
		mask, r.Area, finite(r.Confidence), finite(r.Score), finite(r.IoU), text(string(r.Source)), engine)
}

// maskID returns the row of a mask; one that is in this file already is not
// stored again.
func (b *Batch) maskID(m annotate.MaskRef) (int64, error) {
	ref, ours := m.(*maskRef)
	ours = ours && ref.store == b.masks
	if ours {
		if id := ref.row(); id != 0 {
			return id, nil
		}
		if id, ok := b.stored[ref]; ok {
			return id, nil
		}
	}
	mask, err := m.Load()
	if err != nil {
		return 0, err
	}
	id, err := b.addMask(mask)
	if err == nil && ours {
		b.stored[ref] = id
	}
	return id, err
}

func (b *Batch) addMask(m annotate.Mask) (int64, error) {
	w, h := m.Size()
	return b.s.Insert(b.ctx, "INSERT INTO masks (width, height, rle) VALUES (?, ?, ?)", w, h, m.RLEString())
}

func (b *Batch) engineID(name string) (int64, error) {
	if id, ok := b.engines[name]; ok {
		return id, nil
	}
	var id int64
	ok, err := b.s.Get(b.ctx, "SELECT id FROM engines WHERE name = ?", []any{name}, &id)
	if err == nil && !ok {
		id, err = b.s.Insert(b.ctx, "INSERT INTO engines (name) VALUES (?)", name)
	}
	if err == nil {
		b.engines[name] = id
	}
	return id, err
}

// promptRecord takes what was there before from the table, where a mask has
// its row already.
func (b *Batch) promptRecord(e annotate.PromptEdit) (r record, kept int64, err error) {
	r.Prompt = keyOf(e.Key)
	if e.Before != nil {
		var mask int64
		if e.Before.Mask != nil {
			_, err := b.s.Get(b.ctx, `SELECT k.id, octet_length(k.rle) FROM prompts p JOIN masks k ON k.id = p.mask_id
				WHERE p.object_id = ? AND p.frame = ?`, []any{e.Key.Object, e.Key.Frame}, &mask, &kept)
			if err != nil {
				return r, 0, err
			}
		}
		if r.Before, err = raw(promptRowOf(e.Before, mask)); err != nil {
			return r, 0, err
		}
	}
	if e.After != nil {
		var mask int64
		if e.After.Mask != nil {
			if mask, err = b.addMask(*e.After.Mask); err != nil {
				return r, 0, err
			}
		}
		r.After, err = raw(promptRowOf(e.After, mask))
	}
	return r, kept, err
}
