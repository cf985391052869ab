package cli

import (
	"context"
	"sync/atomic"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// pausing wraps an engine: the propagation after which a run shall be cut
// short waits there, for as long as its context lasts, so that a test stops a
// run at the same frame on every machine.
type pausing struct {
	inference.Engine
	after int         // steps of Phase 2
	reach func()      // called once when they are done
	spent atomic.Bool // it happens once
}

func (e *pausing) Open(ctx context.Context, v inference.Frames, c *inference.FeatureCache, s inference.Settings) (inference.Session, error) {
	session, err := e.Engine.Open(ctx, v, c, s)
	return &pausingSession{session, e}, err
}

type pausingSession struct {
	inference.Session
	e *pausing
}

func (s *pausingSession) Propagate(req inference.PropagateRequest) (inference.Propagation, error) {
	p, err := s.Session.Propagate(req)
	return &pausingPropagation{Propagation: p, e: s.e}, err
}

// Restore implements inference.Restorer as the session does.
func (s *pausingSession) Restore(ctx context.Context, k annotate.FrameKey, p annotate.Prompt, r annotate.Result) error {
	return inference.Restore(ctx, s.Session, k, p, r)
}

// Keep implements inference.Keeper as the session does.
func (s *pausingSession) Keep(objects []annotate.ObjectID, anew bool) []inference.Kept {
	if k, ok := s.Session.(inference.Keeper); ok {
		return k.Keep(objects, anew)
	}
	return nil
}

// Recall implements inference.Keeper as the session does.
func (s *pausingSession) Recall(kept []inference.Kept) error {
	if k, ok := s.Session.(inference.Keeper); ok {
		return k.Recall(kept)
	}
	return nil
}

type pausingPropagation struct {
	inference.Propagation
	e     *pausing
	steps int
}

func (p *pausingPropagation) Next(ctx context.Context) (inference.FrameResults, error) {
	if p.steps == p.e.after && p.e.spent.CompareAndSwap(false, true) {
		p.e.reach()
		<-ctx.Done()
		return inference.FrameResults{}, ctx.Err()
	}
	p.steps++
	return p.Propagation.Next(ctx)
}

// pauseAfter makes an environment's engines stop a run after n steps of Phase 2.
func pauseAfter(env Env, n int, reach func()) Env {
	open := env.OpenEngine
	env.OpenEngine = func(ctx context.Context, name string, s inference.Settings) (inference.Engine, error) {
		e, err := open(ctx, name, s)
		return &pausing{Engine: e, after: n, reach: reach}, err
	}
	return env
}
