// Package lane orders what reaches a session: functions that must not overtake
// each other, and events that come faster than its owner should handle them.
package lane

import "sync"

// Serial runs functions one after the other, in the order in which they were
// given, on one goroutine: opening and closing of engines and videos must not
// overtake each other. The zero value has nothing to run.
type Serial struct {
	mu      sync.Mutex
	queue   []func()
	running bool
	idle    sync.WaitGroup
}

// Do runs f after everything that was given before. It does not wait.
func (s *Serial) Do(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue = append(s.queue, f)
	if !s.running {
		s.running = true
		s.idle.Add(1)
		go s.run()
	}
}

func (s *Serial) run() {
	defer s.idle.Done()
	for {
		s.mu.Lock()
		if len(s.queue) == 0 {
			s.running = false
			s.mu.Unlock()
			return
		}
		f := s.queue[0]
		s.queue = s.queue[1:]
		s.mu.Unlock()
		f()
	}
}

// Wait returns when nothing is queued or running. Nothing may be given meanwhile.
func (s *Serial) Wait() { s.idle.Wait() }
