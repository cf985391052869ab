// Package pace keeps updates from background work from flooding the goroutine
// that shows them. It exists because work reports far more often than the window
// can draw.
package pace

import (
	"sync"
	"time"
)

// Throttle posts at most one update at a time and not more than some in a
// second; updates in between are dropped, since a newer one follows.
type Throttle struct {
	Post func(func()) // runs a function on the goroutine that shows updates
	Now  func() time.Time

	mu   sync.Mutex
	busy bool
	last time.Time
}

// Do posts f, or drops it. It may be called from any goroutine.
func (t *Throttle) Do(f func()) {
	t.mu.Lock()
	now := t.Now()
	ok := !t.busy && now.Sub(t.last) >= 50*time.Millisecond
	if ok {
		t.busy, t.last = true, now
	}
	t.mu.Unlock()
	if !ok {
		return
	}
	t.Post(func() {
		f()
		t.mu.Lock()
		t.busy = false
		t.mu.Unlock()
	})
}
