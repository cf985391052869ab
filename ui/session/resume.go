package session

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/ui/session/plan"
)

// savedSettings is what a project keeps of a run's settings.
type savedSettings struct {
	Settings  *inference.Settings `json:"settings"`
	Stretches []stretch           `json:"stretches,omitempty"`
}

// stretch is what one of the several jobs of a run tracks.
type stretch struct {
	Objects []annotate.ObjectID `json:"objects"`
	Range   annotate.Range      `json:"range"`
}

// stretches returns what jobs track, nil for one job alone, which the run
// describes.
func stretches(jobs []inference.Job) (out []stretch) {
	for _, j := range jobs {
		if req := j.Propagate; len(jobs) > 1 && req != nil {
			out = append(out, stretch{req.Objects, req.Range})
		}
	}
	return out
}

// SettingsOf returns the settings that a run of a project was started with, to
// be continued on this machine; now are those where the run tells none.
func SettingsOf(r project.Run, now inference.Settings) (inference.Settings, error) {
	saved, err := savedOf(r)
	if err != nil || saved.Settings == nil {
		return now, err
	}
	s := *saved.Settings
	s.Threads = now.Threads
	return s, nil
}

func savedOf(r project.Run) (saved savedSettings, err error) {
	if r.Settings == "" {
		return saved, nil
	}
	if err := json.Unmarshal([]byte(r.Settings), &saved); err != nil {
		return saved, fmt.Errorf("the settings of the stopped run cannot be read: %w", err)
	}
	return saved, nil
}

// IsRunOf reports whether r is the run that Track would start with that engine,
// settings and target: who asks for it again wants it to go on.
func IsRunOf(r project.Run, doc *annotate.Document, engine string, s inference.Settings, t Target) bool {
	j, err := plan.Track(doc, t, s.MaxFrames)
	if err != nil {
		return false
	}
	saved, err := SettingsOf(r, s)
	if parts, _ := savedOf(r); len(parts.Stretches) > 0 {
		return false
	}
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
		j.live.ran = j.Run.ID
	default:
		settings := s.engine.settings
		text, err := json.Marshal(savedSettings{&settings, j.stretches})
		s.failed("Note the run's settings", err)
		j.Run.Engine, j.Run.Group, j.Run.Settings, j.Run.Phase = j.live.name, j.group, string(text), 1
		j.Run = s.Store.StartRun(j.Run)
		j.live.ran = j.Run.ID
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
	r.Objects = slices.DeleteFunc(slices.Clone(r.Objects), func(id annotate.ObjectID) bool { return len(plan.Guides(s.doc, id)) == 0 })
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
		var kept []project.Memory
		if err == nil {
			kept, err = s.Store.Kept(s.ctx)
		}
		s.Post(func() {
			if err == nil {
				err = s.continueAfter(r, done, kept)
			}
			s.failed("Continue", err)
		})
	})
	return nil
}

func (s *Session) continueAfter(r project.Run, done map[annotate.FrameKey]bool, kept []project.Memory) error {
	r, ok := s.resumable(r, true)
	if !ok {
		return ErrNoPrompt
	}
	saved, err := savedOf(r)
	if err != nil {
		return err
	}
	if len(saved.Stretches) == 0 {
		saved.Stretches = []stretch{{r.Objects, r.Range}}
	}
	var jobs []inference.Job
	dir := inference.Direction(r.Direction)
	for _, part := range saved.Stretches {
		var keys []int
		objects := slices.DeleteFunc(slices.Clone(part.Objects), func(id annotate.ObjectID) bool { return !slices.Contains(r.Objects, id) })
		for _, id := range objects {
			keys = append(keys, plan.Guides(s.doc, id)...)
		}
		if len(objects) == 0 {
			continue
		}
		slices.Sort(keys)
		jobs = append(jobs, inference.Job{
			Encode: plan.EncodeOrder(part.Range, slices.Compact(keys), dir),
			Propagate: &inference.PropagateRequest{
				Objects: objects, Range: part.Range, Direction: dir,
				Skip: func(k annotate.FrameKey) bool { return done[k] },
			},
		})
	}
	return s.run("Track", jobs, false, r, kept...)
}
