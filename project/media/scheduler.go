package media

import (
	"context"
	"errors"
	"image"
	"sync"
)

// flight is one frame being fetched for all who asked for it.
type flight struct {
	frame   int
	first   int  // frames from here on are wanted too, if passed
	hint    bool // nobody waits for it: it is fetched because it may be asked for
	waiters int
	ctx     context.Context
	cancel  context.CancelFunc
	done    chan struct{} // closed when img and err are set
	img     *image.RGBA
	err     error
}

// worker owns one decoder on one goroutine and serves its queue.
type worker struct {
	dec     decoder
	queue   []*flight
	current *flight
	tail    int   // the frame after the last that was queued
	used    int64 // when something was queued last
}

// scheduler spreads requests over workers. A request that continues what a
// worker reads goes there; any other goes to the worker that was idle
// longest, so that one reader that goes through the video keeps its place.
type scheduler struct {
	near   int  // how far ahead counts as continuing
	anyone bool // frames cost the same from anywhere: the shortest queue is best
	keep   keeper

	mu      sync.Mutex
	wake    *sync.Cond
	workers []*worker
	flights map[int]*flight
	clock   int64
	closed  bool
	stopped bool // no request is begun
	running sync.WaitGroup
}

func newScheduler(decoders []decoder, near int, anyone bool, keep keeper) *scheduler {
	s := &scheduler{near: near, anyone: anyone, keep: keep, flights: map[int]*flight{}}
	s.wake = sync.NewCond(&s.mu)
	for _, d := range decoders {
		w := &worker{dec: d}
		s.workers = append(s.workers, w)
		s.running.Add(1)
		go s.serve(w)
	}
	return s
}

// close drops all requests and waits for the workers to end.
func (s *scheduler) close() {
	s.mu.Lock()
	s.closed = true
	for _, f := range s.flights {
		f.cancel()
	}
	s.wake.Broadcast()
	s.mu.Unlock()
	s.running.Wait()
}

// fetch returns a frame, joining a request for it that is under way. first is
// where a seek shall land, so that the frames from there on are decoded too;
// hint marks a request that must not hold up others.
func (s *scheduler) fetch(ctx context.Context, first, frame int, hint bool) (*image.RGBA, error) {
	for {
		img, err := s.join(ctx, first, frame, hint)
		// A hint that made way for another request takes those with it who
		// joined it in that moment; they ask again.
		if !errors.Is(err, context.Canceled) || hint || ctx.Err() != nil {
			return img, err
		}
	}
}

func (s *scheduler) join(ctx context.Context, first, frame int, hint bool) (*image.RGBA, error) {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil, ErrClosed
	}
	f := s.flights[frame]
	if f == nil {
		f = s.start(first, frame, hint)
	}
	f.waiters++
	f.hint = f.hint && hint
	s.mu.Unlock()

	select {
	case <-f.done:
		return f.img, f.err
	case <-ctx.Done():
		s.leave(f)
		return nil, ctx.Err()
	}
}

// start queues a new request. s.mu is held.
func (s *scheduler) start(first, frame int, hint bool) *flight {
	f := &flight{frame: frame, first: first, hint: hint, done: make(chan struct{})}
	f.ctx, f.cancel = context.WithCancel(context.Background())
	s.flights[frame] = f
	w := s.choose(frame)
	s.clock++
	w.used = s.clock
	w.tail = frame + 1
	w.queue = append(w.queue, f)
	if !hint && w.current != nil && w.current.hint {
		w.current.cancel()
	}
	s.wake.Broadcast()
	return f
}

// choose picks the worker for a frame. s.mu is held.
func (s *scheduler) choose(frame int) *worker {
	best := s.workers[0]
	for _, w := range s.workers[1:] {
		if s.better(w, best, frame) {
			best = w
		}
	}
	return best
}

func (s *scheduler) better(a, b *worker, frame int) bool {
	if s.anyone {
		return a.load() < b.load()
	}
	ga, gb := frame-a.tail, frame-b.tail
	na, nb := ga >= 0 && ga <= s.near, gb >= 0 && gb <= s.near
	if na != nb {
		return na
	}
	if na {
		return ga < gb
	}
	return a.used < b.used
}

func (w *worker) load() int {
	n := len(w.queue)
	if w.current != nil {
		n++
	}
	return n
}

// leave takes back one interest in f; the last one cancels it.
func (s *scheduler) leave(f *flight) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f.waiters--; f.waiters == 0 {
		f.cancel()
		if s.flights[f.frame] == f {
			delete(s.flights, f.frame)
		}
	}
}

// serve is the goroutine of one worker.
func (s *scheduler) serve(w *worker) {
	defer s.running.Done()
	defer w.dec.close()
	for {
		f := s.take(w)
		if f == nil {
			return
		}
		s.decode(w, f)
		s.finish(w, f)
	}
}

// decode fills f, unless the frame was passed on the way to another meanwhile.
func (s *scheduler) decode(w *worker, f *flight) {
	if img, ok := s.keep.get(f.frame); ok {
		f.img = img
		return
	}
	f.img, f.err = w.dec.read(f.ctx, f.first, f.frame, passed{s.keep, f.frame - s.near})
	if f.err == nil {
		s.keep.put(f.frame, f.img)
	}
}

// take waits for the next request: those that someone waits for come first.
func (s *scheduler) take(w *worker) *flight {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if s.closed {
			s.drop(w)
			return nil
		}
		if len(w.queue) > 0 && !s.stopped {
			n := 0
			for i, f := range w.queue {
				if !f.hint {
					n = i
					break
				}
			}
			f := w.queue[n]
			w.queue = append(w.queue[:n:n], w.queue[n+1:]...)
			w.current = f
			return f
		}
		s.wake.Wait()
	}
}

// drop ends what is still queued. s.mu is held.
func (s *scheduler) drop(w *worker) {
	for _, f := range w.queue {
		f.err = ErrClosed
		close(f.done)
	}
	w.queue = nil
}

func (s *scheduler) finish(w *worker, f *flight) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.current = nil
	f.cancel()
	if s.closed && f.err != nil {
		f.err = ErrClosed
	}
	if s.flights[f.frame] == f {
		delete(s.flights, f.frame)
	}
	close(f.done)
	if s.stopped {
		s.wake.Broadcast()
	}
}

// busy reports whether somebody waits for a frame.
func (s *scheduler) busy() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.flights {
		if !f.hint {
			return true
		}
	}
	return false
}

// still calls f while nothing is decoded: what is under way is ended first, and
// asked for again by those who still want it.
func (s *scheduler) still(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopped = true
	for _, w := range s.workers {
		for w.current != nil {
			w.current.cancel()
			s.wake.Wait()
		}
	}
	f()
	s.stopped = false
	s.wake.Broadcast()
}

// passed offers the frames that a worker passes to the cache, from first on:
// those near the one that was asked for are likely to be asked for next.
type passed struct {
	keeper
	first int
}

func (p passed) wants(i int) bool { return i >= p.first && p.keeper.wants(i) }
