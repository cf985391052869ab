package session

import (
	"context"
	"errors"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/ui/session/plan"
)

// Target says what to track.
type Target = plan.Target

// Stop is where a scene cut ended the track of an object.
type Stop = plan.Stop

// ErrNoPrompt: there is nothing to track from.
var ErrNoPrompt = plan.ErrNoPrompt

// ErrBusy: a run is under way.
var ErrBusy = errors.New("tracking runs already")

// jobState is a run: jobs one after the other that form one step of the history.
type jobState struct {
	Outcome
	live      *live
	id        int64           // of the runner's job
	group     int64           // history group of all its frames
	queue     []inference.Job // still to do
	stretches []stretch       // of a run that corrections caused
	over      bool
	undone    bool                       // its masks are no longer as it left them
	gone      map[annotate.ObjectID]bool // objects that were deleted meanwhile
	cut       map[annotate.ObjectID]bool // objects that are followed elsewhere than it began with
	reqs      []*inference.PropagateRequest
	giveUp    context.CancelFunc // ends the search for cuts
	progress  inference.Progress
	frames    int // whose masks were stored
	total     int // of the first job's range
}

// heldFrame waits until no prompt is pending.
type heldFrame struct {
	job *jobState
	inference.FrameResults
}

// Tracking reports whether a run is under way.
func (s *Session) Tracking() bool { return !s.job.over }

// Progress returns how far the latest run is; ok is false if there was none
// since the video was opened, or it was undone.
func (s *Session) Progress() (p inference.Progress, ok bool) {
	return s.job.progress, s.job.group != 0 && !s.job.undone
}

// Latest returns how the latest run of this session ended; ok is false if there
// was none that is over, or its masks are no longer as it left them.
func (s *Session) Latest() (o Outcome, ok bool) {
	return s.job.Outcome, s.job.over && s.job.group != 0 && !s.job.undone
}

// Plan returns what TrackNext would do.
func (s *Session) Plan() ([]inference.Job, error) {
	if jobs := plan.Fixes(s.doc, s.fixes.due); len(jobs) > 0 {
		return jobs, nil
	}
	j, err := plan.Track(s.doc, Target{Direction: inference.Both}, s.engine.settings.MaxFrames)
	if err == nil {
		err = plan.Reach(s.doc, j)
	}
	return []inference.Job{j}, err
}

// Guided returns the objects that have something to track from.
func (s *Session) Guided() []annotate.ObjectID {
	ids, _ := plan.Guided(s.doc)
	return ids
}

// Track tracks all objects. The error is ErrBusy or ErrNoPrompt.
func (s *Session) Track(t Target) error {
	job, err := plan.Track(s.doc, t, s.engine.settings.MaxFrames)
	if err != nil {
		return err
	}
	return s.run("Track", []inference.Job{job}, false, project.Run{})
}

// TrackFrame tracks all objects on one frame alone, in a direction, from the
// masks that lead to it.
func (s *Session) TrackFrame(frame int, dir inference.Direction) error {
	job, err := plan.Track(s.doc, Target{Direction: dir, Range: &annotate.Range{First: frame, Last: frame}}, 0)
	if err == nil {
		err = plan.Reach(s.doc, job)
	}
	if err != nil {
		return err
	}
	return s.run("Track one frame", []inference.Job{job}, true, project.Run{})
}

// Reach returns an error that says so if Track would reach no frame that needs it.
func (s *Session) Reach(t Target) error {
	job, err := plan.Track(s.doc, t, s.engine.settings.MaxFrames)
	if err != nil {
		return err
	}
	return plan.Reach(s.doc, job)
}

// TrackFixes tracks again what corrections can affect; it reports false if
// there are none.
func (s *Session) TrackFixes() (any bool, err error) {
	jobs := plan.Fixes(s.doc, s.fixes.due)
	if len(jobs) == 0 {
		return false, nil
	}
	return true, s.run("Track again", jobs, true, project.Run{})
}

// Encode makes frames ready in that order and tracks nothing.
func (s *Session) Encode(frames []int) error {
	return s.run("Encode", []inference.Job{{Encode: frames}}, false, project.Run{})
}

func newJob(o Outcome, jobs []inference.Job) *jobState {
	j := &jobState{Outcome: o, queue: jobs, gone: map[annotate.ObjectID]bool{}, cut: map[annotate.ObjectID]bool{}, giveUp: func() {}}
	for _, next := range jobs {
		if next.Propagate != nil {
			j.reqs = append(j.reqs, next.Propagate)
		}
	}
	return j
}

// run starts the first of some jobs. again says that they are what corrections
// can affect, resumed is the run that is continued, if one is, from the masks that
// stand and from what was kept.
func (s *Session) run(name string, jobs []inference.Job, again bool, resumed project.Run, kept ...project.Memory) error {
	if !s.job.over {
		return ErrBusy
	}
	j := newJob(Outcome{Name: name, Again: again, Run: resumed}, jobs)
	j.group = resumed.Group
	j.progress = inference.Progress{Stage: inference.Starting, Total: len(jobs[0].Encode), Left: -1}
	if resumed.ID == 0 {
		j.group = s.hist.NewGroup()
		j.Run = describeRun(jobs)
		j.stretches = stretches(jobs)
	}
	if req := jobs[0].Propagate; req != nil {
		j.progress.Total, j.progress.Objects = req.Range.Len(), len(req.Objects)
		j.total = j.progress.Total
	}
	s.job = j
	s.holdCounting()
	s.fixes.take(jobs, j.group)
	s.notify(Started{name})
	if again || resumed.ID != 0 {
		s.tellTracked(j.Run.Objects)
		recall(s, resumed, kept)
	}
	err := s.whenLive(func(l *live) {
		if s.job == j && !j.over {
			j.live = l
			j.logRun(s.conf.Log, s.Store.Path(), s.engine.settings)
			s.noteRun()
			s.splits.look(j, s.nextJob)
		}
	})
	if err != nil {
		s.jobOver(err)
	}
	return nil
}

func (s *Session) nextJob() {
	j := s.job
	next := j.queue[0]
	switch {
	case j.Run.ID == 0: // nothing is noted that could be continued
	case j.id == 0:
		next.Keep = inference.KeepAnew
	default:
		next.Keep = inference.KeepOn
	}
	id, err := j.live.runner.Track(next)
	switch {
	case errors.Is(err, inference.ErrBusy):
		// A run that was forgotten is not over yet; its end is waited for.
	case err != nil:
		s.jobOver(err)
	default:
		j.queue, j.id = j.queue[1:], id
	}
}

// Stop ends the run that is under way; finished frames are kept. Ended follows.
func (s *Session) Stop() {
	j := s.job
	if j.over {
		return
	}
	j.queue = nil
	if j.live == nil || j.id == 0 {
		s.jobOver(context.Canceled)
		return
	}
	j.live.runner.Stop()
}

// stopAndForget ends the run that is under way at once: what it still returns
// is dropped.
func (s *Session) stopAndForget() {
	j := s.job
	if j.over {
		return
	}
	if j.live != nil {
		j.live.runner.Stop()
	}
	j.Dropped = true
	s.held = nil
	s.jobOver(context.Canceled)
}

// event handles what the runner tells.
func (s *Session) event(e inference.Event) {
	j := s.job
	current := func(id int64) bool { return !j.over && j.id == id }
	switch e := e.(type) {
	case inference.PromptAnswer:
		s.answered(e)
	case inference.PreviewAnswer:
		s.notify(Previewed{e})
	case inference.FrameEncoded:
		s.notify(Encoded{e.Frame})
	case inference.FramePrepared:
		s.notify(Prepared{e.Frame})
	case inference.ProgressEvent:
		if current(e.Job) {
			j.progress = e.Progress
			s.notify(Progressed{e.Progress})
		}
	case inference.StateKept:
		if current(e.Job) {
			s.Store.Keep(memories(e.Kept))
		}
	case inference.FrameTracked:
		switch {
		case !current(e.Job):
		case s.Pending():
			// The answer of a prompt comes before: both are steps of the
			// history of their own.
			s.held = append(s.held, heldFrame{j, e.FrameResults})
		default:
			s.tracked(j, e.FrameResults)
		}
	case inference.JobEnded:
		switch {
		case current(e.Job):
			s.jobEnded(e)
		case !j.over && j.id == 0 && j.live != nil:
			s.nextJob()
		}
	}
}

// tracked stores the masks of a frame, except where the user's work stands.
func (s *Session) tracked(j *jobState, e inference.FrameResults) {
	var edits []annotate.Edit
	for _, o := range s.doc.Objects() {
		r, ok := e.Results[o.ID]
		key := annotate.FrameKey{Object: o.ID, Frame: e.Frame}
		_, prompted := s.doc.Prompt(key)
		if !ok || prompted || j.gone[o.ID] || s.doc.Protected(key) || j.cut[o.ID] && !s.splits.follows(key) {
			continue
		}
		if r.Source != annotate.Warped {
			r.Source = annotate.Tracked
		}
		if kept, err := s.Store.Adopt(r); err == nil {
			r = kept
		}
		edits = append(edits, s.doc.SetResult(key, &r))
	}
	keep(s.Store, e.Kept, len(edits) > 0)
	s.Do(annotate.Change{Name: j.Name, Group: j.group, Edits: edits})
	j.frames++
	s.notify(Tracked{e.Frame})
}

// flushHeld stores the frames that waited for an answer.
func (s *Session) flushHeld() {
	if s.Pending() || len(s.held) == 0 {
		return
	}
	held := s.held
	s.held = nil
	for _, h := range held {
		if !h.job.Dropped {
			s.tracked(h.job, h.FrameResults)
		}
	}
}

func (s *Session) jobEnded(e inference.JobEnded) {
	j := s.job
	j.Stats = j.Stats.Plus(e.Stats)
	s.notify(Measured{e.Stats, j.progress.Objects})
	if e.Err == nil && len(j.queue) > 0 {
		s.nextJob()
		return
	}
	s.jobOver(e.Err)
}

// jobOver ends the run.
func (s *Session) jobOver(err error) {
	j := s.job
	j.giveUp()
	j.over, j.Err = true, err
	for _, req := range j.reqs {
		j.Stops = append(j.Stops, plan.Stops(s.doc, req)...)
	}
	if last := j.progress.Stage; err != nil && last != inference.Stopped && last != inference.Failed {
		// The engine did not tell the end of it, and Phase 1 counts other frames
		// than those that are tracked.
		j.progress.Done, j.progress.Total = j.frames, max(j.total, j.frames)
	}
	switch {
	case errors.Is(err, context.Canceled):
		j.progress.Stage = inference.Stopped
	case err != nil:
		j.progress.Stage = inference.Failed
	}
	if err != nil {
		s.fixes.giveBack(j.group)
	}
	j.logEnd(s.conf.Log)
	s.endRun()
	s.holdCounting()
	s.refresh()
	s.notify(Ended{j.Outcome})
}

// describeRun returns what jobs do together.
func describeRun(jobs []inference.Job) (r project.Run) {
	for i, j := range jobs {
		req := j.Propagate
		switch {
		case req == nil:
			continue
		case i == 0:
			r = project.Run{Range: req.Range, Direction: string(req.Direction)}
		}
		r.Range.First = min(r.Range.First, req.Range.First)
		r.Range.Last = max(r.Range.Last, req.Range.Last)
		r.Objects = append(r.Objects, req.Objects...)
	}
	slices.Sort(r.Objects)
	r.Objects = slices.Compact(r.Objects)
	return r
}
