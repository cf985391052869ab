package project

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/masklet/masklet/annotate"
)

// RunState says how far a propagation came.
type RunState string

// The states of a run.
const (
	RunRunning RunState = "running" // under way, or the program was killed meanwhile
	RunStopped RunState = "stopped" // a person stopped it
	RunDone    RunState = "done"
)

// Run is one propagation: what is needed to continue it if it is cut short.
type Run struct {
	ID        int64 // given by StartRun
	State     RunState
	Group     int64 // Group of the changes that hold its frames
	Objects   []annotate.ObjectID
	Range     annotate.Range
	Direction string // "both", "forward", "backward"
	Engine    string
	Settings  string // the caller's own text, for example JSON
	Phase     int    // 1 encoding, 2 propagating
}

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
	p.w.add(op{task: func(b *batch) error { return addRun(b, r, started) }})
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
		return fmt.Errorf("there is no run %d in %s", id, base(p.path))
	}
	ended := change(&p.runs[i])
	r := p.runs[i]
	p.w.add(op{task: func(b *batch) error {
		return b.s.exec(b.ctx, "UPDATE runs SET state = ?, phase = ?, ended = ? WHERE id = ?",
			string(r.State), r.Phase, ended, r.ID)
	}})
	return nil
}

// PendingRun returns the latest run if it did not come to its end: it was
// stopped, or the program was killed. FinishedFrames says what it has already.
func (p *Project) PendingRun() (Run, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if n := len(p.runs); n > 0 && p.runs[n-1].State != RunDone {
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
	out := map[annotate.FrameKey]bool{}
	err := p.masks.read(func(db *sql.DB) error {
		rows, err := db.QueryContext(ctx, "SELECT edits FROM history WHERE step = ? AND step <> 0 AND undone = 0 ORDER BY seq", r.Group)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var edits sql.RawBytes
			if err := rows.Scan(&edits); err != nil {
				return err
			}
			rs, err := decodeRecords(edits)
			if err != nil {
				return err
			}
			for _, rec := range rs {
				for _, c := range rec.Results {
					out[annotate.FrameKey{Object: annotate.ObjectID(c[0]), Frame: int(c[1])}] = c[3] != 0
				}
			}
		}
		return rows.Err()
	})
	if err != nil {
		return nil, fmt.Errorf("read what run %d finished: %w", r.ID, explain(ctx, p.path, err))
	}
	return out, nil
}

func addRun(b *batch, r Run, started string) error {
	objects, err := json.Marshal(append([]annotate.ObjectID{}, r.Objects...))
	if err != nil {
		return err
	}
	return b.s.exec(b.ctx, `INSERT INTO runs
		(id, state, step, objects, first, last, direction, engine, settings, phase, started, ended)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')`,
		r.ID, string(r.State), r.Group, string(objects), r.Range.First, r.Range.Last,
		text(r.Direction), text(r.Engine), text(r.Settings), r.Phase, started)
}

func (l *loader) loadRuns() error {
	return l.each(`SELECT id, state, step, objects, first, last, direction, engine, settings, phase
		FROM runs ORDER BY id`, func(rows *sql.Rows) error {
		var r Run
		var objects []byte
		if err := rows.Scan(&r.ID, &r.State, &r.Group, &objects, &r.Range.First, &r.Range.Last,
			&r.Direction, &r.Engine, &r.Settings, &r.Phase); err != nil {
			return err
		}
		if err := json.Unmarshal(objects, &r.Objects); err != nil {
			return fmt.Errorf("%w: run %d: %w", ErrDamaged, r.ID, err)
		}
		l.runs = append(l.runs, r)
		return nil
	})
}

// pendingStep returns the history step that a run to be continued needs.
func (l *loader) pendingStep() int64 {
	if n := len(l.runs); n > 0 && l.runs[n-1].State != RunDone {
		return l.runs[n-1].Group
	}
	return 0
}

func now() string { return time.Now().UTC().Format(time.RFC3339) }
