package session

import (
	"context"
	"errors"
	"log/slog"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/ui/session/cuts"
)

// Config is what a Session works with.
type Config struct {
	// Post runs f later on the owner's goroutine, in order. It does not wait.
	Post func(f func())
	// Notify is told on the owner's goroutine what happened.
	Notify func(Event)
	Slot   *Slot
	Cache  *inference.FeatureCache // may be nil
	Log    *slog.Logger            // gets every run; nil: nothing is kept
	IsCut  cuts.Rule               // the engines' rule for scene cuts; nil: none is looked for
	// Engine and Settings are those at first.
	Engine   string
	Settings inference.Settings
}

// Session is one open video being labeled.
type Session struct {
	*Clip
	*reading
	doc  *annotate.Document
	hist *annotate.History
	life

	engine  engineState
	prompts promptState
	fixes   fixState
	splits  splitState
	job     *jobState // the latest run; never nil
	held    []heldFrame
}

// New starts a session on a clip, which it takes over, and its engine.
func New(clip *Clip, conf Config) *Session {
	if conf.Log == nil {
		conf.Log = slog.New(slog.DiscardHandler)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Session{
		Clip: clip, doc: clip.Store.Document(), hist: clip.Store.History(),
		life:    life{conf: conf, ctx: ctx, cancel: cancel, shut: make(chan struct{})},
		engine:  engineState{name: conf.Engine, settings: conf.Settings},
		prompts: promptState{pending: map[annotate.FrameKey]pending{}},
		fixes:   fixState{doc: clip.Store.Document(), due: Fixes{}, taken: map[int64]Fixes{}},
		splits:  splitState{told: map[annotate.ObjectID][]annotate.Range{}},
		job:     newJob(Outcome{}, nil),
	}
	s.reading = &reading{s: s}
	s.job.over = true
	s.splits.Session = s
	s.splits.watch()
	if clip.Video.Len() > 0 {
		s.startEngine()
	}
	s.startCounting()
	return s
}

// Document returns the document, which may only be read.
func (s *Session) Document() *annotate.Document { return s.doc }

// Close ends what runs and closes the clip in the background, in the order in
// which things depend on each other; Wait waits for that. Nothing is notified
// any more.
func (s *Session) Close() {
	if s.closed {
		return
	}
	s.closed = true
	s.cancel()
	live := s.takeLive()
	s.conf.Slot.lane.Do(func() {
		defer close(s.shut)
		if live != nil {
			s.err = live.close()
		}
		s.err = errors.Join(s.err, s.engine.closeFresh())
		s.work.Wait()
		s.err = errors.Join(s.err, s.Clip.Close())
	})
}

// failed tells of a failure in the background.
func (s *Session) failed(what string, err error) {
	if err != nil {
		s.conf.Log.Info("failed", "what", what, "error", err)
		s.notify(Failed{what, err})
	}
}
