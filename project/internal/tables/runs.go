package tables

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/internal/dbfile"
)

// RunState says how far a propagation came.
type RunState string

// The states of a run.
const (
	RunRunning RunState = "running" // under way, or the program was killed meanwhile
	RunStopped RunState = "stopped" // the user stopped it
	RunDone    RunState = "done"
)

// Run is one propagation: what is needed to continue it if it is cut short.
type Run struct {
	ID        int64 // given by the project
	State     RunState
	Group     int64 // Group of the changes that hold its frames
	Objects   []annotate.ObjectID
	Range     annotate.Range
	Direction string // "both", "forward", "backward"
	Engine    string
	Settings  string // the caller's own text, for example JSON
	Phase     int    // 1 encoding, 2 propagating
}

// AddRun stores a run that began at a time. There is no other to go on with any
// more.
func (b *Batch) AddRun(r Run, started string) error {
	if err := b.DropMemory(); err != nil {
		return err
	}
	objects, err := json.Marshal(append([]annotate.ObjectID{}, r.Objects...))
	if err != nil {
		return err
	}
	return b.s.Exec(b.ctx, `INSERT INTO runs
		(id, state, step, objects, first, last, direction, engine, settings, phase, started, ended)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '')`,
		r.ID, string(r.State), r.Group, string(objects), r.Range.First, r.Range.Last,
		text(r.Direction), engineName(r.Engine), text(r.Settings), r.Phase, started)
}

func (l *Loaded) loadRuns() error {
	return l.each(`SELECT id, state, step, objects, first, last, direction, engine, settings, phase
		FROM runs ORDER BY id`, func(rows *sql.Rows) error {
		var r Run
		var objects []byte
		if err := rows.Scan(&r.ID, &r.State, &r.Group, &objects, &r.Range.First, &r.Range.Last,
			&r.Direction, &r.Engine, &r.Settings, &r.Phase); err != nil {
			return err
		}
		if err := json.Unmarshal(objects, &r.Objects); err != nil {
			return fmt.Errorf("%w: run %d: %w", dbfile.ErrDamaged, r.ID, err)
		}
		r.Engine = engineName(r.Engine)
		l.Runs = append(l.Runs, r)
		return nil
	})
}

// ChangeRun stores how far a run came, and when it ended, "" if it did not. Of
// one that is done nothing more is kept.
func (b *Batch) ChangeRun(r Run, ended string) error {
	if r.State == RunDone {
		if err := b.DropMemory(); err != nil {
			return err
		}
	}
	return b.s.Exec(b.ctx, "UPDATE runs SET state = ?, phase = ?, ended = ? WHERE id = ?",
		string(r.State), r.Phase, ended, r.ID)
}

// FinishedFrames returns the objects' frames that a run gave a mask to, except
// for those that were undone since.
func FinishedFrames(ctx context.Context, db *sql.DB, r Run) (map[annotate.FrameKey]bool, error) {
	out := map[annotate.FrameKey]bool{}
	err := each(ctx, db, "SELECT edits FROM history WHERE step = ? AND step <> 0 AND undone = 0 ORDER BY seq", func(rows *sql.Rows) error {
		var edits sql.RawBytes
		if err := rows.Scan(&edits); err != nil {
			return err
		}
		rs, err := decodeRecords(edits)
		for _, rec := range rs {
			for _, c := range rec.Results {
				out[annotate.FrameKey{Object: annotate.ObjectID(c[0]), Frame: int(c[1])}] = c[3] != 0
			}
		}
		return err
	}, r.Group)
	return out, err
}

// engineName makes sure that the name of an engine is a name: a path to a model
// in a project file, which may come from anywhere, is never followed.
func engineName(name string) string {
	return text(name[strings.LastIndexAny(name, `/\`)+1:])
}

// pendingStep returns the history step that a run to be continued needs.
func (l *Loaded) pendingStep() int64 {
	if n := len(l.Runs); n > 0 && l.Runs[n-1].State != RunDone {
		return l.Runs[n-1].Group
	}
	return 0
}
