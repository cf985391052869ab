package lane

import (
	"sync"
	"time"

	"github.com/masklet/masklet/inference"
)

// Inbox carries events to the owner's goroutine in batches: one post at a time is
// under way, and each handles events for a short while only, so that the
// window stays fluid however many there are.
type Inbox struct {
	Post   func(func())          // runs a function on the owner's goroutine
	Handle func(inference.Event) // called there

	mu     sync.Mutex
	events []inference.Event
	posted bool
}

// drainTime is how long a batch may keep the owner's goroutine.
const drainTime = 6 * time.Millisecond

// Put takes an event from any goroutine.
func (b *Inbox) Put(e inference.Event) {
	b.mu.Lock()
	b.add(e)
	fresh := !b.posted
	b.posted = true
	b.mu.Unlock()
	if fresh {
		b.Post(b.drain)
	}
}

// add appends e; progress that nobody has seen yet is replaced by the newer one.
func (b *Inbox) add(e inference.Event) {
	if p, ok := e.(inference.ProgressEvent); ok && len(b.events) > 0 {
		if q, ok := b.events[len(b.events)-1].(inference.ProgressEvent); ok && q.Job == p.Job && q.Progress.Stage == p.Progress.Stage {
			b.events[len(b.events)-1] = e
			return
		}
	}
	b.events = append(b.events, e)
}

func (b *Inbox) drain() {
	for end := time.Now().Add(drainTime); ; {
		b.mu.Lock()
		if len(b.events) == 0 {
			b.posted = false
			b.mu.Unlock()
			return
		}
		e := b.events[0]
		b.events = b.events[1:]
		b.mu.Unlock()
		b.Handle(e)
		if time.Now().After(end) {
			b.Post(b.drain)
			return
		}
	}
}
