package session

import (
	"context"
	"errors"
	"slices"
	"sync"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/tracklet"
	"github.com/masklet/masklet/ui/session/lane"
)

// engineState is the chosen engine and its work on the video.
type engineState struct {
	name     string
	settings inference.Settings
	gen      int   // of the latest start
	live     *live // nil: none is ready
	starts   bool
	frames   int  // of the video when the engine was opened on it
	stale    bool // it is to be opened anew, since it was another number
	err      error
	waiting  []func(*live)

	mu    sync.Mutex
	fresh []inference.Session // opened, and not yet taken over by the owner
}

// live is an engine at work on the video.
type live struct {
	inference.Session
	name   string
	notice string // what the engine has to tell about itself
	runner *inference.Runner
	ctx    context.Context
	cancel context.CancelFunc
	told   bool  // of the masks that an earlier session made
	ran    int64 // the run that it worked on last
}

func (l *live) close() error {
	l.cancel()
	l.runner.Close()
	return l.Session.Close()
}

// Softener returns what the engine knows about the edges of its masks; nil if nothing.
func (s *Session) Softener() inference.Softener {
	if s.engine.live == nil {
		return nil
	}
	soft, _ := s.engine.live.Session.(inference.Softener)
	return soft
}

// Engine returns the engine that is chosen, and its settings.
func (s *Session) Engine() (name string, settings inference.Settings) {
	return s.engine.name, s.engine.settings
}

// EngineReady reports whether the engine is loaded; err says why it cannot be.
func (s *Session) EngineReady() (ready bool, err error) { return s.engine.live != nil, s.engine.err }

// UseEngine changes to another engine, or to other settings of it. Masks stay;
// prompts are told to it. What runs is stopped.
func (s *Session) UseEngine(name string, settings inference.Settings) {
	s.stopAndForget()
	s.engine.name, s.engine.settings = name, settings
	if l := s.takeLive(); l != nil {
		s.conf.Slot.lane.Do(func() { _ = l.close() })
	}
	s.startEngine()
}

// Every returns the distance of the frames that the engine encodes and tracks.
func (s *Session) Every() int {
	if l := s.engine.live; l != nil {
		if _, sparse := l.Session.(inference.Sparse); sparse {
			return max(1, s.engine.settings.Stride)
		}
	}
	return 1
}

// FrameReady returns a function that reports, from any goroutine, whether a
// frame is encoded. It may look on the disk.
func (s *Session) FrameReady() func(frame int) bool {
	if l := s.engine.live; l != nil {
		return l.Session.Ready
	}
	return func(int) bool { return false }
}

// Want asks for frames to be made ready for prompts, the first before all.
func (s *Session) Want(frames ...int) {
	if l := s.engine.live; l != nil {
		l.runner.Want(frames...)
	}
}

// Prepare asks for a frame to be made ready for clicks, and reports whether the
// engine does that: Prepared then follows.
func (s *Session) Prepare(frame int) bool {
	s.Want(frame)
	l := s.engine.live
	if l == nil {
		return false
	}
	_, can := l.Session.(inference.Preparer)
	return can
}

// startEngine opens the chosen engine on the video in the background.
func (s *Session) startEngine() {
	e := &s.engine
	e.gen++
	e.starts, e.err = true, nil
	gen, name, settings := e.gen, e.name, e.settings
	e.frames = s.Video.Len()
	ctx, cancel := context.WithCancel(s.ctx)
	s.conf.Slot.lane.Do(func() {
		l := &live{ctx: ctx, cancel: cancel}
		err := s.openEngine(l, name, settings)
		s.conf.Post(func() {
			fresh := err == nil && e.takeFresh(l.Session)
			switch {
			case !s.closed && gen == e.gen:
				s.engineOpened(l, err)
				return
			case fresh:
				s.conf.Slot.lane.Do(func() { _ = l.Session.Close() })
			}
			cancel()
		})
	})
	s.notify(EngineChanged{})
}

// openEngine runs on the slot's lane.
func (s *Session) openEngine(l *live, name string, settings inference.Settings) error {
	engine, err := s.conf.Slot.load(l.ctx, name, settings)
	if err != nil {
		return err
	}
	l.name = engine.Name()
	if n, ok := engine.(inference.Noticer); ok {
		l.notice = n.Notice()
	}
	if l.Session, err = engine.Open(l.ctx, s.Video, s.conf.Cache, settings); err != nil {
		return err
	}
	s.engine.keepFresh(l.Session)
	return nil
}

func (e *engineState) keepFresh(opened inference.Session) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.fresh = append(e.fresh, opened)
}

func (s *Session) engineOpened(l *live, err error) {
	e := &s.engine
	e.starts = false
	waiting := e.waiting
	e.waiting = nil
	if err != nil {
		l.cancel()
		e.err = err
		s.dropPending(err)
		if !s.job.over {
			s.jobOver(err)
		}
		s.notify(EngineChanged{Err: err})
		return
	}
	in := &lane.Inbox{Post: s.conf.Post}
	in.Handle = func(ev inference.Event) {
		if !s.closed && e.live == l {
			s.event(ev)
		}
	}
	l.told = !anyTracked(s.doc)
	l.runner = inference.NewRunner(tracklet.New(l.Session), s.Video.Len(), in.Put)
	e.live = l
	clear(s.splits.told)
	s.splits.saw()
	s.splits.news()
	s.tellAll()
	for _, f := range waiting {
		f(l)
	}
	s.notify(EngineChanged{Notice: l.notice})
}

// takeLive parts with the engine's session; whoever takes it closes it.
func (s *Session) takeLive() *live {
	e := &s.engine
	l := e.live
	e.live, e.starts, e.waiting = nil, false, nil
	e.gen++
	return l
}

// takeFresh takes over what was opened; false means that it is closed already.
func (e *engineState) takeFresh(opened inference.Session) bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	before := len(e.fresh)
	e.fresh = slices.DeleteFunc(e.fresh, func(f inference.Session) bool { return f == opened })
	return len(e.fresh) < before
}

// closeFresh closes what was opened and never taken over.
func (e *engineState) closeFresh() (err error) {
	e.mu.Lock()
	fresh := e.fresh
	e.fresh = nil
	e.mu.Unlock()
	for _, f := range fresh {
		err = errors.Join(err, f.Close())
	}
	return err
}

// whenLive runs f with the engine's session: now, or when it is open. If there
// will be none, f is dropped; the error then says why.
func (s *Session) whenLive(f func(*live)) error {
	e := &s.engine
	switch {
	case e.live != nil:
		f(e.live)
	case e.starts:
		e.waiting = append(e.waiting, f)
	default:
		return e.none()
	}
	return nil
}

func (e *engineState) none() error {
	if e.err != nil {
		return e.err
	}
	return errors.New("the engine is not loaded")
}
