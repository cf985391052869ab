package controller

import (
	"context"
	"slices"
	"sync"

	"github.com/masklet/masklet/inference"
)

// engineState is the engine that is chosen and its session on the open video.
type engineState struct {
	name    string // as chosen; "" means the first
	lane    serial
	open    openEngine // touched on the lane only
	gen     int
	session *session
	starts  bool // a session is being opened
	err     error
	waiting []func(*session)
	notice  string // what the opened engine had to tell

	mu    sync.Mutex
	fresh []inference.Session // opened, and not yet taken over by the UI goroutine
}

// openEngine is an engine with what it was opened for.
type openEngine struct {
	inference.Engine
	name     string
	settings inference.Settings
}

// session is one engine's work on the open video.
type session struct {
	gen    int
	is     inference.Session
	runner *inference.Runner
	ctx    context.Context
	cancel context.CancelFunc
}

func (s *session) close() {
	s.cancel()
	s.runner.Close()
	s.is.Close()
}

// EngineNames returns the engines that can be chosen.
func (c *Controller) EngineNames() []string { return c.deps.Engines.Names() }

// EngineName returns the engine that is chosen.
func (c *Controller) EngineName() string {
	names := c.EngineNames()
	if slices.Contains(names, c.engine.name) || len(names) == 0 {
		return c.engine.name
	}
	return names[0]
}

// EngineKind tells which settings the chosen engine has.
func (c *Controller) EngineKind() inference.Kind { return c.deps.Engines.Kind(c.EngineName()) }

// EngineReady reports whether the engine is loaded; err says why it cannot be.
func (c *Controller) EngineReady() (ready bool, err error) {
	return c.engine.session != nil, c.engine.err
}

// SetEngine changes to another engine. Masks stay; prompts are told to it.
func (c *Controller) SetEngine(name string) {
	if name == c.EngineName() && c.engine.err == nil {
		return
	}
	c.engine.name = name
	c.deps.Prefs.Set("engine", name)
	c.restartSession()
}

// EnginesChanged is called after a model was installed or removed.
func (c *Controller) EnginesChanged() {
	if c.engine.err != nil || !slices.Contains(c.EngineNames(), c.engine.name) {
		c.restartSession()
	}
	c.changed(PartEngine)
}

// Settings returns the engine's settings.
func (c *Controller) Settings() inference.Settings { return c.settings }

// SetSettings changes the engine's settings, and keeps them for the next
// session of the program; the engine starts again with them.
func (c *Controller) SetSettings(s inference.Settings) {
	if s == c.settings {
		return
	}
	c.settings = s
	c.saveSettings()
	c.restartSession()
}

func (c *Controller) restartSession() {
	if c.clip != nil {
		c.stopAndForget()
		if s := c.takeSession(); s != nil {
			c.engine.lane.do(s.close)
		}
		c.startSession()
	}
	c.changed(PartEngine | PartTrack)
}

// startSession opens the chosen engine on the open video in the background.
func (c *Controller) startSession() {
	e, cl := &c.engine, c.clip
	e.gen++
	e.starts, e.err, e.waiting = true, nil, nil
	gen, name, settings := e.gen, c.EngineName(), c.settings
	ctx, cancel := context.WithCancel(cl.ctx)
	e.lane.do(func() {
		is, err := c.openSession(ctx, name, settings, cl)
		if is != nil {
			e.keep(is)
		}
		c.deps.Post(func() {
			e.release(is)
			if c.clip != cl || e.gen != gen {
				cancel()
				if is != nil {
					e.lane.do(func() { is.Close() })
				}
				return
			}
			c.sessionOpened(&session{gen: gen, is: is, ctx: ctx, cancel: cancel}, err)
		})
	})
	c.changed(PartEngine)
}

// openSession runs on the lane.
func (c *Controller) openSession(ctx context.Context, name string, settings inference.Settings, cl *clip) (inference.Session, error) {
	open := &c.engine.open
	if open.Engine == nil || open.name != name || open.settings != settings {
		if open.Engine != nil {
			open.Close()
			*open = openEngine{}
		}
		eng, err := c.deps.Engines.Open(ctx, name, settings)
		if err != nil {
			return nil, err
		}
		*open = openEngine{eng, name, settings}
		if n, ok := eng.(inference.Noticer); ok {
			c.deps.Post(func() { c.notice(n.Notice()) })
		}
	}
	return open.Open(ctx, cl.cuts, c.deps.Cache, settings)
}

// notice says once what an engine has to tell about itself.
func (c *Controller) notice(text string) {
	if text != "" && text != c.engine.notice {
		c.Say(Warning, text)
	}
	c.engine.notice = text
}

func (c *Controller) sessionOpened(s *session, err error) {
	e, cl := &c.engine, c.clip
	e.starts = false
	waiting := e.waiting
	e.waiting = nil
	if err != nil {
		s.cancel()
		e.err = err
		c.fail("Engine "+c.EngineName(), err)
		c.dropPending()
		c.changed(PartEngine | PartTrack)
		return
	}
	in := &inbox{post: c.deps.Post}
	in.handle = func(ev inference.Event) {
		if c.clip == cl && e.session == s {
			c.event(ev)
		}
	}
	s.runner = inference.NewRunner(s.is, cl.doc.Frames(), in.put)
	e.session = s
	c.tellAll()
	for _, f := range waiting {
		f(s)
	}
	c.want(cl.frame)
	c.changed(PartEngine | PartTrack)
}

// takeSession parts with the session; whoever takes it closes it.
func (c *Controller) takeSession() *session {
	s := c.engine.session
	c.engine.session = nil
	c.engine.gen++
	c.engine.starts = false
	c.engine.waiting = nil
	return s
}

// whenReady runs f with the session: now, or when it is open. If there will be
// none, f is dropped; it reports whether f runs or may run.
func (c *Controller) whenReady(f func(*session)) bool {
	switch {
	case c.engine.session != nil:
		f(c.engine.session)
	case c.engine.starts:
		c.engine.waiting = append(c.engine.waiting, f)
	default:
		return false
	}
	return true
}

// want asks for a frame to be made ready for prompts.
func (c *Controller) want(frame int) {
	if s := c.engine.session; s != nil {
		s.runner.Want(frame)
	}
}

// keep remembers a session that the UI goroutine has still to take over: when
// the program ends, it never will.
func (e *engineState) keep(s inference.Session) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.fresh = append(e.fresh, s)
}

// release forgets a session that the UI goroutine took over.
func (e *engineState) release(s inference.Session) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.fresh = slices.DeleteFunc(e.fresh, func(f inference.Session) bool { return f == s })
}

func (c *Controller) closeEngine() {
	c.engine.lane.wait()
	c.engine.mu.Lock()
	fresh := c.engine.fresh
	c.engine.fresh = nil
	c.engine.mu.Unlock()
	for _, s := range fresh {
		s.Close()
	}
	if c.engine.open.Engine != nil {
		c.engine.open.Close()
		c.engine.open = openEngine{}
	}
}
