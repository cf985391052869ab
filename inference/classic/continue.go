package classic

import (
	"fmt"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// A run that was cut short goes on as if it had never stopped. What a tracker
// knows at a frame is more than the masks that were kept: they are refined at
// the video's size and, between two keyframes, joined. In the session that was
// stopped the trackers are still there. In another one the finished frames that
// lead to the open ones are tracked again, which gives the same masks as
// before, and all that is left of them are the trackers.

// mostAgain bounds how many finished frames, counted once for each object and
// pass, are tracked again. Where more are finished, trackers start from the last
// masks that were kept: the rest of the run then differs by a few pixels from
// one that was never stopped, and goes on at once.
const mostAgain = 1500

// signature says what a run rests on: with the same signature, trackers that
// were parked continue it.
func (s *Session) signature(req inference.PropagateRequest) string {
	return fmt.Sprint(req.Objects, req.Range, req.Direction, s.revision)
}

// forget drops the trackers of earlier runs.
func (s *Session) forget() {
	for _, o := range s.objects {
		clear(o.half)
		clear(o.parked)
	}
}

// remaining returns the steps of a run that are left to do, and the whole run
// that they are part of.
func (s *Session) remaining(req inference.PropagateRequest, all []step) (left, whole []step) {
	sign := s.signature(req)
	if sign != s.lastRun || s.lostResults(all) {
		s.forget()
	}
	s.lastRun = sign
	left = needed(filter(all, func(t task, frame int) bool { return !s.past(t, frame) }))
	if again(left) <= s.mostAgain {
		return left, all
	}
	s.forget()
	left = filter(all, func(t task, _ int) bool { return !t.again })
	return left, left
}

// past reports whether a parked tracker has been over the task's frame.
func (s *Session) past(t task, frame int) bool {
	c := s.objects[t.object].parked[t.pass]
	if c == nil {
		return false
	}
	if t.pass.backward {
		return frame >= c.at
	}
	return frame <= c.at
}

// lostResults reports whether a mask that a parked tracker gave is asked for
// again.
func (s *Session) lostResults(all []step) bool {
	for _, st := range all {
		for _, t := range st.tasks {
			if t.fresh() && s.past(t, st.frame) {
				return true
			}
		}
	}
	return false
}

// needed leaves out the steps over finished frames on which nothing that is
// left to do rests. A step is done for all its objects or not at all, because
// they contend for pixels.
func needed(steps []step) []step {
	type pass struct {
		object annotate.ObjectID
		passKey
	}
	leads := map[pass]bool{} // passes that have a needed step farther on
	var out []step           // from the last to the first
	for i := len(steps) - 1; i >= 0; i-- {
		need := false
		for _, t := range steps[i].tasks {
			need = need || t.role != guide && !t.again || leads[pass{t.object, t.pass}]
		}
		if !need {
			continue
		}
		for _, t := range steps[i].tasks {
			leads[pass{t.object, t.pass}] = true
		}
		out = append(out, steps[i])
	}
	slices.Reverse(out)
	return out
}

// filter returns the steps with only some of their tasks.
func filter(steps []step, keep func(t task, frame int) bool) []step {
	var out []step
	for _, st := range steps {
		var tasks []task
		for _, t := range st.tasks {
			if keep(t, st.frame) {
				tasks = append(tasks, t)
			}
		}
		if st.tasks = tasks; len(tasks) > 0 {
			out = append(out, st)
		}
	}
	return out
}

// again counts the tasks on finished frames.
func again(steps []step) int {
	n := 0
	for _, st := range steps {
		for _, t := range st.tasks {
			if t.again {
				n++
			}
		}
	}
	return n
}
