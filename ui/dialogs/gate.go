package dialogs

import (
	"sync"
	"time"
)

// gate lets some updates a second through to the UI goroutine; others are
// dropped, since newer ones follow.
type gate struct {
	post func(func())

	mu   sync.Mutex
	last time.Time
}

func newGate(post func(func())) *gate { return &gate{post: post} }

func (g *gate) do(f func()) {
	g.mu.Lock()
	ok := time.Since(g.last) >= 80*time.Millisecond
	if ok {
		g.last = time.Now()
	}
	g.mu.Unlock()
	if ok {
		g.post(f)
	}
}
