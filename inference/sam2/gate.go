package sam2

import (
	"context"
	"slices"
	"sync"
)

// gate lets one frame at a time into the encoder: first the frames that a
// prompt or a tracked frame waits for, then those of Phase 1. Without it a
// click would wait for every frame that was asked for before.
type gate struct {
	mu      sync.Mutex
	busy    bool
	waiting []*turn // in order of arrival
}

// turn is one frame that waits at the gate.
type turn struct {
	frame  int
	urgent bool
	open   chan struct{} // closed when it may pass
}

// pass waits for the frame's turn. On success the gate is closed behind it and
// leave must be called.
func (g *gate) pass(ctx context.Context, frame int, urgent bool) error {
	g.mu.Lock()
	if !g.busy {
		g.busy = true
		g.mu.Unlock()
		return nil
	}
	t := &turn{frame, urgent, make(chan struct{})}
	g.waiting = append(g.waiting, t)
	g.mu.Unlock()
	select {
	case <-t.open:
		return nil
	case <-ctx.Done():
	}
	g.mu.Lock()
	i := slices.Index(g.waiting, t)
	if i >= 0 {
		g.waiting = slices.Delete(g.waiting, i, i+1)
	}
	g.mu.Unlock()
	if i < 0 { // its turn came at the same moment
		g.leave()
	}
	return ctx.Err()
}

// leave opens the gate for the next frame.
func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) == 0 {
		g.busy = false
		return
	}
	next := max(0, slices.IndexFunc(g.waiting, func(t *turn) bool { return t.urgent }))
	close(g.waiting[next].open)
	g.waiting = slices.Delete(g.waiting, next, next+1)
}

// hurry makes a frame that waits urgent.
func (g *gate) hurry(frame int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, t := range g.waiting {
		if t.frame == frame {
			t.urgent = true
		}
	}
}
