package controller

import (
	"sync"
	"time"
)

// throttle posts at most one update at a time and not more than some in a
// second; updates in between are dropped, since a newer one follows.
type throttle struct {
	post func(func())
	now  func() time.Time

	mu   sync.Mutex
	busy bool
	last time.Time
}

func (t *throttle) do(f func()) {
	t.mu.Lock()
	now := t.now()
	ok := !t.busy && now.Sub(t.last) >= 50*time.Millisecond
	if ok {
		t.busy, t.last = true, now
	}
	t.mu.Unlock()
	if !ok {
		return
	}
	t.post(func() {
		f()
		t.mu.Lock()
		t.busy = false
		t.mu.Unlock()
	})
}
