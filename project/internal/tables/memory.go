package tables

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/masklet/masklet/annotate"
)

// Memory is a piece of what the latest run goes on from besides the masks that
// stand, in its engine's own form.
type Memory struct {
	annotate.FrameKey        // Frame WholeObject: what is known of the object beside its frames
	Data              []byte // nil: nothing; with WholeObject, on any of the object's frames
}

// WholeObject stands for a frame where a Memory is about the object as a whole.
const WholeObject = -1

// maxMemory bounds one piece; the largest models need a megabyte.
const maxMemory = 64 << 20

// PutMemory stores pieces in their order, each in the place of the one before.
func (b *Batch) PutMemory(list []Memory) error {
	for _, m := range list {
		var err error
		switch {
		case len(m.Data) > maxMemory:
			err = fmt.Errorf("it has %d bytes", len(m.Data))
		case m.Data != nil:
			err = b.s.Exec(b.ctx, `INSERT INTO memory (object_id, frame, data) VALUES (?, ?, ?)
				ON CONFLICT DO UPDATE SET data = excluded.data`, m.Object, m.Frame, m.Data)
		case m.Frame == WholeObject:
			err = b.forget(m.Object)
		default:
			err = b.s.Exec(b.ctx, "DELETE FROM memory WHERE object_id = ? AND frame = ?", m.Object, m.Frame)
		}
		if err != nil {
			return fmt.Errorf("memory of object %d on frame %d: %w", m.Object, m.Frame, err)
		}
	}
	return nil
}

// DropMemory removes all of it: there is no run to go on with.
func (b *Batch) DropMemory() error { return b.s.Exec(b.ctx, "DELETE FROM memory") }

// ForgetMemory removes what rests on what a change changed: a run goes on from
// the masks of these objects.
func (b *Batch) ForgetMemory(c annotate.Change) error {
	changed := map[annotate.ObjectID]bool{}
	for _, e := range c.Edits {
		switch e := e.(type) {
		case annotate.ResultEdit:
			changed[e.Key.Object] = true
		case annotate.PromptEdit:
			changed[e.Key.Object] = true
		case annotate.ProtectEdit:
			changed[e.Key.Object] = true
		}
	}
	for id := range changed {
		if err := b.forget(id); err != nil {
			return err
		}
	}
	return nil
}

func (b *Batch) forget(id annotate.ObjectID) error {
	return b.s.Exec(b.ctx, "DELETE FROM memory WHERE object_id = ?", id)
}

// ReadMemory returns all of it.
func ReadMemory(ctx context.Context, db *sql.DB) (out []Memory, err error) {
	err = each(ctx, db, "SELECT object_id, frame, data FROM memory ORDER BY object_id, frame", func(rows *sql.Rows) error {
		var m Memory
		if err := rows.Scan(&m.Object, &m.Frame, &m.Data); err != nil {
			return err
		}
		out = append(out, m)
		return nil
	})
	return out, err
}
