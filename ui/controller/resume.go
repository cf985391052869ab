package controller

import (
	"context"
	"fmt"
	"slices"

	"masklet/annotate"
	"masklet/inference"
)

// noteRun tells the project file that a propagation begins.
func (c *Controller) noteRun(jobs []inference.Job) {
	cl := c.clip
	req := jobs[0].Propagate
	r := Run{Objects: req.Objects, Range: req.Range, Direction: req.Direction, Engine: c.EngineName(), Group: cl.job.group}
	for _, j := range jobs[1:] {
		r.Range.First = min(r.Range.First, j.Propagate.Range.First)
		r.Range.Last = max(r.Range.Last, j.Propagate.Range.Last)
		for _, id := range j.Propagate.Objects {
			if !slices.Contains(r.Objects, id) {
				r.Objects = append(slices.Clone(r.Objects), id)
			}
		}
	}
	slices.Sort(r.Objects)
	id, err := cl.Project.StartRun(r)
	if err != nil {
		c.fail("Note the run in the project", err)
	}
	cl.job.run = id
}

func (c *Controller) endRun(done bool) {
	if c.clip.job.run == 0 {
		return
	}
	if err := c.clip.Project.EndRun(c.clip.job.run, done); err != nil {
		c.fail("Note the end of the run in the project", err)
	}
	c.clip.job.run = 0
}

// offerContinue shows a banner if a propagation of an earlier session was cut short.
func (c *Controller) offerContinue() {
	r, ok := c.clip.Project.PendingRun()
	if !ok {
		return
	}
	left := missing(c.clip.doc, r)
	if left == 0 {
		return
	}
	c.clip.banner = Banner{
		Text:   fmt.Sprintf("Tracking was cut short: %d masks are missing.", left),
		Action: "Continue",
		Do:     func() { c.Continue(r) },
	}
}

// missing counts the masks that a run was to make and did not.
func missing(d *annotate.Document, r Run) int {
	n := 0
	for _, id := range r.Objects {
		if _, ok := d.Object(id); !ok {
			continue
		}
		for f := r.Range.First; f <= r.Range.Last; f++ {
			if _, ok := d.Result(annotate.FrameKey{Object: id, Frame: f}); !ok {
				n++
			}
		}
	}
	return n
}

// Continue goes on with a propagation that was cut short: frames that are
// finished are told to the engine and not tracked again.
func (c *Controller) Continue(r Run) {
	cl := c.clip
	if cl == nil || c.busy() {
		return
	}
	r.Objects = slices.DeleteFunc(slices.Clone(r.Objects), func(id annotate.ObjectID) bool { return len(guides(cl.doc, id)) == 0 })
	if len(r.Objects) == 0 {
		c.say(Info, "There is nothing left to continue")
		return
	}
	if r.Engine != c.EngineName() && slices.Contains(c.EngineNames(), r.Engine) {
		c.SetEngine(r.Engine)
	}
	done := map[annotate.FrameKey]bool{}
	var known []sessionOp
	var keys []int
	for _, id := range r.Objects {
		keys = append(keys, guides(cl.doc, id)...)
		for _, f := range cl.doc.ResultFrames(id) {
			k := annotate.FrameKey{Object: id, Frame: f}
			if !r.Range.Contains(f) {
				continue
			}
			done[k] = true
			if _, prompted := cl.doc.Prompt(k); !prompted {
				known = append(known, knownOp(cl.doc, k))
			}
		}
	}
	slices.Sort(keys)
	job := inference.Job{
		Encode: encodeOrder(r.Range, slices.Compact(keys), r.Direction),
		Propagate: &inference.PropagateRequest{
			Objects: r.Objects, Range: r.Range, Direction: r.Direction,
			Skip: func(k annotate.FrameKey) bool { return done[k] },
		},
	}
	c.whenReady(func(s *session) {
		s.runner.Do(func(is inference.Session) {
			for _, op := range known {
				if s.ctx.Err() != nil {
					return
				}
				if err := op(context.Background(), is); err != nil {
					c.postFor(cl, func() { c.fail("Continue", err) })
				}
			}
		})
	})
	c.run("Track", []inference.Job{job}, nil)
}
