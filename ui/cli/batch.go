package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// batch runs one engine session on one video for a command, with the results
// going into a document. Everything but the runner's own goroutines happens on
// the caller's goroutine.
type batch struct {
	video   inference.Frames
	session inference.Session
	runner  *inference.Runner
	events  chan inference.Event
	history *annotate.History
	doc     *annotate.Document
	group   int64
	engine  string
	keep    *keeper
}

// newBatch starts a runner for a session that the batch takes over.
func newBatch(video inference.Frames, engine inference.Engine, session inference.Session, keep *keeper) *batch {
	b := &batch{
		video: video, session: session, doc: keep.doc, history: keep.history, engine: engine.Name(), keep: keep,
		// Events arrive faster than a slow disk takes results; the runner
		// waits for a place.
		events: make(chan inference.Event, 256),
		group:  keep.history.NewGroup(),
	}
	b.runner = inference.NewRunner(session, video.Len(), func(e inference.Event) { b.events <- e })
	return b
}

// close stops the runner and closes the session.
func (b *batch) close() error {
	drained := make(chan struct{})
	go func() {
		for range b.events {
		}
		close(drained)
	}()
	b.runner.Close()
	close(b.events)
	<-drained
	return b.session.Close()
}

// addObject records an object and its prompts in the document and asks for
// their masks, one after the other.
func (b *batch) addObject(ctx context.Context, lp labelledPrompts) error {
	b.history.Do(annotate.Change{Name: "Add object", Group: b.group, Edits: []annotate.Edit{b.doc.SetObject(lp.Object)}})
	for _, f := range lp.Frames {
		key := annotate.FrameKey{Object: lp.Object.ID, Frame: f}
		if err := b.prompt(ctx, key, lp.Prompts[f]); err != nil {
			return fmt.Errorf("object %d, frame %d: %w", key.Object, key.Frame, err)
		}
	}
	return nil
}

// prompt records a prompt with its mask.
func (b *batch) prompt(ctx context.Context, key annotate.FrameKey, p annotate.Prompt) error {
	r, err := b.ask(ctx, key, p)
	if err != nil {
		return err
	}
	r = b.keep.adopt(r)
	b.history.Do(annotate.Change{Name: "Prompt", Group: b.group, Edits: []annotate.Edit{
		b.doc.SetPrompt(key, &p), b.doc.SetResult(key, &r),
	}})
	return nil
}

// ask has the engine answer a prompt and waits for it.
func (b *batch) ask(ctx context.Context, key annotate.FrameKey, p annotate.Prompt) (annotate.Result, error) {
	b.runner.Prompt(inference.PromptRequest{Key: key, Prompt: p})
	for {
		select {
		case <-ctx.Done():
			return annotate.Result{}, ctx.Err()
		case e := <-b.events:
			if a, ok := e.(inference.PromptAnswer); ok {
				return a.Result, a.Err
			}
		}
	}
}

// look does what the window does for the frame that it shows: it is made ready
// for clicks, where the session can do that.
func (b *batch) look(ctx context.Context, frame int) {
	if _, ok := b.session.(inference.Preparer); !ok {
		return
	}
	b.runner.Want(frame)
	for {
		select {
		case <-ctx.Done():
			return
		case e := <-b.events:
			if p, ok := e.(inference.FramePrepared); ok && p.Frame == frame {
				return
			}
		}
	}
}

// run executes a job to its end; onEvent, which may be nil, is told of every
// event after the document holds its masks. When ctx is cancelled the
// job is stopped and what it finished is in the document.
func (b *batch) run(ctx context.Context, j inference.Job, onEvent func(inference.Event)) (inference.JobStats, error) {
	if _, err := b.runner.Track(j); err != nil {
		return inference.JobStats{}, err
	}
	stop := context.AfterFunc(ctx, b.runner.Stop)
	defer stop()
	for e := range b.events {
		if t, ok := e.(inference.FrameTracked); ok {
			b.record(t.FrameResults)
		}
		if onEvent != nil {
			onEvent(e)
		}
		if e, ok := e.(inference.JobEnded); ok {
			if errors.Is(e.Err, context.Canceled) && ctx.Err() == nil {
				return e.Stats, inference.ErrClosed
			}
			return e.Stats, e.Err
		}
	}
	return inference.JobStats{}, inference.ErrClosed
}

// record puts the masks of one frame into the document, protected ones aside.
func (b *batch) record(r inference.FrameResults) {
	c := annotate.Change{Name: "Track", Group: b.group}
	for _, o := range b.doc.Objects() {
		res, ok := r.Results[o.ID]
		key := annotate.FrameKey{Object: o.ID, Frame: r.Frame}
		if ok && !b.doc.Protected(key) {
			res = b.keep.adopt(res)
			c.Edits = append(c.Edits, b.doc.SetResult(key, &res))
		}
	}
	b.history.Do(c)
}

// frameOrder lists the frames of a range as Phase 1 shall encode them.
func frameOrder(r annotate.Range) []int {
	out := make([]int, 0, r.Len())
	for f := r.First; f <= r.Last; f++ {
		out = append(out, f)
	}
	return out
}
