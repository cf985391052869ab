package controller

import (
	"context"
	"errors"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// noteRun tells the project file that a propagation begins or goes on.
func (c *Controller) noteRun(jobs []inference.Job, resumed Run) {
	cl := c.clip
	r := resumed
	if r.ID == 0 {
		r = describeRun(jobs)
		r.Engine, r.Group = c.EngineName(), cl.job.group
	}
	id, err := cl.Project.StartRun(r)
	if err != nil {
		c.fail("Note the run in the project", err)
		return
	}
	r.ID = id
	cl.job.run = r
}

// describeRun returns what jobs do together.
func describeRun(jobs []inference.Job) Run {
	req := jobs[0].Propagate
	r := Run{Objects: slices.Clone(req.Objects), Range: req.Range, Direction: req.Direction}
	for _, j := range jobs[1:] {
		r.Range.First = min(r.Range.First, j.Propagate.Range.First)
		r.Range.Last = max(r.Range.Last, j.Propagate.Range.Last)
		r.Objects = append(r.Objects, j.Propagate.Objects...)
	}
	slices.Sort(r.Objects)
	r.Objects = slices.Compact(r.Objects)
	return r
}

// endRun tells the project file how a propagation ended, and offers to go on
// with one that a person stopped.
func (c *Controller) endRun(err error) {
	j := &c.clip.job
	r := j.run
	j.run = Run{}
	if r.ID == 0 {
		return
	}
	// What was undone or belongs to another engine is not to be continued.
	if err := c.clip.Project.EndRun(r.ID, err == nil || j.drop); err != nil {
		c.fail("Note the end of the run in the project", err)
	}
	if errors.Is(err, context.Canceled) && !j.drop && !j.again {
		c.clip.banner = Banner{Text: "Tracking was stopped. What is finished is kept.", Action: "Continue", Do: func() { c.Continue(r) }}
	}
}

// offerContinue shows a banner if a propagation of an earlier session was cut short.
func (c *Controller) offerContinue() {
	if r, ok := c.clip.Project.PendingRun(); ok && len(c.guided(r.Objects)) > 0 {
		c.clip.banner = Banner{
			Text:   "Tracking did not come to its end last time. What was finished is kept.",
			Action: "Continue", Do: func() { c.Continue(r) },
		}
	}
}

// guided returns the objects that still have something to track from.
func (c *Controller) guided(ids []annotate.ObjectID) []annotate.ObjectID {
	return slices.DeleteFunc(slices.Clone(ids), func(id annotate.ObjectID) bool { return len(guides(c.clip.doc, id)) == 0 })
}

// Continue goes on with a propagation that was cut short: masks that it has
// made are told to the engine and not tracked again.
func (c *Controller) Continue(r Run) {
	cl := c.clip
	if cl == nil || c.busy() {
		return
	}
	r.Objects = c.guided(r.Objects)
	if len(r.Objects) == 0 {
		cl.banner = Banner{}
		c.say(Info, "There is nothing left to continue")
		return
	}
	if r.Engine != c.EngineName() && slices.Contains(c.EngineNames(), r.Engine) {
		c.SetEngine(r.Engine)
	}
	c.say(Info, "Looking up what is finished ...")
	c.start(func() {
		done, err := cl.Project.Finished(cl.ctx, r)
		c.postFor(cl, func() {
			if err != nil {
				c.fail("Continue", err)
			} else if !c.busy() {
				c.continueAfter(r, done)
			}
		})
	})
}

func (c *Controller) continueAfter(r Run, done map[annotate.FrameKey]bool) {
	cl := c.clip
	var keys []int
	for _, id := range c.guided(r.Objects) {
		keys = append(keys, guides(cl.doc, id)...)
	}
	if len(keys) == 0 {
		return
	}
	slices.Sort(keys)
	var edits []annotate.Edit
	for k, made := range done {
		if res, ok := cl.doc.Result(k); made && ok {
			edits = append(edits, annotate.ResultEdit{Key: k, After: &res})
		}
	}
	slices.SortFunc(edits, func(a, b annotate.Edit) int {
		return a.(annotate.ResultEdit).Key.Frame - b.(annotate.ResultEdit).Key.Frame
	})
	c.tellSession(edits)
	c.run("Track", []inference.Job{{
		Encode: encodeOrder(r.Range, slices.Compact(keys), r.Direction),
		Propagate: &inference.PropagateRequest{
			Objects: r.Objects, Range: r.Range, Direction: r.Direction,
			Skip: func(k annotate.FrameKey) bool { return done[k] },
		},
	}}, false, r)
}
