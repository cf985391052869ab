package session

import "sync"

// serial runs functions one after the other, in the order in which they were
// given, on one goroutine: opening and closing of engines and videos must not
// overtake each other.
type serial struct {
	mu      sync.Mutex
	queue   []func()
	running bool
	idle    sync.WaitGroup
}

func (s *serial) do(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue = append(s.queue, f)
	if !s.running {
		s.running = true
		s.idle.Add(1)
		go s.run()
	}
}

func (s *serial) run() {
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

// wait returns when nothing is queued or running. Nothing may be given meanwhile.
func (s *serial) wait() { s.idle.Wait() }
