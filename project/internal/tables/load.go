// Package tables is what a project file holds, as schema.sql has it: it reads
// the tables into a document with its history, and writes changes of the
// document back, each transaction through one Batch.
package tables

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/internal/dbfile"
	"github.com/masklet/masklet/project/internal/mediaref"
)

// Loaded is everything but pixels of a project file.
type Loaded struct {
	ctx   context.Context
	db    *sql.Tx // one view of the file, even if another Masklet writes to it
	masks *Masks

	Media    mediaref.Ref
	Contents annotate.Contents
	Done     []annotate.Change
	Undone   []annotate.Change // the one to redo first comes last
	Runs     []Run             // in order of ID
	Sequence int64             // changes committed since the project was made
	Mark     Mark              // of the last transaction

	results  map[int64]*annotate.Result
	standing []int64                 // results that stand now
	prompts  map[int64]annotate.Mask // masks that are prompts are needed at once
	rows     []historyRow            // of Done and Undone, oldest first
}

// Load reads a project; its masks will be read through masks. Errors that wrap
// dbfile.ErrDamaged say what is wrong.
func Load(ctx context.Context, db *sql.DB, masks *Masks) (*Loaded, error) {
	tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer tx.Rollback()
	l := &Loaded{ctx: ctx, db: tx, masks: masks}
	return l, l.load()
}

func (l *Loaded) load() error {
	var err error
	if l.Media, err = loadMedia(l.ctx, l.db); err != nil {
		return err
	}
	l.Contents = annotate.Contents{
		W: l.Media.W, H: l.Media.H, Frames: l.Media.Frames,
		Prompts: map[annotate.FrameKey]annotate.Prompt{},
		Results: map[annotate.ObjectID]map[int]annotate.Result{},
	}
	l.prompts = map[int64]annotate.Mask{}
	for _, step := range []func() error{
		l.loadProgress, l.loadClasses, l.loadObjects, l.loadResults, l.loadMasklets,
		l.loadPrompts, l.loadProtected, l.loadNotes, l.loadCuts, l.loadRange, l.loadSettings, l.loadHistory, l.loadRuns,
	} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

func (l *Loaded) each(query string, scan func(rows *sql.Rows) error) error {
	return each(l.ctx, l.db, query, scan)
}

// each runs a query and calls scan for every row.
func each(ctx context.Context, db interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}, query string, scan func(rows *sql.Rows) error, args ...any) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (l *Loaded) loadProgress() error {
	return l.db.QueryRowContext(l.ctx, "SELECT sequence, mark FROM progress").Scan(&l.Sequence, &l.Mark)
}

func (l *Loaded) loadClasses() error {
	return l.each("SELECT id, name, color, key FROM classes", func(rows *sql.Rows) error {
		var c annotate.Class
		var hex []byte
		if err := rows.Scan(&c.ID, &c.Name, &hex, &c.Key); err != nil {
			return err
		}
		if err := (*color)(&c.Color).UnmarshalText(hex); err != nil {
			return fmt.Errorf("%w: class %d: %w", dbfile.ErrDamaged, c.ID, err)
		}
		l.Contents.Classes = append(l.Contents.Classes, c)
		return nil
	})
}

func (l *Loaded) loadObjects() error {
	return l.each("SELECT id, label, coalesce(class_id, 0), color, hidden FROM objects", func(rows *sql.Rows) error {
		var o annotate.Object
		var hex []byte
		if err := rows.Scan(&o.ID, &o.Label, &o.Class, &hex, &o.Hidden); err != nil {
			return err
		}
		if err := (*color)(&o.Color).UnmarshalText(hex); err != nil {
			return fmt.Errorf("%w: object %d: %w", dbfile.ErrDamaged, o.ID, err)
		}
		l.Contents.Objects = append(l.Contents.Objects, o)
		return nil
	})
}

// loadResults reads every version of every mask's record; the pixels stay on
// disk.
func (l *Loaded) loadResults() error {
	var count int
	if err := l.db.QueryRowContext(l.ctx, "SELECT count(*) FROM results").Scan(&count); err != nil {
		return err
	}
	l.results = make(map[int64]*annotate.Result, count)
	results, refs := make([]annotate.Result, count), make([]maskRef, count)
	names := map[string]string{} // one string for each engine and source
	empty := annotate.InMemory(annotate.EmptyMask(l.Media.W, l.Media.H))
	i := 0
	return l.each(`SELECT r.id, coalesce(r.mask_id, 0), r.area, r.confidence, r.score, r.iou, r.source, e.name
		FROM results r JOIN engines e ON e.id = r.engine_id`, func(rows *sql.Rows) error {
		var id int64
		var source, engine sql.RawBytes
		r, ref := &results[i], &refs[i]
		i++
		if err := rows.Scan(&id, &ref.id, &r.Area, &r.Confidence, &r.Score, &r.IoU, &source, &engine); err != nil {
			return err
		}
		r.Source, r.Engine = annotate.Source(intern(names, source)), intern(names, engine)
		r.Mask = empty
		if ref.id != 0 {
			ref.store = l.masks
			r.Mask = ref
		}
		l.results[id] = r
		return nil
	})
}

func intern(names map[string]string, b []byte) string {
	if s, ok := names[string(b)]; ok {
		return s
	}
	s := string(b)
	names[s] = s
	return s
}

func (l *Loaded) loadMasklets() error {
	return l.each("SELECT object_id, frame, result_id FROM masklets", func(rows *sql.Rows) error {
		var k annotate.FrameKey
		var result int64
		if err := rows.Scan(&k.Object, &k.Frame, &result); err != nil {
			return err
		}
		r := l.results[result]
		if r == nil {
			return fmt.Errorf("%w: object %d has no mask on frame %d", dbfile.ErrDamaged, k.Object, k.Frame)
		}
		frames := l.Contents.Results[k.Object]
		if frames == nil {
			frames = map[int]annotate.Result{}
			l.Contents.Results[k.Object] = frames
		}
		frames[k.Frame] = *r
		l.standing = append(l.standing, result)
		return nil
	})
}

func (l *Loaded) loadPrompts() error {
	return l.each("SELECT object_id, frame, points, box, coalesce(mask_id, 0) FROM prompts", func(rows *sql.Rows) error {
		var k annotate.FrameKey
		var points, box []byte
		var row promptRow
		if err := rows.Scan(&k.Object, &k.Frame, &points, &box, &row.Mask); err != nil {
			return err
		}
		err := json.Unmarshal(points, &row.Points)
		if err == nil && box != nil {
			err = json.Unmarshal(box, &row.Box)
		}
		if err != nil {
			return fmt.Errorf("%w: prompt of object %d on frame %d: %w", dbfile.ErrDamaged, k.Object, k.Frame, err)
		}
		p, err := l.prompt(&row)
		if err != nil {
			return fmt.Errorf("prompt of object %d on frame %d: %w", k.Object, k.Frame, err)
		}
		l.Contents.Prompts[k] = *p
		return nil
	})
}

// prompt turns a row into a prompt, with its mask; nil stays nil.
func (l *Loaded) prompt(row *promptRow) (*annotate.Prompt, error) {
	if row == nil {
		return nil, nil
	}
	p := row.prompt()
	if row.Mask == 0 {
		return &p, nil
	}
	m, ok := l.prompts[row.Mask]
	if !ok {
		var err error
		m, err = scanMask(l.db.QueryRowContext(l.ctx, "SELECT width, height, rle FROM masks WHERE id = ?", row.Mask))
		if err != nil {
			return nil, err
		}
		l.prompts[row.Mask] = m
	}
	p.Mask = &m
	return &p, nil
}

func (l *Loaded) loadProtected() error {
	return l.each("SELECT object_id, frame FROM protected", func(rows *sql.Rows) error {
		var k annotate.FrameKey
		if err := rows.Scan(&k.Object, &k.Frame); err != nil {
			return err
		}
		l.Contents.Protected = append(l.Contents.Protected, k)
		return nil
	})
}

func (l *Loaded) loadCuts() error {
	l.Contents.Cuts = map[int]bool{}
	return l.each("SELECT frame, is_cut FROM cuts", func(rows *sql.Rows) error {
		var frame int
		var cut bool
		if err := rows.Scan(&frame, &cut); err != nil {
			return err
		}
		l.Contents.Cuts[frame] = cut
		return nil
	})
}

func (l *Loaded) loadRange() error {
	return l.each("SELECT first, last FROM frame_range", func(rows *sql.Rows) error {
		l.Contents.Range = new(annotate.Range)
		return rows.Scan(&l.Contents.Range.First, &l.Contents.Range.Last)
	})
}

func (l *Loaded) loadSettings() error {
	l.Contents.Settings = map[string]string{}
	return l.each("SELECT key, value FROM settings", func(rows *sql.Rows) error {
		var k, v string
		if err := rows.Scan(&k, &v); err != nil {
			return err
		}
		l.Contents.Settings[k] = v
		return nil
	})
}
