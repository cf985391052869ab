package project

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/internal/tables"
)

// crashChild works on a project until it is killed: random actions and
// propagations, now and then closing and opening the project. It prints the
// number of committed changes as soon as it is told of them.
func crashChild(args []string) {
	seed, _ := strconv.ParseUint(args[1], 10, 64)
	pace := rand.New(rand.NewPCG(seed, 1))
	var a *actor
	for {
		p, err := Open(context.Background(), args[0])
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		p.OnStatus(func(s Status) {
			if s.State == Failing {
				fmt.Println(s.Err)
				os.Exit(1)
			}
			os.Stdout.WriteString(strconv.FormatInt(s.Committed, 10) + "\n")
		})
		if a == nil {
			a = newActor(seed, nil, nil)
			os.Stdout.WriteString(strconv.FormatInt(p.Status().Committed, 10) + "\n")
		}
		a.doc, a.hist, a.p = p.Document(), p.History(), p
		for range 10 + pace.IntN(30) {
			a.crashStep()
			if pace.IntN(3) > 0 {
				p.Flush(context.Background())
			}
		}
		if err := p.Close(); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	}
}

// crashStep is a step in which propagations are more frequent.
func (a *actor) crashStep() {
	if len(a.doc.Objects()) > 0 && a.rng.IntN(4) == 0 {
		a.propagate(20)
		return
	}
	a.step()
}

// crashStats say what the kills hit.
type crashStats struct {
	kills, withWork, inRun, unacknowledged int
}

// TestKilledAtAnyMoment kills a real process again and again, on projects that
// go on from what the last kill left. Each time, the file must be sound and
// hold exactly what the process had done up to some change, not before the
// last one that was acknowledged.
func TestKilledAtAnyMoment(t *testing.T) {
	kills, lanes := 240, 4
	if testing.Short() {
		kills = 40
	}
	if n, err := strconv.Atoi(os.Getenv("MASKLET_KILLS")); err == nil {
		kills = max(n, lanes)
	}
	began := time.Now()
	results := make(chan crashStats, lanes)
	t.Run("lanes", func(t *testing.T) {
		for lane := range lanes {
			t.Run(fmt.Sprint(lane), func(t *testing.T) {
				t.Parallel()
				var stats crashStats
				defer func() { results <- stats }()
				for stats.kills < kills/lanes {
					crashProject(t, uint64(lane), &stats, kills/lanes)
				}
			})
		}
	})
	if t.Failed() {
		return
	}
	var all crashStats
	for range lanes {
		s := <-results
		all.kills += s.kills
		all.withWork += s.withWork
		all.inRun += s.inRun
		all.unacknowledged += s.unacknowledged
	}
	// A kill that lost anything, left the file unreadable or something beside it
	// ended this test.
	t.Logf("torture: %-8s kills=%d unfinished=%d lost=0 dead_ends=0 left=0 seconds=%.0f", "edits", all.kills, all.kills, time.Since(began).Seconds())
	t.Logf("%d kills: %d after acknowledged work, %d within a propagation, %d with committed changes that were not acknowledged yet",
		all.kills, all.withWork, all.inRun, all.unacknowledged)
	if all.withWork < all.kills/2 || all.inRun < all.kills/20 {
		t.Errorf("the kills did not hit what they should: %+v", all)
	}
}

// crashProject makes a project and has up to 20 processes killed on it.
func crashProject(t *testing.T, lane uint64, stats *crashStats, limit int) {
	p, err := Create(context.Background(), filepath.Join(t.TempDir(), "clip.masklet"), testMedia())
	if err != nil {
		t.Fatal(err)
	}
	path := p.Path()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	m := newCrashModel(t, inspect(t, path))
	for i := 0; i < 20 && stats.kills < limit; i++ {
		seed := lane<<32 | uint64(stats.kills)
		acknowledged := killOne(t, path, seed)
		stats.kills++
		got := inspect(t, path)
		n := got.Status().Committed
		if n < acknowledged || n < m.n {
			t.Fatalf("seed %d: %d changes were acknowledged, the file had %d before and has %d now", seed, acknowledged, m.n, n)
		}
		if n > m.n {
			stats.withWork++
		}
		if n > acknowledged {
			stats.unacknowledged++
		}
		sameContents(t, fmt.Sprintf("seed %d, change %d", seed, n), got.Document().Contents(), m.replay(t, seed, n))
		if checkPending(t, got) {
			stats.inRun++
		}
		m = newCrashModel(t, got)
	}
}

// killOne starts a process on the project, kills it after a random time, and
// returns the last change that it knew to be committed.
func killOne(t *testing.T, path string, seed uint64) (acknowledged int64) {
	t.Helper()
	rng := rand.New(rand.NewPCG(seed, 2))
	cmd := child(t, "crash", path, strconv.FormatUint(seed, 10))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	if rng.IntN(8) > 0 { // else it may be killed while it opens the project
		// Counted in acknowledgements, so that a slow disk is hit as well.
		for range 1 + rng.IntN(4) {
			acknowledged = max(acknowledged, readNumber(t, lines))
		}
	}
	time.Sleep(time.Duration(rng.IntN(40_000)) * time.Microsecond)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for {
		n := readNumber(t, lines)
		if n < 0 {
			break
		}
		acknowledged = n
	}
	cmd.Wait()
	return acknowledged
}

// readNumber reads a line of a child's output; -1 at its end. A line that was
// cut by the kill does not count.
func readNumber(t *testing.T, r *bufio.Reader) int64 {
	t.Helper()
	line, err := r.ReadString('\n')
	if err != nil {
		return -1
	}
	n, err := strconv.ParseInt(line[:len(line)-1], 10, 64)
	if err != nil {
		t.Fatalf("the killed process had failed before: %s", line)
	}
	return n
}

// inspect opens a copy of the project with the log that was left beside it, so
// that the next process meets the same log, and checks the copy as a whole.
func inspect(t *testing.T, path string) *Project {
	t.Helper()
	copied := filepath.Join(t.TempDir(), filepath.Base(path))
	for _, suffix := range []string{"", "-wal"} {
		data, err := os.ReadFile(path + suffix)
		if errors.Is(err, fs.ErrNotExist) && suffix != "" {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(copied+suffix, data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	p := reopenPath(t, copied)
	if err := p.masks.Read(func(db *sql.DB) error {
		var answer string
		if err := db.QueryRow("PRAGMA integrity_check").Scan(&answer); err != nil || answer != "ok" {
			t.Errorf("integrity_check: %s, %v", answer, err)
		}
		if err := db.QueryRow("PRAGMA foreign_key_check").Scan(); err != sql.ErrNoRows {
			t.Errorf("foreign_key_check: %v", err)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	return p
}

// crashModel is a document in memory on which the actions of a killed process
// are repeated up to any change.
type crashModel struct {
	doc  *annotate.Document
	hist *annotate.History
	n    int64 // changes made so far
	stop int64
	hit  annotate.Contents // the document after change stop
}

// newCrashModel starts from what a project holds, history included.
func newCrashModel(t *testing.T, p *Project) *crashModel {
	t.Helper()
	m := &crashModel{n: p.Status().Committed}
	var l *tables.Loaded
	if err := p.masks.Read(func(db *sql.DB) (err error) {
		l, err = tables.Load(context.Background(), db, p.masks)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	doc, err := annotate.Restore(l.Contents)
	if err != nil {
		t.Fatal(err)
	}
	m.doc, m.hist = doc, annotate.NewHistory(doc, m)
	m.hist.Restore(l.Done, l.Undone)
	return m
}

// Applied implements annotate.Recorder.
func (m *crashModel) Applied(annotate.Change, annotate.ChangeKind) {
	if m.n++; m.n == m.stop {
		m.hit = m.doc.Contents()
	}
}

// replay repeats what crashChild does with a seed and returns the document
// after change n.
func (m *crashModel) replay(t *testing.T, seed uint64, n int64) annotate.Contents {
	t.Helper()
	if m.n == n {
		return m.doc.Contents()
	}
	m.stop = n
	a := newActor(seed, m.doc, m.hist)
	for range 100_000 {
		if a.crashStep(); m.n >= n {
			return m.hit
		}
	}
	t.Fatalf("seed %d never makes change %d", seed, n)
	return annotate.Contents{}
}

// checkPending looks at the run that was cut short, if there is one: a frame
// has the masks of all objects of the run, or none. It reports whether the run
// had begun and not ended.
func checkPending(t *testing.T, p *Project) bool {
	t.Helper()
	run, ok := p.PendingRun()
	if !ok {
		return false
	}
	done, err := p.FinishedFrames(context.Background(), run)
	if err != nil {
		t.Fatal(err)
	}
	frames := 0
	for f := run.Range.First; f <= run.Range.Last; f++ {
		have := 0
		for _, id := range run.Objects {
			if done[annotate.FrameKey{Object: id, Frame: f}] {
				have++
			}
		}
		if have != 0 && have != len(run.Objects) {
			t.Errorf("frame %d has masks of %d of %d objects", f, have, len(run.Objects))
		}
		if have == 0 {
			continue
		}
		if f != run.Range.First+frames {
			t.Errorf("frame %d is there, but an earlier one is not", f)
		}
		frames++
	}
	if len(done) != frames*len(run.Objects) {
		t.Errorf("the run holds %d masks on %d frames", len(done), frames)
	}
	return frames > 0 && frames < run.Range.Len()
}
