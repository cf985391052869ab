package session

import (
	"context"
	"slices"
	"time"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/tracklet"
	"github.com/masklet/masklet/ui/session/cuts"
	"github.com/masklet/masklet/ui/session/plan"
)

// splitState is what the engine's session knows of where objects are followed.
type splitState struct {
	*Session
	finder *cuts.Finder // nil: no cuts are looked for
	told   map[annotate.ObjectID][]annotate.Range
}

// watch makes the video one whose cuts are found, by the rule of conf.
func (s *splitState) watch() {
	if s.conf.IsCut == nil || s.Video.Len() == 0 {
		return
	}
	s.finder = cuts.NewFinder(s.Video, s.conf.IsCut, func() { s.Post(s.saw) })
	s.Video = s.finder
}

// saw takes over what was found out about scene cuts.
func (s *splitState) saw() {
	if s.finder == nil {
		return
	}
	now := s.finder.Cuts()
	s.doc.SetFoundCuts(now, !s.engine.settings.ThroughCuts)
	s.news()
	s.notify(CutsSeen{})
}

// look goes through the frames that jobs are about before they begin, and
// then calls next, unless the run is over by then.
func (s *splitState) look(j *jobState, next func()) {
	f := s.finder
	if f == nil || s.engine.settings.ThroughCuts || len(j.Run.Objects) == 0 {
		next()
		return
	}
	r := annotate.Range{First: s.doc.Frames(), Last: -1}
	for _, job := range j.queue {
		r = annotate.Range{First: min(r.First, slices.Min(job.Encode)), Last: max(r.Last, slices.Max(job.Encode))}
	}
	ctx, cancel := context.WithCancel(s.ctx)
	j.giveUp = cancel
	s.Go(func() {
		told := time.Now()
		err := f.Scan(ctx, r, func(done int) {
			if time.Since(told) > scanPace {
				told = time.Now()
				s.Post(func() { s.notify(Scanning{Done: done, Total: r.Len()}) })
			}
		})
		cancel()
		s.Post(func() {
			if err == nil && s.job == j && !j.over {
				s.saw()
				next()
			}
		})
	})
}

// scanPace is how often a search for cuts tells how far it is.
const scanPace = 300 * time.Millisecond

// news tells the engine's session in which stretches objects are followed,
// where that is news. One that is being opened is told everything later.
func (s *splitState) news() {
	if s.engine.live == nil {
		return
	}
	whole := []annotate.Range{tracklet.Whole}
	var ops []sessionOp
	for _, o := range s.doc.Objects() {
		now, was := s.stretches(o.ID), s.told[o.ID]
		if was == nil {
			was = whole
		}
		if slices.Equal(now, was) {
			continue
		}
		s.told[o.ID] = now
		s.job.cut[o.ID] = true
		ops = append(ops, splitOp(o.ID, now, s.allOps(o.ID)))
	}
	s.tell(ops)
}

// stretches returns where an object is followed. The last one has no end where that
// is the end of the video, which may turn out to be longer.
func (s *splitState) stretches(id annotate.ObjectID) []annotate.Range {
	out := s.doc.Stretches(id)
	if last := len(out) - 1; last >= 0 && out[last].Last == s.doc.Frames()-1 {
		out[last].Last = tracklet.Whole.Last
	}
	return out
}

// splitOp tells in which stretches an object is followed, and again all that is
// known of it where the engine's session forgot that.
func splitOp(id annotate.ObjectID, stretches []annotate.Range, again []sessionOp) sessionOp {
	return func(ctx context.Context, is inference.Session) error {
		forgot, err := is.(*tracklet.Session).Split(id, stretches)
		if err != nil || !forgot {
			return err
		}
		for _, op := range again {
			if err := op(ctx, is); err != nil {
				return err
			}
		}
		return nil
	}
}

// allOps tells everything that is known of an object.
func (s *splitState) allOps(id annotate.ObjectID) []sessionOp {
	ops := guideOps(s.doc, s.prompts.pending, id)
	for _, f := range s.doc.Keyframes(id) {
		k := annotate.FrameKey{Object: id, Frame: f}
		if _, waits := s.prompts.pending[k]; waits {
			p, _ := s.doc.Prompt(k)
			ops = append(ops, promptOp(k, &p))
		}
	}
	for _, f := range s.doc.ResultFrames(id) {
		k := annotate.FrameKey{Object: id, Frame: f}
		if _, prompted := s.doc.Prompt(k); !prompted && !s.doc.Protected(k) {
			ops = append(ops, knownOp(s.doc, k))
		}
	}
	return ops
}

// splitsChanged reports whether edits change where objects are followed.
func splitsChanged(edits []annotate.Edit) bool {
	return slices.ContainsFunc(edits, func(e annotate.Edit) bool {
		switch e.(type) {
		case annotate.ObjectEdit, annotate.NotesEdit, annotate.CutEdit:
			return true
		}
		return false
	})
}

// follows reports whether an object is followed on a frame: it is not absent, and
// the stretch has something to track from.
func (s *splitState) follows(k annotate.FrameKey) bool {
	r, ok := s.doc.Stretch(k)
	return ok && slices.ContainsFunc(plan.Guides(s.doc, k.Object), r.Contains)
}
