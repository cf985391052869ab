package tables

import (
	"context"
	"fmt"

	"github.com/masklet/masklet/project/internal/dbfile"
)

// oldest returns how many of rows, oldest first, must go so that the rest
// takes at most limit bytes. Steps go whole, and the step keep never goes.
func oldest(rows []historyRow, limit, keep int64) int {
	total := int64(0)
	for _, r := range rows {
		total += r.bytes
	}
	n := 0
	for n < len(rows) && total > limit {
		step := rows[n].step
		if step != 0 && step == keep {
			break
		}
		for first := true; n < len(rows) && (first || step != 0 && rows[n].step == step); first = false {
			total -= rows[n].bytes
			n++
		}
	}
	return n
}

// trim drops the oldest history beyond limit from what was loaded, except for
// the step keep, and returns the last dropped row, 0 if none.
func (l *Loaded) trim(limit, keep int64) (through int64) {
	n := min(oldest(l.rows, limit, keep), len(l.Done))
	if n == 0 {
		return 0
	}
	through = l.rows[n-1].seq
	l.rows, l.Done = l.rows[n:], l.Done[n:]
	return through
}

// Clean drops the oldest history beyond limit bytes, and what nothing uses any
// more, from what was loaded and from the file.
func (l *Loaded) Clean(ctx context.Context, s *dbfile.Session, limit int64) error {
	through := l.trim(limit, l.pendingStep())
	if through == 0 && !l.litter() {
		return nil
	}
	return l.tidy(ctx, s, through)
}

// tidy removes the history through a row, and results and masks that neither
// the document nor the remaining history uses: what trimming and abandoned
// redo steps leave behind.
func (l *Loaded) tidy(ctx context.Context, s *dbfile.Session, through int64) error {
	// The parents are found by what does not use them; checking every child
	// again for each of them would take quadratic time.
	if err := s.Exec(ctx, "PRAGMA foreign_keys = OFF"); err != nil {
		return err
	}
	err := s.Transaction(ctx, func() error { return l.sweep(ctx, s, through) })
	if err2 := s.Exec(ctx, "PRAGMA foreign_keys = ON"); err == nil {
		err = err2
	}
	if err != nil {
		return fmt.Errorf("drop old history of %s: %w", dbfile.Base(l.masks.path), dbfile.Reason(err))
	}
	return nil
}

func (l *Loaded) sweep(ctx context.Context, s *dbfile.Session, through int64) error {
	for _, q := range []string{
		"CREATE TEMP TABLE kept_results (id INTEGER PRIMARY KEY) STRICT",
		"CREATE TEMP TABLE kept_masks (id INTEGER PRIMARY KEY) STRICT",
		"INSERT INTO kept_results SELECT DISTINCT result_id FROM masklets",
		"INSERT INTO kept_masks SELECT DISTINCT mask_id FROM prompts WHERE mask_id IS NOT NULL",
	} {
		if err := s.Exec(ctx, q); err != nil {
			return err
		}
	}
	for _, row := range l.rows {
		for _, id := range row.results {
			if err := s.Exec(ctx, "INSERT OR IGNORE INTO kept_results VALUES (?)", id); err != nil {
				return err
			}
		}
		for _, id := range row.masks {
			if err := s.Exec(ctx, "INSERT OR IGNORE INTO kept_masks VALUES (?)", id); err != nil {
				return err
			}
		}
	}
	if err := s.Exec(ctx, "DELETE FROM history WHERE seq <= ?", through); err != nil {
		return err
	}
	for _, q := range []string{
		"DELETE FROM results WHERE id NOT IN (SELECT id FROM kept_results)",
		"INSERT OR IGNORE INTO kept_masks SELECT mask_id FROM results WHERE mask_id IS NOT NULL",
		"DELETE FROM masks WHERE id NOT IN (SELECT id FROM kept_masks)",
		"DROP TABLE kept_results",
		"DROP TABLE kept_masks",
	} {
		if err := s.Exec(ctx, q); err != nil {
			return err
		}
	}
	return nil
}

// litter reports whether the file holds results that nothing uses any more.
func (l *Loaded) litter() bool {
	used := make(map[int64]bool, len(l.results))
	for _, row := range l.rows {
		for _, id := range row.results {
			used[id] = true
		}
	}
	for _, id := range l.standing {
		used[id] = true
	}
	return len(used) < len(l.results)
}
