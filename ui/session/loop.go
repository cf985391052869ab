package session

import (
	"context"
	"sync"
)

// Loop is the owner's goroutine of a Session without a toolkit: posted
// functions run one at a time, in order, within Until.
type Loop struct {
	mu    sync.Mutex
	queue []func()
	wake  chan struct{}
}

// NewLoop returns a loop with nothing to do.
func NewLoop() *Loop { return &Loop{wake: make(chan struct{}, 1)} }

// Post runs f later, within Until. It may be called from any goroutine.
func (l *Loop) Post(f func()) {
	l.mu.Lock()
	l.queue = append(l.queue, f)
	l.mu.Unlock()
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Step runs the next function, if there is one, and reports whether there was.
func (l *Loop) Step() bool {
	l.mu.Lock()
	if len(l.queue) == 0 {
		l.mu.Unlock()
		return false
	}
	f := l.queue[0]
	l.queue = l.queue[1:]
	l.mu.Unlock()
	f()
	return true
}

// Until runs what is posted until done reports true, or ctx ends.
func (l *Loop) Until(ctx context.Context, done func() bool) error {
	for !done() {
		if err := ctx.Err(); err != nil {
			return err
		}
		if l.Step() {
			continue
		}
		select {
		case <-l.wake:
		case <-ctx.Done():
		}
	}
	return nil
}
