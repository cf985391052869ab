package session

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/project"
)

// savedSettings is what a project keeps of a run's settings.
type savedSettings struct {
	Settings *inference.Settings `json:"settings"`
}

// SettingsOf returns the settings that a run of a project was started with, to
// be continued on this machine; now are those where the run tells none.
func SettingsOf(r project.Run, now inference.Settings) (inference.Settings, error) {
	if r.Settings == "" {
		return now, nil
	}
	saved := savedSettings{}
	if err := json.Unmarshal([]byte(r.Settings), &saved); err != nil {
		return now, fmt.Errorf("the settings of the stopped run cannot be read: %w", err)
	}
	if saved.Settings == nil {
		return now, nil
	}
	s := *saved.Settings
	s.Threads = now.Threads
	return s, nil
}

// IsRunOf reports whether r is the run that Track would start with that engine,
// settings and target: who asks for it again wants it to go on.
func IsRunOf(r project.Run, doc *annotate.Document, engine string, s inference.Settings, t Target) bool {
	j, err := planTrack(doc, t, s.MaxFrames)
	if err != nil {
		return false
	}
	saved, err := SettingsOf(r, s)
	want := describeRun([]inference.Job{j})
	return err == nil && saved == s && r.Engine == engine && r.Range == want.Range && r.Direction == want.Direction && slices.Equal(r.Objects, want.Objects)
}

// noteRun tells the project file that the run begins or goes on, so that it can
// be continued if it is cut short.
func (s *Session) noteRun() {
	j := s.job
	switch {
	case len(j.Run.Objects) == 0:
	case j.Run.ID != 0:
		s.failed("Note the run in the project", s.Store.FinishRun(j.Run.ID, project.RunRunning))
	default:
		settings := s.engine.settings
		text, err := json.Marshal(savedSettings{&settings})
		s.failed("Note the run's settings", err)
		j.Run.Engine, j.Run.Group, j.Run.Settings, j.Run.Phase = j.live.name, j.group, string(text), 1
		j.Run = s.Store.StartRun(j.Run)
	}
}

// endRun tells the project file how the run ended. What was undone or belongs to
// another engine is not to be continued.
func (s *Session) endRun() {
	j := s.job
	if j.Run.ID == 0 {
		return
	}
	state := project.RunStopped
	if j.Err == nil || j.Dropped {
		state = project.RunDone
	}
	s.failed("Note the end of the run in the project", s.Store.FinishRun(j.Run.ID, state))
}

// Resumable returns the run that was cut short, with the objects of it that
// still have something to track from.
func (s *Session) Resumable() (project.Run, bool) {
	r, ok := s.Store.PendingRun()
	return s.resumable(r, ok)
}

func (s *Session) resumable(r project.Run, ok bool) (project.Run, bool) {
	r.Objects = slices.DeleteFunc(slices.Clone(r.Objects), func(id annotate.ObjectID) bool { return len(guides(s.doc, id)) == 0 })
	return r, ok && len(r.Objects) > 0
}

// Continue goes on with a run that was cut short, with its engine and settings:
// masks that it has made are told to the engine and not tracked again. The
// engine is changed to that of the run where has reports that it can be had.
// Ended or Failed follows unless an error is returned; ErrNoPrompt says that
// nothing is left to continue.
func (s *Session) Continue(r project.Run, has func(engine string) bool) error {
	if !s.job.over {
		return ErrBusy
	}
	r, ok := s.resumable(r, true)
	if !ok {
		return ErrNoPrompt
	}
	name, settings := s.Engine()
	saved, err := SettingsOf(r, settings)
	if err != nil {
		return err
	}
	if l := s.engine.live; (l == nil || l.name != r.Engine) && r.Engine != name && has(r.Engine) {
		name = r.Engine
	}
	if was, now := s.Engine(); name != was || saved != now {
		s.UseEngine(name, saved)
	}
	s.Go(func() {
		done, err := s.Store.FinishedFrames(s.ctx, r)
		s.Post(func() {
			if err == nil {
				err = s.continueAfter(r, done)
			}
			s.failed("Continue", err)
		})
	})
	return nil
}

func (s *Session) continueAfter(r project.Run, done map[annotate.FrameKey]bool) error {
	r, ok := s.resumable(r, true)
	if !ok {
		return ErrNoPrompt
	}
	var keys []int
	for _, id := range r.Objects {
		keys = append(keys, guides(s.doc, id)...)
	}
	slices.Sort(keys)
	dir := inference.Direction(r.Direction)
	return s.run("Track", []inference.Job{{
		Encode: encodeOrder(r.Range, slices.Compact(keys), dir),
		Propagate: &inference.PropagateRequest{
			Objects: r.Objects, Range: r.Range, Direction: dir,
			Skip: func(k annotate.FrameKey) bool { return done[k] },
		},
	}}, false, r)
}
