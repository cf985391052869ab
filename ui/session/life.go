package session

import (
	"context"
	"sync"
)

// life is how long a session is and who is told of it.
type life struct {
	conf   Config
	ctx    context.Context
	cancel context.CancelFunc
	work   sync.WaitGroup // goroutines that must end before the clip is closed
	closed bool
	shut   chan struct{} // closed when everything is
	err    error         // of the closing
}

// Context ends when the session is closed.
func (l *life) Context() context.Context { return l.ctx }

// Go runs f on a goroutine that is waited for before the clip is closed.
func (l *life) Go(f func()) { l.work.Go(f) }

// Post runs f on the owner's goroutine, unless the session is closed by then.
func (l *life) Post(f func()) {
	l.conf.Post(func() {
		if !l.closed {
			f()
		}
	})
}

// Wait waits until everything is closed and returns what went wrong: above all
// that work could not be saved.
func (l *life) Wait() error {
	<-l.shut
	return l.err
}

func (l *life) notify(e Event) {
	if !l.closed {
		l.conf.Notify(e)
	}
}
