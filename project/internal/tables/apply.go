package tables

import (
	"encoding/json"
	"fmt"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/internal/mediaref"
)

// End counts the changes that the transaction made and marks it. It comes last.
func (b *Batch) End(changes int) error {
	return b.s.Exec(b.ctx, "UPDATE progress SET sequence = sequence + ?, mark = ?", changes, b.Mark)
}

// PutMedia stores which video the project belongs to.
func (b *Batch) PutMedia(m mediaref.Ref) error { return PutMedia(b.ctx, b.s, m) }

// ForgetHistory drops all that could be undone or redone.
func (b *Batch) ForgetHistory() error { return b.s.Exec(b.ctx, "DELETE FROM history") }

// Apply commits nothing: it makes one change, with its history row, in the
// transaction that is open.
func (b *Batch) Apply(c annotate.Change, kind annotate.ChangeKind) error {
	var err error
	switch kind {
	case annotate.Undone:
		err = b.move(c, "undone = 0 ORDER BY seq DESC", 1, inverse)
	case annotate.Redone:
		err = b.move(c, "undone = 1 ORDER BY seq", 0, func(rs []record) []record { return rs })
	default:
		err = b.doNew(c)
	}
	if err != nil {
		return fmt.Errorf("save %q: %w", c.Name, err)
	}
	return nil
}

func (b *Batch) doNew(c annotate.Change) error {
	if err := b.s.Exec(b.ctx, "DELETE FROM history WHERE undone = 1"); err != nil {
		return err
	}
	rs, kept, err := b.do(c.Edits)
	if err != nil {
		return err
	}
	edits, err := json.Marshal(rs)
	if err != nil {
		return err
	}
	return b.s.Exec(b.ctx, "INSERT INTO history (undone, name, step, edits, bytes) VALUES (0, ?, ?, ?, ?)",
		text(c.Name), c.Group, string(edits), kept+int64(len(edits)))
}

// move undoes or redoes the history row that comes next, from its own records,
// so that masks get back the rows they had.
func (b *Batch) move(c annotate.Change, next string, undone int, as func([]record) []record) error {
	var seq int64
	var edits string
	ok, err := b.s.Get(b.ctx, "SELECT seq, edits FROM history WHERE "+next+" LIMIT 1", nil, &seq, &edits)
	if err != nil {
		return err
	}
	if !ok {
		// The step is older than what the file remembers: what it leads to is
		// saved all the same.
		_, _, err := b.do(c.Edits)
		return err
	}
	rs, err := decodeRecords([]byte(edits))
	if err != nil {
		return err
	}
	for _, r := range as(rs) {
		if err := r.apply(b.ctx, b.s); err != nil {
			return err
		}
	}
	return b.s.Exec(b.ctx, "UPDATE history SET undone = ? WHERE seq = ?", undone, seq)
}
