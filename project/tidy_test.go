package project

import (
	"context"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/internal/tables"
)

// openWith opens a project with a limit on its history.
func openWith(t *testing.T, path string, limit int64) *Project {
	t.Helper()
	p, err := open(context.Background(), path, options{schema: tables.Current, historyLimit: limit})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// TestHistoryIsBounded: the oldest steps go, the document and the latest steps
// stay, and so does every mask they need.
func TestHistoryIsBounded(t *testing.T) {
	for _, limit := range []int64{0, 2000, 12000} {
		p := create(t)
		work(p, 5, 200)
		want := plainContents(t, p.Document().Contents())
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		p = openWith(t, p.Path(), limit)
		sameContents(t, "trimmed", p.Document().Contents(), want)
		steps := 0
		var before []annotate.Contents
		for {
			if _, ok := p.History().CanUndo(); !ok {
				break
			}
			p.History().Undo()
			before = append(before, plainContents(t, p.Document().Contents()))
			steps++
		}
		if limit == 0 && steps > 0 || limit > 0 && (steps == 0 || steps > 150) {
			t.Errorf("limit %d: %d steps can be undone", limit, steps)
		}
		redoAll(p)
		sameContents(t, "redone", p.Document().Contents(), want)
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
		p = openWith(t, p.Path(), limit)
		for i := range steps {
			if _, ok := p.History().CanUndo(); !ok {
				break
			}
			p.History().Undo()
			sameContents(t, "undone again", p.Document().Contents(), before[i])
		}
		if limit == 0 {
			standing := count(t, p, "masklets")
			if n := count(t, p, "results"); n != standing {
				t.Errorf("%d results are kept for %d masks that stand", n, standing)
			}
			if m := count(t, p, "masks"); m > standing+count(t, p, "prompts") {
				t.Errorf("%d masks are kept", m)
			}
		}
		p.Close()
	}
}

// TestAbandonedRedoIsSwept: masks of a step that was undone and then replaced
// by another go when the project is opened again.
func TestAbandonedRedoIsSwept(t *testing.T) {
	p := create(t)
	a := newActor(1, p.Document(), p.History())
	a.addObject()
	for range 10 {
		a.paint()
		a.undo()
	}
	flush(t, p)
	if n := count(t, p, "masks"); n != 10 {
		t.Fatalf("%d masks", n)
	}
	p = reopen(t, p)
	if n := count(t, p, "masks"); n != 1 {
		t.Errorf("%d masks are left, want the one that can be redone", n)
	}
	redoAll(p)
	if n := len(p.Document().ResultFrames(1)); n != 1 {
		t.Errorf("%d masks after redo", n)
	}
}
