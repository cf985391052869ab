package project

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// kept returns the memory of a project, one piece a line.
func keptOf(t *testing.T, p *Project) (out string) {
	t.Helper()
	list, err := p.Kept(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range list {
		out += fmt.Sprintf("%d/%d %s\n", m.Object, m.Frame, m.Data)
	}
	return out
}

func piece(id annotate.ObjectID, frame int, text string) Memory {
	m := Memory{FrameKey: frameOf(id, frame)}
	if text != "" {
		m.Data = []byte(text)
	}
	return m
}

// rememberer is a project with a run of two objects of which memory is kept.
func rememberer(t *testing.T) (*Project, *actor, Run) {
	t.Helper()
	p := create(t)
	a := newActor(1, p.Document(), p.History())
	a.addObject()
	a.addObject()
	run := p.StartRun(Run{Group: p.History().NewGroup(), Objects: []annotate.ObjectID{1, 2}, Engine: "e"})
	p.Keep([]Memory{piece(1, WholeObject, ""), piece(1, 0, "a"), piece(1, WholeObject, "head"), piece(2, 0, "b")})
	return p, a, run
}

func (p *Project) tracked(a *actor, run Run, frame int, list ...Memory) {
	if list != nil {
		p.KeepWithNext(list)
	}
	p.History().Do(annotate.Change{Name: "Track", Group: run.Group, Edits: []annotate.Edit{
		p.Document().SetResult(frameOf(1, frame), a.result(annotate.Tracked)),
	}})
}

// What a run keeps is there when the project is opened again, piece by piece as
// it was replaced, until the run is done or another begins.
func TestMemoryOfARun(t *testing.T) {
	p, a, run := rememberer(t)
	p.tracked(a, run, 1, piece(1, 0, ""), piece(1, 1, "c"), piece(1, WholeObject, "head 2"))
	p.tracked(a, run, 2, piece(1, 2, "d"))
	const want = "1/-1 head 2\n1/1 c\n1/2 d\n2/0 b\n"
	if got := keptOf(t, p); got != want {
		t.Errorf("kept\n%s, want\n%s", got, want)
	}
	p = reopen(t, p)
	if got := keptOf(t, p); got != want {
		t.Errorf("after opening again\n%s, want\n%s", got, want)
	}
	p.Keep([]Memory{piece(1, WholeObject, ""), piece(1, 7, "x")})
	if got := keptOf(t, p); got != "1/7 x\n2/0 b\n" {
		t.Errorf("kept anew: %s", got)
	}
	if err := p.FinishRun(run.ID, RunStopped); err != nil {
		t.Fatal(err)
	}
	if got := keptOf(t, p); got == "" {
		t.Error("nothing is kept of a run that was stopped")
	}
	if err := p.FinishRun(run.ID, RunDone); err != nil {
		t.Fatal(err)
	}
	if got := keptOf(t, p); got != "" {
		t.Errorf("of a run that is done is left %s", got)
	}
	p.Keep([]Memory{piece(1, 1, "y")})
	p.StartRun(Run{Group: p.History().NewGroup(), Objects: []annotate.ObjectID{1}, Engine: "e"})
	if got := keptOf(t, p); got != "" {
		t.Errorf("of an earlier run is left %s", got)
	}
}

// What the memory of an object rests on must stand: any other change of its
// prompts and masks drops it.
func TestMemoryEndsWithACorrection(t *testing.T) {
	for name, change := range map[string]func(p *Project, a *actor, run Run){
		"a mask": func(p *Project, a *actor, run Run) { p.tracked(a, run, 3) },
		"a prompt": func(p *Project, a *actor, run Run) {
			a.do("Click", p.Document().SetPrompt(frameOf(1, 2), &annotate.Prompt{Points: []annotate.Point{{X: 1, Y: 1}}}))
		},
		"accepted": func(p *Project, a *actor, run Run) { a.do("Accept", p.Document().SetProtected(frameOf(1, 1), true)) },
		"undone":   func(p *Project, a *actor, run Run) { p.History().Undo() },
		"deleted":  func(p *Project, a *actor, run Run) { a.do("Delete", p.Document().DeleteObject(1)...) },
	} {
		t.Run(name, func(t *testing.T) {
			p, a, run := rememberer(t)
			p.tracked(a, run, 1, piece(1, 1, "c"))
			a.do("Label", p.Document().SetObject(annotate.Object{ID: 1, Label: "cat"}))
			p.tracked(a, run, 2, piece(1, 2, "d"))
			if got := keptOf(t, p); got != "1/-1 head\n1/0 a\n1/1 c\n1/2 d\n2/0 b\n" {
				t.Fatalf("a label dropped what is kept: %s", got)
			}
			change(p, a, run)
			if got := keptOf(t, reopen(t, p)); got != "2/0 b\n" {
				t.Errorf("kept is %s", got)
			}
		})
	}
}

// A frame and what goes on from it are saved together or not at all, and while
// the disk fails the memory waits nowhere.
func TestMemoryAndMaskAreOne(t *testing.T) {
	p, a, run := rememberer(t)
	if err := p.Flush(context.Background()); err != nil {
		t.Fatal(err)
	}
	boom := errors.New("boom")
	_ = p.w.call(context.Background(), func() error { p.w.store.fault = func() error { return boom }; return nil })
	p.tracked(a, run, 1, piece(1, 1, "c"))
	if err := p.Flush(context.Background()); !errors.Is(err, boom) {
		t.Fatalf("flush: %v", err)
	}
	before := p.Status().UnsavedBytes
	p.tracked(a, run, 2, piece(1, 2, string(make([]byte, 1<<20))))
	if grown := p.Status().UnsavedBytes - before; grown > 1<<16 {
		t.Errorf("%d bytes of memory wait for a disk that fails", grown)
	}
	_ = p.w.call(context.Background(), func() error { p.w.store.fault = nil; return nil })
	if err := p.Retry(context.Background()); err != nil {
		t.Fatal(err)
	}
	done, err := p.FinishedFrames(context.Background(), run)
	if err != nil || !done[frameOf(1, 1)] || !done[frameOf(1, 2)] {
		t.Errorf("finished are %v (%v)", done, err)
	}
	if got := keptOf(t, p); got != "" {
		t.Errorf("what is incomplete is kept: %s", got)
	}
}
