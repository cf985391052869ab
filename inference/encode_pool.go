package inference

import (
	"context"
	"slices"
	"sync"
)

// encodePool runs Phase 1: a few workers that encode the frames somebody asked
// for first, then the frames of the running job in their order.
type encodePool struct {
	session Session
	frames  int
	emit    func(Event) // told of each frame that is ready, from any worker

	mu     sync.Mutex
	look   lookedAt
	more   *sync.Cond
	wanted []int
	job    *encodeJob
	closed bool
	wg     sync.WaitGroup
}

// lookedAt is the frame that the user looks at; ctx ends when it is another.
type lookedAt struct {
	ctx    context.Context
	cancel context.CancelFunc
	frame  int
}

// encodeJob is the Phase 1 of one job.
type encodeJob struct {
	ctx      context.Context
	queue    []int
	inFlight int
	onFrame  func(computed bool)
	err      error
	finished chan struct{} // closed when nothing is queued and nothing in flight
}

func newEncodePool(ctx context.Context, s Session, frames int, emit func(Event)) *encodePool {
	p := &encodePool{session: s, frames: frames, emit: emit}
	p.more = sync.NewCond(&p.mu)
	for range max(1, s.EncodeWorkers()) {
		p.wg.Add(1)
		go p.work(ctx)
	}
	return p
}

// want puts frames in front of everything else; the latest call counts most.
func (p *encodePool) want(frames []int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wanted = nil
	for _, f := range frames {
		if f >= 0 && f < p.frames && !slices.Contains(p.wanted, f) {
			p.wanted = append(p.wanted, f)
		}
	}
	if len(p.wanted) > 0 && (p.look.cancel == nil || p.look.frame != p.wanted[0]) {
		p.stopLooking()
		p.look.frame = p.wanted[0]
		p.look.ctx, p.look.cancel = context.WithCancel(context.Background())
	}
	p.more.Broadcast()
}

// stopLooking ends the preparation of the frame that was looked at. It is
// called with mu held.
func (p *encodePool) stopLooking() {
	if p.look.cancel != nil {
		p.look.cancel()
	}
}

// run queues the frames of a job. The returned job's finished channel is
// closed when all are encoded, one failed, or ctx ended and the frames in
// flight have returned; then err may be read.
func (p *encodePool) run(ctx context.Context, frames []int, onFrame func(computed bool)) *encodeJob {
	j := &encodeJob{ctx: ctx, queue: frames, onFrame: onFrame, finished: make(chan struct{})}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.job = j
	p.settle(j)
	p.more.Broadcast()
	context.AfterFunc(ctx, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.fail(j, context.Cause(ctx))
	})
	return j
}

func (p *encodePool) close() {
	p.mu.Lock()
	p.closed = true
	p.stopLooking()
	p.more.Broadcast()
	p.mu.Unlock()
	p.wg.Wait()
}

func (p *encodePool) work(ctx context.Context) {
	defer p.wg.Done()
	for {
		frame, job, ok := p.take()
		if !ok {
			return
		}
		if job == nil {
			p.serveWish(ctx, frame)
			continue
		}
		computed, err := p.encode(job.ctx, frame)
		p.mu.Lock()
		job.inFlight--
		if err != nil {
			p.fail(job, err)
		} else {
			job.onFrame(computed)
		}
		p.settle(job)
		p.mu.Unlock()
	}
}

// take waits for a frame to encode; job is nil for a frame that was asked for.
func (p *encodePool) take() (frame int, job *encodeJob, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for {
		switch {
		case p.closed:
			return 0, nil, false
		case len(p.wanted) > 0:
			frame, p.wanted = p.wanted[0], p.wanted[1:]
			return frame, nil, true
		case p.job != nil && len(p.job.queue) > 0:
			j := p.job
			frame, j.queue = j.queue[0], j.queue[1:]
			j.inFlight++
			return frame, j, true
		}
		p.more.Wait()
	}
}

// serveWish encodes a frame that was asked for and, if it is the one looked
// at, prepares it. What fails here fails again, and is told, when it is used.
func (p *encodePool) serveWish(ctx context.Context, frame int) {
	if _, err := p.encode(ctx, frame); err != nil {
		return
	}
	prep, ok := p.session.(Preparer)
	p.mu.Lock()
	look := p.look
	p.mu.Unlock()
	if !ok || look.frame != frame {
		return
	}
	if prep.Prepare(look.ctx, frame) == nil {
		p.emit(FramePrepared{frame})
	}
}

func (p *encodePool) encode(ctx context.Context, frame int) (computed bool, err error) {
	if p.session.Ready(frame) {
		return false, nil
	}
	if err := p.session.Encode(ctx, frame); err != nil {
		return false, err
	}
	p.emit(FrameEncoded{frame})
	return true, nil
}

// fail and settle are called with mu held.
func (p *encodePool) fail(j *encodeJob, err error) {
	if j.err == nil && p.job == j {
		j.err = err
		j.queue = nil
	}
	p.settle(j)
}

func (p *encodePool) settle(j *encodeJob) {
	if p.job == j && len(j.queue) == 0 && j.inFlight == 0 {
		p.job = nil
		close(j.finished)
	}
}
