package project

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/masklet/masklet/project/internal/dbfile"
	"github.com/masklet/masklet/project/internal/tables"
)

// Memory is a piece of what a run goes on from besides the masks that stand, in
// its engine's own form. It is dropped when the run is done, when another begins,
// and of an object when its prompts or masks are changed by anything but a change
// that KeepWithNext was called for.
type Memory = tables.Memory

// WholeObject stands for a frame where a Memory is about the object as a whole.
const WholeObject = tables.WholeObject

// Keep stores pieces of the memory, each in the place of the one before.
func (p *Project) Keep(list []Memory) {
	o := keeping(list)
	o.task = func(*tables.Batch) error { return nil } // there is no change that it goes with
	p.w.add(o)
}

// KeepWithNext is Keep in one transaction with the next change of the document,
// which must be made at once, on the goroutine of the document.
func (p *Project) KeepWithNext(list []Memory) { p.w.with = keeping(list) }

func keeping(list []Memory) op {
	o := op{keeps: true, memory: list}
	for _, m := range list {
		o.bytes += int64(len(m.Data))
	}
	return o
}

// Kept returns the whole memory as it was stored last.
func (p *Project) Kept(ctx context.Context) (out []Memory, err error) {
	if err := p.Flush(ctx); err != nil {
		return nil, fmt.Errorf("read the memory of the stopped run: %w", err)
	}
	err = p.masks.Read(func(db *sql.DB) (err error) {
		out, err = tables.ReadMemory(ctx, db)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the memory of the stopped run: %w", dbfile.Explain(ctx, p.path, err))
	}
	return out, nil
}
