package inference

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/masklet/masklet/annotate"
)

// Runner drives one Session in the background: it answers prompts, runs jobs
// (Phase 1 and Phase 2) with progress, and lets a prompt in between any two
// frames of a job. All methods return at once (Close excepted) and may be
// called from any goroutine; answers come as events.
type Runner struct {
	session Session
	frames  int
	sink    func(Event)
	now     func() time.Time
	tick    time.Duration

	ctx    context.Context
	cancel context.CancelFunc
	pool   *encodePool
	done   chan struct{} // closed when the owner goroutine has returned
	sinkMu sync.Mutex

	mu      sync.Mutex
	ops     []op
	preview *PromptRequest
	wake    chan struct{} // holds a token while there is something to look at
	job     *job          // queued or running
	nextJob int64
	closed  bool
}

// PromptRequest asks for the mask of one object on one frame.
type PromptRequest struct {
	Seq    int64 // the caller's own number, handed back with the answer
	Key    annotate.FrameKey
	Prompt annotate.Prompt
}

// op is something the owner goroutine shall do with the session.
type op struct {
	prompt *PromptRequest // or
	do     func(Session)
}

// progressInterval keeps the promise of an update at least once a second.
const progressInterval = 250 * time.Millisecond

// NewRunner starts a runner for a session on a video of the given number of
// frames. sink gets all events, one at a time, from the runner's goroutines;
// it must be quick and must not call Close.
func NewRunner(s Session, frames int, sink func(Event)) *Runner {
	return newRunner(s, frames, sink, time.Now, progressInterval)
}

func newRunner(s Session, frames int, sink func(Event), now func() time.Time, tick time.Duration) *Runner {
	ctx, cancel := context.WithCancel(context.Background())
	r := &Runner{
		session: s, frames: frames, sink: sink, now: now, tick: tick,
		ctx: ctx, cancel: cancel,
		done: make(chan struct{}), wake: make(chan struct{}, 1),
	}
	r.pool = newEncodePool(ctx, s, frames, r.emit)
	go r.own()
	return r
}

// Prompt asks for an object's mask on a frame; PromptAnswer is the answer. A
// request for the same object and frame that still waits is superseded.
func (r *Runner) Prompt(req PromptRequest) {
	r.mu.Lock()
	old, accepted := r.queuePrompt(req)
	r.mu.Unlock()
	if old != nil {
		r.emit(PromptAnswer{PromptRequest: *old, Err: ErrSuperseded})
	}
	if !accepted {
		r.emit(PromptAnswer{PromptRequest: req, Err: ErrClosed})
		return
	}
	r.signal()
}

// queuePrompt adds req to the queue or puts it in the place of an older prompt
// for the same key, unless some other operation stands between them.
func (r *Runner) queuePrompt(req PromptRequest) (old *PromptRequest, accepted bool) {
	if r.closed {
		return nil, false
	}
	for i := len(r.ops) - 1; i >= 0 && r.ops[i].prompt != nil; i-- {
		if r.ops[i].prompt.Key == req.Key {
			old = r.ops[i].prompt
			r.ops[i].prompt = &req
			return old, true
		}
	}
	r.ops = append(r.ops, op{prompt: &req})
	return nil, true
}

// Preview asks what Prompt would answer, without changing anything. Only the
// latest request counts; older ones that wait are dropped without an answer.
func (r *Runner) Preview(req PromptRequest) {
	r.mu.Lock()
	r.preview = &req
	r.mu.Unlock()
	r.signal()
}

// Do runs f with the session between two frames, in order with the prompts.
// It reports false if the runner is closed and f will not run.
func (r *Runner) Do(f func(Session)) bool {
	r.mu.Lock()
	ok := !r.closed
	if ok {
		r.ops = append(r.ops, op{do: f})
	}
	r.mu.Unlock()
	r.signal()
	return ok
}

// Want asks for frames to be encoded before everything else, in the given
// order. The first is the one that the user looks at: it is prepared for
// clicks too, where the session can do that. The latest call replaces what
// earlier ones still wait for.
func (r *Runner) Want(frames ...int) { r.pool.want(frames) }

// Track starts a job and returns its number. It fails with ErrBusy while
// another job is queued or runs, and with ErrClosed after Close.
func (r *Runner) Track(j Job) (int64, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return 0, ErrClosed
	}
	if r.job != nil {
		return 0, ErrBusy
	}
	r.nextJob++
	ctx, cancel := context.WithCancel(r.ctx)
	r.job = &job{Job: j, id: r.nextJob, ctx: ctx, cancel: cancel}
	r.signalLocked()
	return r.nextJob, nil
}

// Stop cancels the running job, if any; its finished frames are kept and
// JobEnded follows.
func (r *Runner) Stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.job != nil {
		r.job.cancel()
	}
}

// Busy reports whether a job is queued or running.
func (r *Runner) Busy() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.job != nil
}

// Close stops what runs, waits until the session is idle, answers what still
// waits with ErrClosed and returns. It does not close the session.
func (r *Runner) Close() {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
	r.cancel()
	r.signal()
	<-r.done
	r.pool.close()
}

// own is the goroutine that alone calls the session's methods (Encode aside).
func (r *Runner) own() {
	defer close(r.done)
	for {
		r.answer(r.ctx)
		if j := r.queuedJob(); j != nil {
			r.runJob(j)
			continue
		}
		select {
		case <-r.wake:
		case <-r.ctx.Done():
			r.refuseRest()
			return
		}
	}
}

func (r *Runner) queuedJob() *job {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.job
}

// answer does everything that waits: prompts and operations in order, then the
// latest preview.
func (r *Runner) answer(ctx context.Context) {
	for ctx.Err() == nil {
		o, preview, ok := r.takeOp()
		switch {
		case !ok:
			return
		case preview != nil:
			res, err := r.session.Preview(ctx, preview.Key, preview.Prompt)
			r.emit(PreviewAnswer{*preview, res, err})
		case o.prompt != nil:
			res, err := r.session.SetPrompt(ctx, o.prompt.Key, o.prompt.Prompt)
			if r.ctx.Err() != nil && errors.Is(err, context.Canceled) {
				err = ErrClosed
			}
			r.emit(PromptAnswer{*o.prompt, res, err})
		default:
			o.do(r.session)
		}
	}
}

func (r *Runner) takeOp() (o op, preview *PromptRequest, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.ops) > 0 {
		o, r.ops = r.ops[0], r.ops[1:]
		return o, nil, true
	}
	if r.preview != nil {
		preview, r.preview = r.preview, nil
		return op{}, preview, true
	}
	return op{}, nil, false
}

func (r *Runner) refuseRest() {
	r.mu.Lock()
	ops, j := r.ops, r.job
	r.ops, r.job, r.preview = nil, nil, nil
	r.mu.Unlock()
	for _, o := range ops {
		if o.prompt != nil {
			r.emit(PromptAnswer{PromptRequest: *o.prompt, Err: ErrClosed})
		}
	}
	if j != nil {
		j.cancel()
		r.emit(JobEnded{Job: j.id, Err: context.Canceled})
	}
}

func (r *Runner) emit(e Event) {
	r.sinkMu.Lock()
	defer r.sinkMu.Unlock()
	r.sink(e)
}

func (r *Runner) signal() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.signalLocked()
}

func (r *Runner) signalLocked() {
	select {
	case r.wake <- struct{}{}:
	default:
	}
}
