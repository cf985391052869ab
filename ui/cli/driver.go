package cli

import (
	"context"
	"fmt"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/ui/session"
)

// driver works on one labeling session for a command, on the command's own
// goroutine.
type driver struct {
	*session.Session
	loop   *session.Loop
	seen   func(session.Event) // told of every event
	answer *session.Answered   // the latest
	failed error               // the latest failure in the background
	ended  *session.Outcome    // of the latest run
}

// openDriver starts a session on a clip, which it takes over, and waits until
// its engine is ready. seen is told of every event, after the session has
// dealt with it.
func openDriver(ctx context.Context, env Env, slot *session.Slot, clip *session.Clip, engine string, s inference.Settings, seen func(session.Event)) (*driver, error) {
	cache, err := env.OpenCache()
	if err != nil {
		// Without a cache folder everything still works, only not twice as fast.
		fmt.Fprintf(env.Stderr, "masklet: %s\n", OneLine(err))
	}
	return startDriver(ctx, clip, session.Config{Log: env.Log, Slot: slot, Cache: cache, Engine: engine, Settings: s}, seen)
}

func startDriver(ctx context.Context, clip *session.Clip, conf session.Config, seen func(session.Event)) (*driver, error) {
	d := &driver{loop: session.NewLoop(), seen: seen}
	conf.Post = d.loop.Post
	conf.Notify = func(e session.Event) { d.notified(ctx, e) }
	d.Session = session.New(clip, conf)
	ready, engineErr := false, error(nil)
	err := d.loop.Until(ctx, func() bool { ready, engineErr = d.EngineReady(); return ready || engineErr != nil })
	if err == nil {
		err = engineErr
	}
	if err != nil {
		_ = d.close()
		return nil, err
	}
	return d, nil
}

func (d *driver) notified(ctx context.Context, e session.Event) {
	switch e := e.(type) {
	case session.Answered:
		d.answer = &e
	case session.Failed:
		d.failed = fmt.Errorf("%s: %w", e.What, e.Err)
	case session.Ended:
		d.ended = &e.Outcome
	case session.Started:
		if ctx.Err() != nil {
			d.loop.Post(d.Stop)
		}
	}
	if d.seen != nil {
		d.seen(e)
	}
}

// close ends the session and returns whether everything was saved.
func (d *driver) close() error {
	d.Close()
	return d.Wait()
}

// prompt sets a prompt, with edits as one step, and waits for its mask.
func (d *driver) prompt(ctx context.Context, key annotate.FrameKey, p annotate.Prompt, edits ...annotate.Edit) error {
	d.answer = nil
	err := d.SetPrompt("Prompt", key, p, edits...)
	if err == nil {
		err = d.loop.Until(ctx, func() bool { return d.answer != nil })
	}
	if err == nil {
		err = d.answer.Err
	}
	return err
}

// run starts a run and waits for its end. When ctx is cancelled the run is
// stopped, and what it finished is in the document.
func (d *driver) run(ctx context.Context, start func() error) (session.Outcome, error) {
	d.ended, d.failed = nil, nil
	stop := context.AfterFunc(ctx, func() { d.loop.Post(d.Stop) })
	defer stop()
	if err := start(); err != nil {
		return session.Outcome{}, err
	}
	_ = d.loop.Until(context.WithoutCancel(ctx), func() bool { return d.ended != nil || d.failed != nil && !d.Tracking() })
	if d.ended == nil {
		return session.Outcome{}, d.failed
	}
	return *d.ended, d.ended.Err
}
