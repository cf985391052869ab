package tracklet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// propagation implements inference.Propagation: one of the engine's after the
// other, leg by leg.
type propagation struct {
	s      *Session
	legs   []leg
	covers []inference.Coverage // by leg: of a finished one at its end
	inner  inference.Propagation
	at     int   // the leg of inner
	last   []int // by leg: frames that no later leg covers
	closed bool
}

// Propagate implements inference.Session. Tracklets with the same frames are
// tracked together, others after each other.
func (s *Session) Propagate(req inference.PropagateRequest) (inference.Propagation, error) {
	legs, err := s.plan(req)
	if err != nil {
		return nil, err
	}
	p := &propagation{s: s, legs: legs, covers: make([]inference.Coverage, len(legs))}
	for i := len(legs) - 1; i >= 0; i-- {
		inner, err := s.Session.Propagate(legs[i].req)
		if err != nil {
			return nil, err
		}
		if p.covers[i] = inner.Coverage(); i > 0 {
			inner.Close()
			continue
		}
		p.inner = inner
	}
	p.countFrames()
	return p, nil
}

// Coverage implements inference.Propagation. A frame that several legs cover
// counts once, and is finished with the last of them.
func (p *propagation) Coverage() inference.Coverage {
	if p.inner != nil {
		p.covers[p.at] = p.inner.Coverage()
	}
	if len(p.legs) == 1 {
		return p.covers[0]
	}
	var sum inference.Coverage
	for i, c := range p.covers {
		sum.Frames += p.last[i]
		sum.Finished += max(0, p.last[i]-(c.Frames-c.Finished))
		sum.Work += c.Work
		sum.Worked += c.Worked
	}
	return sum
}

// countFrames finds out which leg is the last to cover each frame.
func (p *propagation) countFrames() {
	p.last = make([]int, len(p.legs))
	seen := map[int]bool{}
	for i := len(p.legs) - 1; i >= 0; i-- {
		reaches := p.legs[i].reach()
		for f := p.legs[i].req.Range.First; f <= p.legs[i].req.Range.Last; f++ {
			if !seen[f] && reaches(f) {
				seen[f] = true
				p.last[i]++
			}
		}
	}
}

// Next implements inference.Propagation.
func (p *propagation) Next(ctx context.Context) (inference.FrameResults, error) {
	if p.closed {
		return inference.FrameResults{}, fmt.Errorf("propagation: %w", inference.ErrClosed)
	}
	for p.inner != nil {
		out, err := p.inner.Next(ctx)
		if err == nil {
			return p.named(out), nil
		}
		if !errors.Is(err, io.EOF) {
			return out, err
		}
		if err := p.nextLeg(); err != nil {
			return out, err
		}
	}
	return inference.FrameResults{}, io.EOF
}

// nextLeg ends a leg and begins the one after it, if there is one. Objects that
// lost their prompts meanwhile are left out.
func (p *propagation) nextLeg() error {
	next := p.at + 1
	p.end()
	for ; next < len(p.legs); next++ {
		l := &p.legs[next]
		l.req.Objects = slices.DeleteFunc(l.req.Objects, func(id annotate.ObjectID) bool {
			q := p.s.current(l.owner[id], id)
			return q == nil || !q.guided()
		})
		if len(l.req.Objects) > 0 {
			break
		}
		c := &p.covers[next]
		c.Finished, c.Worked = c.Frames, c.Work
	}
	if next == len(p.legs) {
		return nil
	}
	inner, err := p.s.Session.Propagate(p.legs[next].req)
	if err != nil {
		return err
	}
	p.at, p.inner = next, inner
	return nil
}

func (p *propagation) end() {
	p.covers[p.at] = p.inner.Coverage()
	p.inner.Close()
	p.inner = nil
}

// named returns results under the IDs of the objects, and notes that the engine's
// session knows them.
func (p *propagation) named(r inference.FrameResults) inference.FrameResults {
	l := &p.legs[p.at]
	out := inference.FrameResults{Frame: r.Frame, Results: make(map[annotate.ObjectID]annotate.Result, len(r.Results))}
	for id, res := range r.Results {
		if q := p.s.current(l.owner[id], id); q != nil {
			out.Results[l.owner[id]] = res
			q.frames[r.Frame] = true
		}
	}
	return out
}

// Close implements inference.Propagation.
func (p *propagation) Close() {
	p.closed = true
	if p.inner != nil {
		p.end()
	}
}
