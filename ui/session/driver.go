package session

import (
	"context"
	"fmt"

	"github.com/masklet/masklet/annotate"
)

// Driver works on a session for a caller that waits for each answer, on the
// caller's own goroutine.
type Driver struct {
	*Session
	Loop   *Loop       // on which the session works
	Seen   func(Event) // told of every event; nil: nobody
	answer *Answered   // the latest
	failed error       // the latest failure in the background
	ended  *Outcome    // of the latest run
}

// StartDriver starts a session on a clip, which it takes over, and waits until
// its engine is ready. seen, which may be nil, is told of every event after the
// session has dealt with it.
func StartDriver(ctx context.Context, clip *Clip, conf Config, seen func(Event)) (*Driver, error) {
	d := &Driver{Loop: NewLoop(), Seen: seen}
	conf.Post = d.Loop.Post
	conf.Notify = func(e Event) { d.notified(ctx, e) }
	d.Session = New(clip, conf)
	ready, engineErr := false, error(nil)
	err := d.Loop.Until(ctx, func() bool { ready, engineErr = d.EngineReady(); return ready || engineErr != nil })
	if err == nil {
		err = engineErr
	}
	if err != nil {
		_ = d.Finish()
		return nil, err
	}
	return d, nil
}

func (d *Driver) notified(ctx context.Context, e Event) {
	switch e := e.(type) {
	case Answered:
		d.answer = &e
	case Failed:
		d.failed = fmt.Errorf("%s: %w", e.What, e.Err)
	case Ended:
		d.ended = &e.Outcome
	case Started:
		if ctx.Err() != nil {
			d.Loop.Post(d.Stop)
		}
	}
	if d.Seen != nil {
		d.Seen(e)
	}
}

// Finish ends the session and returns whether everything was saved.
func (d *Driver) Finish() error {
	d.Close()
	return d.Wait()
}

// Ask sets a prompt, with edits as one step, and waits for its mask.
func (d *Driver) Ask(ctx context.Context, key annotate.FrameKey, p annotate.Prompt, edits ...annotate.Edit) error {
	d.answer = nil
	err := d.SetPrompt("Prompt", key, p, edits...)
	if err == nil {
		err = d.Loop.Until(ctx, func() bool { return d.answer != nil })
	}
	if err == nil {
		err = d.answer.Err
	}
	return err
}

// Run starts a run and waits for its end. When ctx is cancelled the run is
// stopped, and what it finished is in the document.
func (d *Driver) Run(ctx context.Context, start func() error) (Outcome, error) {
	d.ended, d.failed = nil, nil
	stop := context.AfterFunc(ctx, func() { d.Loop.Post(d.Stop) })
	defer stop()
	if err := start(); err != nil {
		return Outcome{}, err
	}
	_ = d.Loop.Until(context.WithoutCancel(ctx), func() bool { return d.ended != nil || d.failed != nil && !d.Tracking() })
	if d.ended == nil {
		return Outcome{}, d.failed
	}
	return *d.ended, d.ended.Err
}
