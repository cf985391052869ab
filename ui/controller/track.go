package controller

import (
	"context"
	"errors"
	"fmt"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// jobState is the propagation that runs, with what follows it.
type jobState struct {
	running  bool
	runner   *inference.Runner
	id       int64 // of the runner's job
	group    int64 // history group of all its frames
	name     string
	queue    []inference.Job            // stretches that are still to do
	again    bool                       // only what corrections can affect
	drop     bool                       // its results are no longer wanted
	gone     map[annotate.ObjectID]bool // objects that were deleted meanwhile
	run      Run                        // as the project keeps it
	progress inference.Progress
}

// Tracking reports whether a propagation runs.
func (c *Controller) Tracking() bool { return c.clip != nil && c.clip.job.running }

// Progress returns how far the latest propagation is; ok is false if there was
// none since the video was opened.
func (c *Controller) Progress() (p inference.Progress, ok bool) {
	if c.clip == nil || c.clip.job.group == 0 {
		return p, false
	}
	return c.clip.job.progress, true
}

// Track tracks what needs it: after corrections only the stretches that they
// can affect, otherwise everything, in both directions. While tracking runs it
// is stopped instead.
func (c *Controller) Track() {
	switch {
	case c.clip == nil:
	case c.clip.job.running:
		c.Stop()
	default:
		if !c.TrackFixes() {
			c.TrackAll(inference.Both)
		}
	}
}

// CanTrack reports whether there is something to track from, and other frames to
// track to.
func (c *Controller) CanTrack() bool {
	if c.clip == nil || c.Frames() < 2 {
		return false
	}
	for _, o := range c.clip.doc.Objects() {
		if len(guides(c.clip.doc, o.ID)) > 0 {
			return true
		}
	}
	return false
}

// TrackAll tracks all objects in one direction or both.
func (c *Controller) TrackAll(dir inference.Direction) {
	if c.clip == nil || c.busy() {
		return
	}
	job, err := planTrack(c.clip.doc, dir, c.settings.MaxFrames)
	if err != nil {
		c.say(Warning, "Track: "+PlainLine(err))
		return
	}
	c.run("Track", []inference.Job{job}, false, Run{})
}

// TrackFixes tracks again what corrections can affect; it returns false if there
// are none.
func (c *Controller) TrackFixes() bool {
	if c.clip == nil {
		return false
	}
	jobs := planFixes(c.clip.doc, c.clip.fixes)
	if len(jobs) > 0 && !c.busy() {
		c.run("Track again", jobs, true, Run{})
	}
	return len(jobs) > 0
}

func (c *Controller) busy() bool {
	if c.clip.job.running {
		c.say(Info, "Tracking runs already: Stop ends it")
		return true
	}
	return false
}

// run starts the first of some jobs, which form one step of the history.
// again says that they are what corrections can affect, resumed is the run that
// is continued, if one is.
func (c *Controller) run(name string, jobs []inference.Job, again bool, resumed Run) {
	cl := c.clip
	c.pause()
	c.cancelStroke()
	c.endPreview()
	cl.banner = Banner{}
	cl.job = jobState{
		running: true, name: name, queue: jobs, again: again,
		group: cl.hist.NewGroup(), gone: map[annotate.ObjectID]bool{},
		progress: inference.Progress{Stage: inference.Starting, Total: jobs[0].Propagate.Range.Len(), Objects: len(jobs[0].Propagate.Objects), Left: -1},
	}
	if resumed.ID != 0 {
		cl.job.group = resumed.Group
	}
	group := cl.job.group
	cl.takeFixes(jobs, group)
	c.say(Info, "Tracking: go on looking and clicking meanwhile; Ctrl+T stops")
	c.noteRun(jobs, resumed)
	c.changed(PartTrack)
	ok := c.whenReady(func(s *session) {
		if c.clip == cl && cl.job.running && cl.job.group == group {
			c.nextJob(s.runner)
		}
	})
	if !ok {
		c.jobOver(fmt.Errorf("engine %s: %w", c.EngineName(), cmpErr(c.engine.err)))
	}
}

func (c *Controller) nextJob(r *inference.Runner) {
	j := &c.clip.job
	next := j.queue[0]
	j.queue = j.queue[1:]
	id, err := r.Track(next)
	if err != nil {
		c.jobOver(err)
		return
	}
	j.runner, j.id = r, id
}

// Stop ends the propagation that runs; finished frames are kept.
func (c *Controller) Stop() {
	if !c.Tracking() {
		return
	}
	j := &c.clip.job
	j.queue = nil
	if j.runner == nil {
		c.jobOver(context.Canceled)
		return
	}
	j.runner.Stop()
	c.say(Info, "Stopping ...")
}

// stopAndForget ends the propagation that runs at once: what it still returns
// is dropped.
func (c *Controller) stopAndForget() {
	if !c.Tracking() {
		return
	}
	j := &c.clip.job
	if j.runner != nil {
		j.runner.Stop()
	}
	j.drop = true
	c.clip.held = nil
	c.jobOver(context.Canceled)
}

// event handles what the runner tells.
func (c *Controller) event(e inference.Event) {
	j := &c.clip.job
	switch e := e.(type) {
	case inference.PromptAnswer:
		c.answered(e)
	case inference.PreviewAnswer:
		c.previewed(e)
	case inference.FrameEncoded:
		if e.Frame == c.clip.frame {
			c.changed(PartTrack)
		}
	case inference.ProgressEvent:
		if j.running && j.id == e.Job && !j.drop {
			j.progress = e.Progress
			c.changed(PartTrack)
		}
	case inference.FrameTracked:
		if !j.running || j.id != e.Job || j.drop {
			return
		}
		if len(c.clip.pending) > 0 {
			// The answer of a click comes before: both are steps of the
			// history of their own.
			c.clip.held = append(c.clip.held, e)
			return
		}
		c.tracked(e)
	case inference.JobEnded:
		if j.running && j.id == e.Job && !j.drop {
			c.jobEnded(e)
		}
	}
}

// tracked stores the masks of a frame, except where a person's work stands.
func (c *Controller) tracked(e inference.FrameTracked) {
	cl := c.clip
	var edits []annotate.Edit
	for _, o := range cl.doc.Objects() {
		r, ok := e.Results[o.ID]
		key := annotate.FrameKey{Object: o.ID, Frame: e.Frame}
		if !ok || cl.job.gone[o.ID] || cl.doc.Protected(key) {
			continue
		}
		if _, prompted := cl.doc.Prompt(key); prompted {
			continue
		}
		if r.Source != annotate.Warped {
			r.Source = annotate.Tracked
		}
		if kept, err := cl.Project.Adopt(r); err == nil {
			r = kept
		}
		edits = append(edits, cl.doc.SetResult(key, &r))
	}
	c.apply(annotate.Change{Name: cl.job.name, Group: cl.job.group, Edits: edits})
}

// flushHeld stores the frames that waited for an answer.
func (c *Controller) flushHeld() {
	cl := c.clip
	if len(cl.pending) > 0 || len(cl.held) == 0 {
		return
	}
	held := cl.held
	cl.held = nil
	for _, e := range held {
		if cl.job.id == e.Job && !cl.job.drop {
			c.tracked(e)
		}
	}
}

func (c *Controller) jobEnded(e inference.JobEnded) {
	j := &c.clip.job
	c.measured(e.Stats)
	if e.Err == nil && len(j.queue) > 0 {
		c.nextJob(j.runner)
		return
	}
	c.jobOver(e.Err)
}

// jobOver ends the propagation for the window.
func (c *Controller) jobOver(err error) {
	cl := c.clip
	j := &cl.job
	j.running, j.runner = false, nil
	switch {
	case err == nil:
		c.say(Success, j.progress.Line())
		cl.review.after = c.message
	case errors.Is(err, context.Canceled):
		j.progress.Stage = inference.Stopped
		c.say(Info, "Tracking was stopped; finished frames are kept")
	default:
		j.progress.Stage = inference.Failed
		c.fail(j.name, err)
	}
	if err != nil {
		cl.giveBack(j.group)
	}
	c.endRun(err)
	c.rankReview()
	c.changed(PartTrack | PartTimeline | PartScene | PartHistory)
}
