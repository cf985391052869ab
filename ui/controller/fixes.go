package controller

import (
	"maps"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// fixSet holds the frames whose prompt is not the one that the tracked masks
// around it were made with, each with that one; an empty prompt stands for none.
type fixSet map[annotate.FrameKey]annotate.Prompt

// Fixes returns the stretches that corrections can affect and that were not
// tracked again yet, and how many frames they are.
func (c *Controller) Fixes() (ranges []annotate.Range, frames int) {
	if c.clip == nil {
		return nil, 0
	}
	for _, j := range planFixes(c.clip.doc, c.clip.fixes) {
		ranges = append(ranges, j.Propagate.Range)
		frames += j.Propagate.Range.Len()
	}
	return ranges, frames
}

// noteFix remembers that a prompt was changed among frames that are tracked, or
// forgets it if the prompt is again what it was. before is the prompt that stood.
func (c *Controller) noteFix(k annotate.FrameKey, before annotate.Prompt) {
	cl := c.clip
	if base, ok := cl.fixes[k]; ok {
		if now, _ := cl.doc.Prompt(k); now.Equal(base) {
			delete(cl.fixes, k)
			c.changed(PartTrack)
		}
		return
	}
	if cl.trackedAround(k) {
		cl.fixes[k] = before
		c.changed(PartTrack)
	}
}

// trackedAround reports whether a frame that a prompt at k can affect has a mask.
func (cl *clip) trackedAround(k annotate.FrameKey) bool {
	r := annotate.AffectedRange(cl.doc, k.Object, k.Frame)
	l := cl.lane(k.Object)
	for f := r.First; f <= r.Last; f++ {
		if f != k.Frame && l.Cells[f]&(CellVisible|CellHidden) != 0 {
			return true
		}
	}
	return false
}

// takeFixes takes the corrections out that jobs make good, and remembers them
// for an undo of the group that the jobs' masks belong to.
func (cl *clip) takeFixes(jobs []inference.Job, group int64) {
	taken := fixSet{}
	for k, base := range cl.fixes {
		if slices.ContainsFunc(jobs, func(j inference.Job) bool { return makesGood(cl.doc, j.Propagate, k) }) {
			taken[k] = base
			delete(cl.fixes, k)
		}
	}
	if len(taken) > 0 {
		cl.taken[group] = taken
	}
}

// giveBack makes corrections due again whose run did not come to its end.
func (cl *clip) giveBack(group int64) {
	maps.Copy(cl.fixes, cl.taken[group])
	delete(cl.taken, group)
}

// makesGood reports whether a run tracks all that a correction at k can affect,
// as far as its direction goes.
func makesGood(d *annotate.Document, r *inference.PropagateRequest, k annotate.FrameKey) bool {
	a := annotate.AffectedRange(d, k.Object, k.Frame)
	if !slices.Contains(r.Objects, k.Object) || a.First < r.Range.First || a.Last > r.Range.Last {
		return false
	}
	switch r.Direction {
	case inference.Forward:
		return a.Last > k.Frame || a.First == k.Frame
	case inference.Backward:
		return a.First < k.Frame || a.Last == k.Frame
	}
	return true
}

// refix brings the corrections that are due in step with an undo or redo.
func (c *Controller) refix(changes []annotate.Change, redone bool) {
	cl := c.clip
	for _, ch := range changes {
		if taken, ok := cl.taken[ch.Group]; ok {
			for k, base := range taken {
				if redone {
					delete(cl.fixes, k)
				} else {
					cl.fixes[k] = base
				}
			}
		}
		// An object comes and goes with its masks: nothing is to be tracked again.
		whole := map[annotate.ObjectID]bool{}
		for _, e := range ch.Edits {
			if o, ok := e.(annotate.ObjectEdit); ok && (o.Before == nil || o.After == nil) {
				whole[o.ID] = true
			}
		}
		for _, e := range ch.Edits {
			if p, ok := e.(annotate.PromptEdit); ok && !whole[p.Key.Object] {
				c.noteFix(p.Key, promptOf(p.Before))
			}
		}
	}
}

func promptOf(p *annotate.Prompt) annotate.Prompt {
	if p == nil {
		return annotate.Prompt{}
	}
	return *p
}
