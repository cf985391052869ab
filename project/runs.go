package project

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/internal/dbfile"
	"github.com/masklet/masklet/project/internal/tables"
)

// Run is one propagation: what is needed to continue it if it is cut short.
type Run = tables.Run

// RunState says how far a propagation came.
type RunState = tables.RunState

// The states of a run.
const (
	RunRunning = tables.RunRunning // under way, or the program was killed meanwhile
	RunStopped = tables.RunStopped // the user stopped it
	RunDone    = tables.RunDone
)

// StartRun records that a propagation begins and returns it with its ID and
// state. The record is queued like a change, before the frames that follow.
// r.Group must be the group of those frames' changes (History.NewGroup).
func (p *Project) StartRun(r Run) Run {
	p.mu.Lock()
	defer p.mu.Unlock()
	r.ID, r.State = p.nextRun, RunRunning
	r.Objects = slices.Clone(r.Objects)
	p.nextRun++
	p.runs = append(p.runs, r)
	started := now()
	p.w.add(op{task: func(b *tables.Batch) error { return b.AddRun(r, started) }})
	return r
}

// SetRunPhase records that a run is at phase 1 (encoding) or 2 (propagating).
func (p *Project) SetRunPhase(id int64, phase int) error {
	return p.changeRun(id, func(r *Run) string { r.Phase = phase; return "" })
}

// FinishRun records that a run ended: RunDone, or RunStopped if it can be
// continued. Continuing a run is SetRunPhase or FinishRun of the same ID.
func (p *Project) FinishRun(id int64, state RunState) error {
	if !slices.Contains([]RunState{RunRunning, RunStopped, RunDone}, state) {
		return fmt.Errorf("finish run %d: %q is no state of a run", id, state)
	}
	return p.changeRun(id, func(r *Run) string {
		r.State = state
		if state == RunRunning {
			return ""
		}
		return now()
	})
}

func (p *Project) changeRun(id int64, change func(*Run) (ended string)) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	i := slices.IndexFunc(p.runs, func(r Run) bool { return r.ID == id })
	if i < 0 {
		return fmt.Errorf("there is no run %d in %s", id, dbfile.Base(p.path))
	}
	ended := change(&p.runs[i])
	r := p.runs[i]
	p.w.add(op{task: func(b *tables.Batch) error { return b.ChangeRun(r, ended) }})
	return nil
}

// PendingRun returns the latest run if it did not come to its end: it was
// stopped, or the program was killed. FinishedFrames says what it has already.
func (p *Project) PendingRun() (Run, bool) {
	r, ok := p.LastRun()
	if !ok || r.State == RunDone {
		return Run{}, false
	}
	return r, true
}

// LastRun returns the latest run, whether it came to its end or not.
func (p *Project) LastRun() (Run, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.runs); n > 0 {
		return p.runs[n-1], true
	}
	return Run{}, false
}

// FinishedFrames returns the objects' frames that a run gave a mask to, except
// for those that were undone since: what a continued run skips.
func (p *Project) FinishedFrames(ctx context.Context, r Run) (map[annotate.FrameKey]bool, error) {
	if err := p.Flush(ctx); err != nil {
		return nil, fmt.Errorf("read what run %d finished: %w", r.ID, err)
	}
	var out map[annotate.FrameKey]bool
	err := p.masks.Read(func(db *sql.DB) (err error) {
		out, err = tables.FinishedFrames(ctx, db, r)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read what run %d finished: %w", r.ID, dbfile.Explain(ctx, p.path, err))
	}
	return out, nil
}

func now() string { return time.Now().UTC().Format(time.RFC3339) }
