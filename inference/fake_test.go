package inference

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/masklet/masklet/annotate"
)

// fakeSession is a session without pixels: it checks the rules of the Session
// contract (who may call what at the same time) and takes its time in
// unpredictable ways.
type fakeSession struct {
	t      *testing.T
	frames int
	delay  func()
	fail   map[int]error // by frame, for Encode

	owner   atomic.Int32 // calls under way that must be alone
	mu      sync.Mutex
	ready   map[int]bool
	encodes []int
	prompts []annotate.FrameKey
	workers int
	// gate, if not nil, lets Next pass once per token.
	gate chan struct{}
}

func newFakeSession(t *testing.T, frames int) *fakeSession {
	return &fakeSession{t: t, frames: frames, delay: func() {}, ready: map[int]bool{}, workers: 1}
}

// adversarial returns a delay that sometimes yields, sometimes sleeps.
func adversarial(seed uint64) func() {
	var mu sync.Mutex
	rng := rand.New(rand.NewPCG(seed, 7))
	return func() {
		mu.Lock()
		n := rng.IntN(10)
		mu.Unlock()
		switch {
		case n < 4:
		case n < 7:
			runtime.Gosched()
		default:
			time.Sleep(time.Duration(n*20) * time.Microsecond)
		}
	}
}

// alone fails the test if another call that must be alone is under way.
func (s *fakeSession) alone() func() {
	if s.owner.Add(1) != 1 {
		s.t.Error("two calls that exclude each other ran at the same time")
	}
	return func() { s.owner.Add(-1) }
}

func (s *fakeSession) Encode(ctx context.Context, frame int) error {
	s.delay()
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := s.fail[frame]; err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.ready[frame] {
		s.ready[frame] = true
		s.encodes = append(s.encodes, frame)
	}
	return nil
}

func (s *fakeSession) Ready(frame int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ready[frame]
}

// preparingSession can prepare frames for clicks.
type preparingSession struct {
	*fakeSession
	prepare func(ctx context.Context, frame int) error
}

func (s *preparingSession) Prepare(ctx context.Context, frame int) error {
	if !s.Ready(frame) {
		s.t.Errorf("frame %d was prepared before it was encoded", frame)
	}
	return s.prepare(ctx, frame)
}

func (s *fakeSession) EncodeWorkers() int { return s.workers }

func (s *fakeSession) SetPrompt(ctx context.Context, k annotate.FrameKey, p annotate.Prompt) (annotate.Result, error) {
	defer s.alone()()
	s.delay()
	if err := ctx.Err(); err != nil {
		return annotate.Result{}, err
	}
	s.prompts = append(s.prompts, k)
	return fakeResult(k), nil
}

func (s *fakeSession) Preview(ctx context.Context, k annotate.FrameKey, p annotate.Prompt) (annotate.Result, error) {
	defer s.alone()()
	return fakeResult(k), nil
}

func (s *fakeSession) ClearPrompt(annotate.FrameKey) error { defer s.alone()(); return nil }

func (s *fakeSession) RemoveObject(annotate.ObjectID) error { defer s.alone()(); return nil }

func (s *fakeSession) SetKnown(annotate.FrameKey, annotate.Mask, bool) error {
	defer s.alone()()
	return nil
}

func (s *fakeSession) Close() error { defer s.alone()(); return nil }

func (s *fakeSession) Propagate(req PropagateRequest) (Propagation, error) {
	defer s.alone()()
	if len(req.Objects) == 0 {
		return nil, fmt.Errorf("%w: nothing to propagate", ErrUsage)
	}
	p := &fakePropagation{s: s, req: req, at: req.Range.First}
	p.tally = NewTally(req.Range, func(int) bool { return true })
	for f := req.Range.First; f <= req.Range.Last; f++ {
		if !p.skipped(f) {
			p.tally.Plan(f, 1)
		}
	}
	return p, nil
}

type fakePropagation struct {
	s     *fakeSession
	req   PropagateRequest
	at    int
	tally *Tally
}

func (p *fakePropagation) skipped(frame int) bool {
	return p.req.Skip != nil && p.req.Skip(annotate.FrameKey{Object: p.req.Objects[0], Frame: frame})
}

func (p *fakePropagation) Coverage() Coverage { return p.tally.Coverage() }

func (p *fakePropagation) Close() {}

func (p *fakePropagation) Next(ctx context.Context) (FrameResults, error) {
	defer p.s.alone()()
	if p.s.gate != nil {
		select {
		case <-p.s.gate:
		case <-ctx.Done():
			return FrameResults{}, ctx.Err()
		}
	}
	p.s.delay()
	for ; p.at <= p.req.Range.Last; p.at++ {
		if err := ctx.Err(); err != nil {
			return FrameResults{}, err
		}
		if p.skipped(p.at) {
			continue
		}
		if !p.s.Ready(p.at) {
			p.s.t.Errorf("frame %d was propagated before it was encoded", p.at)
		}
		out := FrameResults{Frame: p.at, Results: map[annotate.ObjectID]annotate.Result{}}
		for _, o := range p.req.Objects {
			out.Results[o] = fakeResult(annotate.FrameKey{Object: o, Frame: p.at})
		}
		p.tally.Done(p.at, 1)
		p.at++
		return out, nil
	}
	return FrameResults{}, io.EOF
}

// fakeResult is a mask that says which frame it belongs to.
func fakeResult(k annotate.FrameKey) annotate.Result {
	m, err := annotate.MaskFromRuns(64, 64, []uint32{uint32(k.Frame), uint32(k.Object), uint32(64*64 - k.Frame - int(k.Object))})
	if err != nil {
		panic(err)
	}
	return annotate.NewResult(m, 1, annotate.Tracked, "fake")
}

// recorder collects the events of a runner.
type recorder struct {
	mu     sync.Mutex
	events []Event
	more   chan struct{}
}

func newRecorder() *recorder { return &recorder{more: make(chan struct{}, 1)} }

func (r *recorder) sink(e Event) {
	r.mu.Lock()
	r.events = append(r.events, e)
	r.mu.Unlock()
	select {
	case r.more <- struct{}{}:
	default:
	}
}

func (r *recorder) all() []Event {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]Event(nil), r.events...)
}

// waitFor waits until an event satisfies ok and returns it.
func waitFor[E Event](t *testing.T, r *recorder, ok func(E) bool) E {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		for _, e := range r.all() {
			if e, is := e.(E); is && (ok == nil || ok(e)) {
				return e
			}
		}
		select {
		case <-r.more:
		case <-deadline:
			t.Fatalf("no such event; have %v", r.all())
		}
	}
}

func of[E Event](r *recorder) []E {
	var out []E
	for _, e := range r.all() {
		if e, is := e.(E); is {
			out = append(out, e)
		}
	}
	return out
}
