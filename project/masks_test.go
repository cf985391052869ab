package project

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/png"
	"github.com/masklet/masklet/project/internal/tables"
)

// TestAdoptedMasksLeaveMemory: a mask is at hand at any time, and its memory
// is let go when it is committed.
func TestAdoptedMasksLeaveMemory(t *testing.T) {
	p := create(t)
	a := newActor(1, p.Document(), p.History())
	a.addObject()
	setFault(t, p, func() error { return errors.New("not now") })
	var want []annotate.Mask
	for f := range testFrames {
		r := a.result(annotate.Tracked)
		m, _ := r.Mask.Load()
		want = append(want, m)
		adopted, err := p.Adopt(*r)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := p.Adopt(adopted); err != nil || again.Mask != adopted.Mask {
			t.Errorf("adopted twice: %v", err)
		}
		a.do("Track", p.Document().SetResult(frameOf(1, f), &adopted))
	}
	awaitFailing(t, p)
	check := func(when string, held bool) {
		t.Helper()
		for f := range testFrames {
			r, _ := p.Document().Result(frameOf(1, f))
			if got, err := r.Mask.Load(); err != nil || !got.Equal(want[f]) {
				t.Fatalf("%s: frame %d: %v", when, f, err)
			}
			if n, ok := tables.HeldBytes(r.Mask); !ok || (n > 0) != held {
				t.Errorf("%s: frame %d holds memory: %v", when, f, !held)
			}
		}
	}
	check("unsaved", true)
	setFault(t, p, nil)
	if err := p.Retry(context.Background()); err != nil {
		t.Fatal(err)
	}
	check("saved", false)
	p.masks.CacheBytes = 0
	check("saved, without a cache", false)

	// The same mask on another frame and back by undo is stored once.
	r, _ := p.Document().Result(frameOf(1, 3))
	a.do("Copy", p.Document().SetResult(frameOf(1, 4), &r))
	p.History().Undo()
	p.History().Redo()
	flush(t, p)
	if n := count(t, p, "masks"); n != testFrames {
		t.Errorf("%d masks are stored, want %d", n, testFrames)
	}
}

// count returns the number of rows of a table.
func count(t *testing.T, p *Project, table string) (n int) {
	t.Helper()
	err := p.w.call(context.Background(), func() error {
		_, err := p.w.store.s.Get(context.Background(), "SELECT count(*) FROM "+table, nil, &n)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestMasksAreReadWhileWriting is for the race detector: readers on other
// goroutines, the document's goroutine and the writer at work.
func TestMasksAreReadWhileWriting(t *testing.T) {
	p := create(t)
	p.masks.CacheBytes = 4000
	a := newActor(1, p.Document(), p.History())
	a.addObject()
	refs := make(chan annotate.Result, 1000)
	var readers sync.WaitGroup
	for range 3 {
		readers.Add(1)
		go func() {
			defer readers.Done()
			for r := range refs {
				if m, err := r.Mask.Load(); err != nil || m.Area() != r.Area {
					t.Errorf("load: %v", err)
				}
				p.Status()
				p.PendingRun()
				p.Media()
			}
		}()
	}
	for i := range 300 {
		r, err := p.Adopt(*a.result(annotate.Tracked))
		if err != nil {
			t.Fatal(err)
		}
		k := frameOf(1, i%testFrames)
		a.do("Track", p.Document().SetResult(k, &r))
		for range 3 {
			refs <- r
		}
	}
	dest := filepath.Join(t.TempDir(), "copy")
	if err := p.SaveCopy(context.Background(), dest, "", nil); err != nil {
		t.Error(err)
	}
	close(refs)
	readers.Wait()
	sameContents(t, "the copy", reopenPath(t, filepath.Join(dest, "clip.mp4.masklet")).Document().Contents(), p.Document().Contents())
}

// TestBadMaskRowIsNamed: a mask that cannot be decoded is an error of that
// mask, not of the project.
func TestBadMaskRowIsNamed(t *testing.T) {
	p := create(t)
	a := newActor(1, p.Document(), p.History())
	a.addObject()
	a.paint()
	p.Close()
	data, err := os.ReadFile(p.Path())
	if err != nil {
		t.Fatal(err)
	}
	data = edited(t, data, "UPDATE masks SET rle = 'zzzz'")
	if err := os.WriteFile(p.Path(), data, 0o644); err != nil {
		t.Fatal(err)
	}
	q := reopenPath(t, p.Path())
	r, _ := q.Document().Result(frameOf(1, q.Document().ResultFrames(1)[0]))
	if _, err := r.Mask.Load(); !errors.Is(err, ErrDamaged) || !errors.Is(err, annotate.ErrMask) {
		t.Errorf("got %v", err)
	}
}

// TestSnapshotStands: what comes later does not show in a snapshot, and its
// masks stay readable.
func TestSnapshotStands(t *testing.T) {
	p := create(t)
	work(p, 21, 150)
	p = reopen(t, p)
	snap, want := p.Snapshot(), p.Document().Contents()
	undoAll(p)
	flush(t, p)
	if len(want.Results) == 0 || len(p.Document().Objects()) != 0 {
		t.Fatal("nothing was undone")
	}
	sameContents(t, "the snapshot", snap.Contents, want)
}

// TestExportFromTheFileAlone: the exporters see the masks of a project that is
// only looked at.
func TestExportFromTheFileAlone(t *testing.T) {
	p := create(t)
	work(p, 21, 150)
	want := p.Document().Contents()
	p.Close()
	view, err := OpenReadOnly(context.Background(), p.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer view.Close()
	m := view.Media()
	src := export.FromContents(export.Video{W: m.W, H: m.H, Frames: m.Frames, Timestamps: m.Timestamps}, view.Snapshot().Contents)
	reports, err := export.Write(context.Background(), export.Targets(t.TempDir(), []export.Format{png.Format()}), src, export.Options{})
	if err != nil {
		t.Fatal(err)
	}
	masks := 0
	for _, frames := range want.Results {
		masks += len(frames)
	}
	if report := reports[0]; report.Masks != masks || masks == 0 {
		t.Errorf("%d masks were exported, want %d", report.Masks, masks)
	}
}
