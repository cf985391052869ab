package controller

import (
	"context"
	"errors"
	"fmt"
	"image"
	"io"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/ui/session"
	"github.com/masklet/masklet/ui/session/opening"
)

const (
	fakeW, fakeH = 32, 24
)

// loop is a UI goroutine that notes how long one function keeps it.
type loop struct {
	*session.Loop
	slow time.Duration
}

func (l *loop) one() bool {
	start := time.Now()
	ran := l.Step()
	l.slow = max(l.slow, time.Since(start))
	return ran
}

// until runs what is posted until done reports true.
func (l *loop) until(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		for l.one() {
		}
		if done() {
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), 2*time.Millisecond)
		_ = l.Until(ctx, done)
		cancel()
		if time.Now().After(deadline) {
			t.Fatalf("timed out waiting until %s", what)
		}
	}
}

// fakeVideo has frames of one colour each.
type fakeVideo struct {
	n      int
	closed atomic.Bool            // a video that is opened again is closed again
	delay  atomic.Pointer[func()] // called for every frame; a test may change it while frames are read
}

func (v *fakeVideo) Len() int                { return v.n }
func (v *fakeVideo) Size() (int, int)        { return fakeW, fakeH }
func (v *fakeVideo) Hash() string            { return "fake" }
func (v *fakeVideo) Timestamp(i int) float64 { return float64(i) / 25 }
func (v *fakeVideo) Playhead(int)            {}
func (v *fakeVideo) Close() error            { v.closed.Store(true); return nil }

func (v *fakeVideo) Frame(ctx context.Context, i int) (*image.RGBA, error) {
	if i < 0 || i >= v.n {
		return nil, errors.New("no such frame")
	}
	if delay := v.delay.Load(); delay != nil && *delay != nil {
		(*delay)()
	}
	return v.picture(i), ctx.Err()
}

func (v *fakeVideo) picture(i int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, fakeW, fakeH))
	for p := range img.Pix {
		img.Pix[p] = uint8(i)
	}
	return img
}

func (v *fakeVideo) Nearest(i int) (*image.RGBA, int, bool) {
	at := i / 10 * 10
	return v.picture(at), at, true
}

// fakeProject keeps everything in memory.
type fakeProject struct {
	*session.Memory
	doc      *annotate.Document
	hist     *annotate.History
	failing  atomic.Bool
	run      project.Run
	pending  bool
	ended    []bool
	finished map[annotate.FrameKey]bool
	closed   atomic.Bool
}

func (p *fakeProject) Status() project.Status {
	if p.failing.Load() {
		return project.Status{State: project.Failing, Err: errors.New("the disk is full")}
	}
	return project.Status{State: project.Saved}
}
func (p *fakeProject) Flush(context.Context) error        { return p.Status().Err }
func (p *fakeProject) Retry(context.Context) error        { p.failing.Store(false); return nil }
func (p *fakeProject) StartRun(r project.Run) project.Run { r.ID = 7; p.run = r; return r }
func (p *fakeProject) PendingRun() (project.Run, bool)    { return p.run, p.pending }
func (p *fakeProject) Path() string                       { return "fake.masklet" }
func (p *fakeProject) Close() error                       { p.closed.Store(true); return p.Status().Err }
func (p *fakeProject) FinishedFrames(context.Context, project.Run) (map[annotate.FrameKey]bool, error) {
	return p.finished, nil
}

func (p *fakeProject) FinishRun(_ int64, state project.RunState) error {
	if state != project.RunRunning {
		p.ended = append(p.ended, state == project.RunDone)
	}
	return nil
}

// fakeEngine answers with masks that tell what they were made from, after
// delays that a test chooses.
type fakeEngine struct {
	name  string
	delay func()                               // called in every call that may take time
	fail  error                                // of Open
	wrap  func(*fakeSession) inference.Session // nil: sessions are as they are

	mu       sync.Mutex
	sessions int
	open     *fakeSession
	closed   bool
}

func (e *fakeEngine) Name() string { return e.name }
func (e *fakeEngine) Close() error { e.closed = true; return nil }

func (e *fakeEngine) Open(ctx context.Context, v inference.Frames, _ *inference.FeatureCache, _ inference.Settings) (inference.Session, error) {
	if e.fail != nil {
		return nil, e.fail
	}
	e.wait()
	s := &fakeSession{e: e, v: v, prompts: map[annotate.FrameKey]annotate.Prompt{}, known: map[annotate.FrameKey]bool{}, ready: map[int]bool{}}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.sessions++
	e.open = s
	if e.wrap != nil {
		return e.wrap(s), nil
	}
	return s, nil
}

func (e *fakeEngine) wait() {
	if e.delay != nil {
		e.delay()
	}
}

type fakeSession struct {
	e *fakeEngine
	v inference.Frames

	mu      sync.Mutex
	prompts map[annotate.FrameKey]annotate.Prompt
	known   map[annotate.FrameKey]bool // protected or not
	removed []annotate.ObjectID
	told    []string // SetKnown and SetPrompt in their order
	ready   map[int]bool
	tracked []annotate.FrameKey
	runs    int // each draws another mask
	inCall  bool
	closed  bool
}

// enter checks that the owner's methods are never called at the same time.
func (s *fakeSession) enter() func() {
	s.mu.Lock()
	if s.inCall || s.closed {
		panic("session called by two goroutines or after Close")
	}
	s.inCall = true
	s.mu.Unlock()
	s.e.wait()
	return func() {
		s.mu.Lock()
		s.inCall = false
		s.mu.Unlock()
	}
}

func (s *fakeSession) Encode(ctx context.Context, f int) error {
	s.e.wait()
	if _, err := s.v.Frame(ctx, f); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ready[f] = true
	return nil
}

func (s *fakeSession) Ready(f int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ready[f]
}

func (s *fakeSession) EncodeWorkers() int { return 2 }

// maskFor is a row of as many pixels as the prompt has points, on top of the mask
// that they correct.
func maskFor(p annotate.Prompt) annotate.Mask {
	b := annotate.NewBitmap(fakeW, fakeH)
	if p.Mask != nil {
		b = p.Mask.Bitmap()
	}
	for i := range p.Points {
		b.Set(i, 0, true)
	}
	if p.Box != nil {
		b.Set(0, 1, true)
	}
	return annotate.MaskFromBitmap(b)
}

func (s *fakeSession) SetPrompt(ctx context.Context, k annotate.FrameKey, p annotate.Prompt) (annotate.Result, error) {
	defer s.enter()()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.prompts[k] = p
	s.told = append(s.told, fmt.Sprintf("prompt %d/%d", k.Object, k.Frame))
	return annotate.NewResult(maskFor(p), 0.9, annotate.Prompted, s.e.name), ctx.Err()
}

func (s *fakeSession) Preview(ctx context.Context, k annotate.FrameKey, p annotate.Prompt) (annotate.Result, error) {
	defer s.enter()()
	return annotate.NewResult(maskFor(p), 0.9, annotate.Prompted, s.e.name), ctx.Err()
}

func (s *fakeSession) ClearPrompt(k annotate.FrameKey) error {
	defer s.enter()()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.prompts, k)
	return nil
}

func (s *fakeSession) RemoveObject(id annotate.ObjectID) error {
	defer s.enter()()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.removed = append(s.removed, id)
	for k := range s.prompts {
		if k.Object == id {
			delete(s.prompts, k)
		}
	}
	for k := range s.known {
		if k.Object == id {
			delete(s.known, k)
		}
	}
	return nil
}

func (s *fakeSession) SetKnown(k annotate.FrameKey, m annotate.Mask, protected bool) error {
	defer s.enter()()
	s.mu.Lock()
	defer s.mu.Unlock()
	if !m.IsZero() {
		s.told = append(s.told, fmt.Sprintf("mask %d/%d area %d protected %v", k.Object, k.Frame, m.Area(), protected))
	}
	if m.IsZero() {
		delete(s.known, k)
	} else {
		s.known[k] = protected
	}
	return nil
}

func (s *fakeSession) Propagate(req inference.PropagateRequest) (inference.Propagation, error) {
	defer s.enter()()
	s.runs++
	return &fakePropagation{s: s, req: req, next: req.Range.First}, nil
}

func (s *fakeSession) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.inCall {
		panic("closed during a call")
	}
	s.closed = true
	return nil
}

func (s *fakeSession) facts() (prompts map[annotate.FrameKey]annotate.Prompt, protected []annotate.FrameKey) {
	s.mu.Lock()
	defer s.mu.Unlock()
	prompts = map[annotate.FrameKey]annotate.Prompt{}
	for k, p := range s.prompts {
		prompts[k] = p
	}
	for k, on := range s.known {
		if on {
			protected = append(protected, k)
		}
	}
	return prompts, protected
}

type fakePropagation struct {
	s    *fakeSession
	req  inference.PropagateRequest
	next int
}

func (p *fakePropagation) Coverage() inference.Coverage {
	n, done := p.req.Range.Len(), p.next-p.req.Range.First
	return inference.Coverage{Frames: n, Finished: done, Work: n, Worked: done}
}

func (p *fakePropagation) Close() {}

func (p *fakePropagation) Next(ctx context.Context) (inference.FrameResults, error) {
	defer p.s.enter()()
	for ; p.next <= p.req.Range.Last; p.next++ {
		if err := ctx.Err(); err != nil {
			return inference.FrameResults{}, err
		}
		out := inference.FrameResults{Frame: p.next, Results: map[annotate.ObjectID]annotate.Result{}}
		for _, id := range p.req.Objects {
			k := annotate.FrameKey{Object: id, Frame: p.next}
			if p.req.Skip != nil && p.req.Skip(k) {
				continue
			}
			b := annotate.NewBitmap(fakeW, fakeH)
			b.Set(p.next%fakeW, 5+p.s.runs, true)
			out.Results[id] = annotate.NewResult(annotate.MaskFromBitmap(b), 0.9, annotate.Tracked, p.s.e.name)
			p.s.mu.Lock()
			p.s.tracked = append(p.s.tracked, k)
			p.s.mu.Unlock()
		}
		if len(out.Results) > 0 {
			p.next++
			return out, nil
		}
	}
	return inference.FrameResults{}, io.EOF
}

type fakeEngines map[string]*fakeEngine

func (e fakeEngines) Names() []string { return []string{"fake", "other"} }

func (fakeEngines) Kind(string) inference.Kind { return inference.SAM2 }

func (e fakeEngines) Open(_ context.Context, name string, _ inference.Settings) (inference.Engine, error) {
	if eng, ok := e[name]; ok {
		return eng, nil
	}
	return nil, errors.New("engine " + name + " is not installed")
}

type mapPrefs map[string]string

func (m mapPrefs) Get(k string) string { return m[k] }
func (m mapPrefs) Set(k, v string)     { m[k] = v }

var errLost = errors.New("the video is lost")

// rig is a controller over fakes.
type rig struct {
	*Controller
	t       *testing.T
	loop    *loop
	engine  *fakeEngine
	other   *fakeEngine
	video   *fakeVideo
	project *fakeProject
	prefs   mapPrefs
}

func newRig(t *testing.T, frames int, delay func()) *rig {
	memory := session.NewMemory(&fakeVideo{n: frames})
	r := &rig{
		t: t, loop: &loop{Loop: session.NewLoop()}, prefs: mapPrefs{},
		engine: &fakeEngine{name: "fake", delay: delay}, other: &fakeEngine{name: "other", delay: delay},
		video:   &fakeVideo{n: frames},
		project: &fakeProject{Memory: memory, doc: memory.Document(), hist: memory.History()},
	}
	r.Controller = New(Deps{
		Post: r.loop.Post,
		Open: func(_ context.Context, q opening.OpenRequest, progress func(done, total int)) (*session.Clip, error) {
			path := q.Path
			switch {
			case path == "bad.mp4":
				return nil, errors.New("bad.mp4 is not a video")
			case path == "lost.masklet" && q.Video == "":
				return nil, &opening.MissingVideo{Project: path, Video: "clip.mp4", Reason: "clip.mp4 is gone.", Err: errLost}
			case path == "lost.masklet" && q.Video != "found/clip.mp4":
				return nil, &opening.MissingVideo{Project: path, Video: q.Video, Reason: q.Video + " is another video.", Err: errLost}
			case path == "taken.mp4" && !q.Fresh:
				return nil, &opening.OtherProject{Video: path, Project: "taken.mp4.masklet", Reason: "taken.mp4.masklet belongs to another video.", Err: errLost}
			}
			progress(frames, frames)
			return &session.Clip{Path: path, Video: r.video, Store: r.project}, nil
		},
		Engines: fakeEngines{"fake": r.engine, "other": r.other},
		Prefs:   r.prefs,
	}, nil)
	r.video.delay.Store(&delay)
	t.Cleanup(func() { _ = r.Controller.Close() })
	return r
}

// opened returns a rig with an open video and engine.
func opened(t *testing.T, frames int, delay func()) *rig {
	r := newRig(t, frames, delay)
	r.OpenFile("clip.mp4")
	r.wait("the engine is ready", func() bool { ready, _ := r.EngineReady(); return ready })
	return r
}

func (r *rig) wait(what string, done func() bool) {
	r.t.Helper()
	r.loop.until(r.t, what, done)
}

// idle waits until nothing is pending or running and the session has caught up.
func (r *rig) idle() {
	r.t.Helper()
	r.wait("nothing is pending", func() bool { return !r.sess.Pending() && !r.Tracking() && r.engineIdle() })
}

func (r *rig) engineIdle() bool {
	ready, err := r.EngineReady()
	return ready || err != nil || !r.IsOpen()
}

// settled waits until the session has done everything it was told before.
func (r *rig) settled() {
	r.t.Helper()
	r.idle()
	if ready, _ := r.EngineReady(); !ready {
		return
	}
	done := make(chan struct{})
	r.sess.Tell(func(context.Context, inference.Session) error { close(done); return nil })
	<-done
}

// live returns what the engine's session of the open video knows.
func (r *rig) live() *fakeSession {
	for _, e := range []*fakeEngine{r.engine, r.other} {
		if e.name == r.EngineName() {
			return e.open
		}
	}
	return nil
}

// jitter returns a delay that differs from call to call.
func jitter(seed uint64, most time.Duration) func() {
	var mu sync.Mutex
	rng := rand.New(rand.NewPCG(seed, seed))
	return func() {
		mu.Lock()
		d := time.Duration(rng.Int64N(int64(most)))
		mu.Unlock()
		time.Sleep(d)
	}
}
