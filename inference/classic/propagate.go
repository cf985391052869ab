package classic

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/classic/track"
	"github.com/masklet/masklet/inference/classic/vision"
)

// cursor is a tracker and the frame whose mask it accepted last.
type cursor struct {
	tracker  *track.Tracker // nil once it has met the keyframe at the end of its pass
	at       int
	owner    *object
	revision int     // of the owner when the tracker started
	key      float64 // confidence of the keyframe's mask
}

// trust is how far masks tracked from a keyframe can be relied on when its own
// mask has some confidence: a wrong start makes all that follows wrong, however
// steadily it is followed.
func trust(key float64) float64 { return 0.3 + 0.7*key }

type cursorKey struct {
	object annotate.ObjectID
	pass   passKey
}

// propagation is Phase 2 under way. Its cursors and the session's objects
// change only at the end of a step that succeeded.
type propagation struct {
	s      *Session
	req    inference.PropagateRequest
	steps  []step
	fresh  map[annotate.FrameKey]int // number of the step that gives a new mask, or gave it
	at     int                       // number of the next step
	tally  *inference.Tally
	views  *views
	closed bool

	mu      sync.Mutex // guards cursors and what is parked during a step
	cursors map[cursorKey]*cursor
}

// Propagate plans Phase 2 for some objects over a range of frames.
func (s *Session) Propagate(req inference.PropagateRequest) (inference.Propagation, error) {
	var p *propagation
	err := s.call(func() error {
		if err := s.checkRequest(req); err != nil {
			return err
		}
		req.Objects = slices.Compact(slices.Sorted(slices.Values(req.Objects)))
		p = &propagation{
			s: s, req: req, fresh: map[annotate.FrameKey]int{},
			cursors: map[cursorKey]*cursor{}, views: newViews(s.store),
		}
		var whole []step
		p.steps, whole = s.remaining(req, plan(req, s.video.Len(), s.objects))
		p.number(whole)
		p.tally = inference.NewTally(req.Range, s.covers(req))
		for _, st := range p.steps {
			p.count(p.tally.Plan, st)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

func (s *Session) checkRequest(req inference.PropagateRequest) error {
	if req.Range.First < 0 || req.Range.Last >= s.video.Len() || req.Range.Len() == 0 {
		return fmt.Errorf("%w: frames %d to %d of a video of %d frames", inference.ErrUsage, req.Range.First, req.Range.Last, s.video.Len())
	}
	switch req.Direction {
	case inference.Both, inference.Forward, inference.Backward:
	default:
		return fmt.Errorf("%w: direction %q (have both, forward, backward)", inference.ErrUsage, req.Direction)
	}
	if len(req.Objects) == 0 {
		return fmt.Errorf("%w: no object to track", inference.ErrUsage)
	}
	for _, id := range req.Objects {
		if o := s.objects[id]; o == nil || len(o.keyframes()) == 0 {
			return fmt.Errorf("%w: object %d has no prompt on any frame", inference.ErrUsage, id)
		}
	}
	return nil
}

// covers says which frames a request is about: those on the asked side of some
// object's keyframes, the keyframes included.
func (s *Session) covers(req inference.PropagateRequest) func(frame int) bool {
	first, last := s.video.Len(), -1
	for _, id := range req.Objects {
		keys := s.objects[id].keyframes()
		first, last = min(first, keys[0]), max(last, keys[len(keys)-1])
	}
	return req.Direction.Side(first, last)
}

// number notes which step of the whole run gives a frame its mask.
func (p *propagation) number(all []step) {
	for _, st := range all {
		for _, t := range st.tasks {
			if t.role == final || t.role == join {
				p.fresh[annotate.FrameKey{Object: t.object, Frame: st.frame}] = st.number
			}
		}
	}
}

// count tells the tally of a step. What only leads to other frames takes time
// and finishes no frame.
func (p *propagation) count(tell func(frame, pieces int), st step) {
	leading := 0
	for _, t := range st.tasks {
		if t.role == guide || t.again {
			leading++
		}
	}
	const nowhere = -1
	tell(nowhere, leading)
	tell(st.frame, len(st.tasks)-leading)
}

// Coverage counts an object on a frame once for each pass over it: between two
// keyframes twice, once from either side.
func (p *propagation) Coverage() inference.Coverage { return p.tally.Coverage() }

// Next does one step. The first pass over a frame between two keyframes returns
// no mask.
func (p *propagation) Next(ctx context.Context) (inference.FrameResults, error) {
	var out inference.FrameResults
	err := p.s.call(func() error {
		if p.closed {
			return fmt.Errorf("propagation: %w", inference.ErrClosed)
		}
		if p.at >= len(p.steps) {
			return io.EOF
		}
		st := p.steps[p.at]
		answers, err := p.compute(ctx, st)
		if err != nil {
			return fmt.Errorf("track frame %d: %w", st.frame, err)
		}
		out = p.commit(st, answers)
		p.at++
		p.count(p.tally.Done, st)
		return nil
	})
	return out, err
}

// Close ends the propagation and leaves its trackers to the next one.
func (p *propagation) Close() {
	if p.closed {
		return
	}
	p.closed = true
	_ = p.s.call(func() error {
		for k, c := range p.cursors {
			if o := p.s.objects[k.object]; o == c.owner && o.revision == c.revision {
				o.parked[k.pass] = c
			}
		}
		return nil
	})
}

// answer is what a step found for one task.
type answer struct {
	task
	cursor     *cursor
	lab        vision.Lab
	step       track.Step
	learned    track.Accepted
	own        vision.Gray // what this pass goes on with
	small      vision.Gray // the new mask at working size
	confidence float64
	mask       annotate.Mask // at the video's size; zero without a new mask
}

// compute finds the masks of one step and changes nothing but cursors, which
// it may move up to the frame before.
func (p *propagation) compute(ctx context.Context, st step) ([]answer, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	answers := make([]answer, 0, len(st.tasks))
	for _, t := range st.tasks {
		// What was planned may be out of date: the object is gone, or the frame
		// has become a keyframe.
		o := p.s.objects[t.object]
		if o == nil {
			continue
		}
		if _, ok := o.key(st.frame); ok {
			continue
		}
		answers = append(answers, answer{task: t})
	}
	others, err := p.others(st)
	if err != nil {
		return nil, err
	}
	defer p.prepareNext(ctx)()
	err = p.s.inParallel(len(answers), func(i int) error {
		a := &answers[i]
		var err error
		if a.cursor, err = p.cursor(ctx, a.task, st.frame); err != nil {
			return err
		}
		var link track.Link
		if a.lab, link, err = p.views.link(ctx, st.frame, a.cursor.at); err != nil {
			return err
		}
		look, err := p.look(ctx, a.task, st.frame)
		if err != nil {
			return err
		}
		a.step, err = a.cursor.tracker.Step(a.lab, link, others, look)
		return err
	})
	if err != nil {
		return nil, err
	}
	settle(answers)
	if err := p.finish(ctx, st, answers); err != nil {
		return nil, err
	}
	return answers, ctx.Err()
}

// commit makes the answers of a step known.
func (p *propagation) commit(st step, answers []answer) inference.FrameResults {
	out := inference.FrameResults{Frame: st.frame, Results: map[annotate.ObjectID]annotate.Result{}}
	for _, a := range answers {
		a.cursor.tracker.Take(a.learned)
		a.cursor.at = st.frame
		if a.arrived(st.frame) {
			a.cursor.tracker = nil
		}
		o := p.s.objects[a.object]
		switch {
		case a.role == first:
			small := annotate.MaskFromBitmap(&annotate.Bitmap{W: a.own.W, H: a.own.H, Pix: a.own.Pix})
			o.half[st.frame] = provisional{small, a.confidence}
		case a.fresh():
			o.done[st.frame] = known{mask: a.mask, confidence: a.confidence}
			res := annotate.NewResult(a.mask, a.confidence, annotate.Tracked, p.s.name())
			res.Score = visible(res.Area)
			out.Results[a.object] = res
		}
	}
	return out
}

// visible is the object score of an engine that has no probabilities: above 0
// for an object that is seen.
func visible(area int) float64 {
	if area > 0 {
		return 1
	}
	return -1
}
