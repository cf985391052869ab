package project

import (
	"context"
	"fmt"
	"testing"

	"github.com/masklet/masklet/annotate"
)

func frameOf(id annotate.ObjectID, frame int) annotate.FrameKey {
	return annotate.FrameKey{Object: id, Frame: frame}
}

func (s *Snapshot) objectIDs() (ids []annotate.ObjectID) {
	for _, o := range s.Objects {
		ids = append(ids, o.ID)
	}
	return ids
}

// track makes the changes of a propagation over frames first to last.
func track(p *Project, run Run, first, last int) {
	a := newActor(uint64(first), p.Document(), p.History())
	for f := first; f <= last; f++ {
		var edits []annotate.Edit
		for _, id := range run.Objects {
			edits = append(edits, p.Document().SetResult(frameOf(id, f), a.result(annotate.Tracked)))
		}
		p.History().Do(annotate.Change{Name: "Track", Group: run.Group, Edits: edits})
	}
}

// TestInterruptedRun continues a run after its program ended without a word.
func TestInterruptedRun(t *testing.T) {
	p := create(t)
	a := newActor(1, p.Document(), p.History())
	a.addObject()
	a.addObject()
	before := p.Document().Contents()
	// Older masks on frames that the run has not reached are not finished.
	a.do("Paint", p.Document().SetResult(frameOf(1, 9), a.result(annotate.Painted)))
	run := p.StartRun(Run{
		Group: p.History().NewGroup(), Objects: []annotate.ObjectID{1, 2}, Range: annotate.Range{First: 2, Last: 12},
		Direction: "both", Engine: "classic", Settings: `{"preset":"fast"}`, Phase: 1,
	})
	if err := p.SetRunPhase(run.ID, 2); err != nil {
		t.Fatal(err)
	}
	track(p, run, 2, 6)
	p = reopen(t, p)

	got, ok := p.PendingRun()
	run.Phase = 2
	if !ok || fmt.Sprint(got) != fmt.Sprint(run) {
		t.Fatalf("pending run %v, %v; want %v", got, ok, run)
	}
	done, err := p.FinishedFrames(context.Background(), got)
	if err != nil {
		t.Fatal(err)
	}
	for f := range testFrames {
		for id := annotate.ObjectID(1); id <= 2; id++ {
			if want := f >= 2 && f <= 6; done[frameOf(id, f)] != want {
				t.Errorf("object %d on frame %d: finished %v", id, f, !want)
			}
		}
	}

	track(p, got, 7, 12)
	if err := p.FinishRun(run.ID, RunDone); err != nil {
		t.Fatal(err)
	}
	p = reopen(t, p)
	if r, ok := p.PendingRun(); ok {
		t.Errorf("still pending: %v", r)
	}
	p.History().Undo() // the whole run, although two programs made it
	p.History().Undo()
	sameContents(t, "run undone", p.Document().Contents(), before)
	if done, err = p.FinishedFrames(context.Background(), got); err != nil || len(done) != 0 {
		t.Errorf("finished after undo: %v, %v", done, err)
	}
}

// TestGroupOfForgottenRun: the number of a run's step is not given to another
// step when nothing but the run remembers it.
func TestGroupOfForgottenRun(t *testing.T) {
	p := create(t)
	a := newActor(1, p.Document(), p.History())
	a.addObject()
	run := p.StartRun(Run{Group: p.History().NewGroup(), Objects: []annotate.ObjectID{1}})
	track(p, run, 0, 3)
	p.FinishRun(run.ID, RunStopped)
	p.History().Undo()
	a.addObject() // now the run's changes cannot be redone
	p = reopen(t, p)
	if g := p.History().NewGroup(); g <= run.Group {
		t.Errorf("group %d is given out again", g)
	}
	if r, ok := p.PendingRun(); !ok || r.State != RunStopped {
		t.Errorf("pending %v, %v", r, ok)
	}
}

func TestRunErrors(t *testing.T) {
	p := create(t)
	if _, ok := p.PendingRun(); ok {
		t.Error("a new project has a pending run")
	}
	if err := p.FinishRun(7, RunDone); err == nil {
		t.Error("a run that does not exist was finished")
	}
	r := p.StartRun(Run{})
	if err := p.FinishRun(r.ID, "lost"); err == nil {
		t.Error("a run got a state that does not exist")
	}
	flush(t, p)
}

// TestEngineIsAName: the engine of a run is never a path, whoever wrote it.
func TestEngineIsAName(t *testing.T) {
	p := create(t)
	p.StartRun(Run{Objects: []annotate.ObjectID{1}, Range: annotate.Range{Last: 5}, Engine: "/tmp/evil/pack"})
	flush(t, p)
	if err := p.w.call(context.Background(), func() error {
		return p.w.store.s.Exec(context.Background(), `UPDATE runs SET engine = '..\..\evil\' || engine`)
	}); err != nil {
		t.Fatal(err)
	}
	if r, ok := reopen(t, p).PendingRun(); !ok || r.Engine != "pack" {
		t.Errorf("the engine is %q", r.Engine)
	}
}
