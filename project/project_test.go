package project

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// create makes a project in a new folder and closes it with the test.
func create(t *testing.T) *Project {
	t.Helper()
	p, err := Create(context.Background(), filepath.Join(t.TempDir(), "clip.mp4.masklet"), testMedia())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// reopen closes a project and opens its file again.
func reopen(t *testing.T, p *Project) *Project {
	t.Helper()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	return reopenPath(t, p.Path())
}

func reopenPath(t *testing.T, path string) *Project {
	t.Helper()
	p, err := Open(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

func flush(t *testing.T, p *Project) {
	t.Helper()
	if err := p.Flush(context.Background()); err != nil {
		t.Fatal(err)
	}
}

// TestUndoGivesTheDocumentBack is the promise of the history: whatever was
// done, undoing it all gives the document as it was, and redoing it all gives
// it as it became, within a session and across sessions.
func TestUndoGivesTheDocumentBack(t *testing.T) {
	for seed := range uint64(30) {
		p := create(t)
		empty := p.Document().Contents()
		a := newActor(seed, p.Document(), p.History())
		for range 40 {
			a.step()
		}
		full := p.Document().Contents()
		undoAll(p)
		sameContents(t, "undone", p.Document().Contents(), empty)
		redoAll(p)
		redone := p.Document().Contents()

		p = reopen(t, p)
		sameContents(t, "reopened", p.Document().Contents(), redone)
		undoAll(p)
		sameContents(t, "undone after reopening", p.Document().Contents(), empty)
		p = reopen(t, p)
		sameContents(t, "reopened when undone", p.Document().Contents(), empty)
		redoAll(p)
		sameContents(t, "redone after reopening", p.Document().Contents(), redone)
		if len(full.Objects) == 0 {
			t.Fatal("the actor did nothing")
		}
		p.Close()
	}
}

func undoAll(p *Project) {
	for {
		if _, ok := p.History().CanUndo(); !ok {
			return
		}
		p.History().Undo()
	}
}

func redoAll(p *Project) {
	for {
		if _, ok := p.History().CanRedo(); !ok {
			return
		}
		p.History().Redo()
	}
}

// TestEveryStepIsTheSameInMemoryAndOnDisk follows a long session with
// reopening in between, against a document that was never saved.
func TestEveryStepIsTheSameInMemoryAndOnDisk(t *testing.T) {
	p := create(t)
	model := annotate.NewDocument(testW, testH, testFrames)
	hist := annotate.NewHistory(model, nil)
	for session := range uint64(12) {
		saved, pure := newActor(session, p.Document(), p.History()), newActor(session, model, hist)
		for range 15 {
			saved.step()
			pure.step()
			name, can := p.History().CanUndo()
			if wantName, want := hist.CanUndo(); name != wantName || can != want {
				t.Fatalf("undo offers %q, %v; want %q, %v", name, can, wantName, want)
			}
		}
		sameContents(t, "in memory", p.Document().Contents(), model.Contents())
		p = reopen(t, p)
		sameContents(t, "on disk", p.Document().Contents(), model.Contents())
	}
}
