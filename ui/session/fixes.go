package session

import (
	"maps"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/ui/session/plan"
)

// Fixes holds the frames whose prompt is not the one that the tracked masks
// around it were made with, each with that one; an empty prompt stands for none.
type Fixes map[annotate.FrameKey]annotate.Prompt

// fixState is which corrections are due to be tracked.
type fixState struct {
	doc   *annotate.Document
	due   Fixes
	taken map[int64]Fixes // that runs made good, by their history group
}

// Fixes returns the stretches that corrections can affect and that were not
// tracked again yet, and how many frames they are.
func (s *Session) Fixes() (ranges []annotate.Range, frames int) {
	for _, j := range plan.Fixes(s.doc, s.fixes.due) {
		ranges = append(ranges, j.Propagate.Range)
		frames += j.Propagate.Range.Len()
	}
	return ranges, frames
}

// note remembers that a prompt was changed among frames that are tracked, or
// forgets it if the prompt is again what it was. before is the prompt that stood.
func (x *fixState) note(k annotate.FrameKey, before annotate.Prompt) {
	if base, ok := x.due[k]; ok {
		if now, _ := x.doc.Prompt(k); now.Equal(base) {
			delete(x.due, k)
		}
		return
	}
	if x.trackedAround(k) {
		x.due[k] = before
	}
}

// trackedAround reports whether a frame that a prompt at k can affect has a mask.
func (x *fixState) trackedAround(k annotate.FrameKey) bool {
	r := annotate.AffectedRange(x.doc, k.Object, k.Frame)
	for f := r.First; f <= r.Last; f++ {
		if _, tracked := x.doc.Result(annotate.FrameKey{Object: k.Object, Frame: f}); tracked && f != k.Frame {
			return true
		}
	}
	return false
}

// take takes the corrections out that jobs make good, and remembers them
// for an undo of the group that the jobs' masks belong to.
func (x *fixState) take(jobs []inference.Job, group int64) {
	taken := Fixes{}
	for k, base := range x.due {
		if slices.ContainsFunc(jobs, func(j inference.Job) bool { return j.Propagate != nil && makesGood(x.doc, j.Propagate, k) }) {
			taken[k] = base
			delete(x.due, k)
		}
	}
	if len(taken) > 0 {
		x.taken[group] = taken
	}
}

// giveBack makes corrections due again whose run did not come to its end.
func (x *fixState) giveBack(group int64) {
	maps.Copy(x.due, x.taken[group])
	delete(x.taken, group)
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

// moved brings the corrections that are due in step with an undo or redo.
func (x *fixState) moved(changes []annotate.Change, redone bool) {
	for _, ch := range changes {
		if taken, ok := x.taken[ch.Group]; ok {
			for k, base := range taken {
				if redone {
					delete(x.due, k)
				} else {
					x.due[k] = base
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
				x.note(p.Key, promptOf(p.Before))
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
