package stride

import (
	"context"
	"errors"
	"io"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// trackedWork is how many pieces of work a tracked frame counts for against one
// that is filled in, so that the progress moves as the time does.
const trackedWork = 10

// propagation implements inference.Propagation: the engine's propagation over
// the tracked frames, and between its steps the frames between, each as soon as
// the tracked frames on both sides of it are finished.
type propagation struct {
	s       *Session
	inner   inference.Propagation
	grid    grid
	tracked []int // the frames of the grid, in order

	open    map[int][]annotate.ObjectID // objects to be filled in, by frame
	ready   []gapFrame
	settled map[annotate.FrameKey]bool // of tracked frames: nothing will change them
	planned int                        // pieces to be filled in, in all
	filled  int

	steps map[int]Step   // motion from a frame to the next, of the gap last used
	ways  map[[2]int]way // from the frame last filled in to its anchors
}

// gapFrame is a frame between two tracked ones that can be filled in now.
type gapFrame struct {
	frame   int
	objects []annotate.ObjectID
}

// Propagate implements inference.Session.
func (s *Session) Propagate(req inference.PropagateRequest) (inference.Propagation, error) {
	g := s.grid(req)
	skip := func(k annotate.FrameKey) bool { return req.Skip != nil && req.Skip(k) }
	sparse := req
	sparse.Skip = func(k annotate.FrameKey) bool { return !g.has(k.Frame) || skip(k) }
	sparse.Left = func(k annotate.FrameKey) bool { return !g.has(k.Frame) }
	inner, err := s.Session.Propagate(sparse)
	if err != nil {
		return nil, err
	}
	p := &propagation{
		s: s, inner: inner, grid: g, tracked: g.frames(),
		open: map[int][]annotate.ObjectID{}, settled: map[annotate.FrameKey]bool{}, steps: map[int]Step{}, ways: map[[2]int]way{},
	}
	for _, id := range req.Objects {
		p.plan(id, req.Direction, skip)
	}
	for _, t := range p.tracked {
		for _, id := range req.Objects {
			// A keyframe has its mask, and may be left out where a run goes on.
			if k := (annotate.FrameKey{Object: id, Frame: t}); skip(k) || s.protected[k] || s.prompts[k] {
				p.settle(k)
			}
		}
	}
	return p, nil
}

// plan notes the frames of an object that are to be filled in: those on the
// asked side of its keyframes that are neither tracked nor finished.
func (p *propagation) plan(id annotate.ObjectID, dir inference.Direction, skip func(annotate.FrameKey) bool) {
	first, last := p.s.span(id)
	for m := p.grid.rng.First; m <= p.grid.rng.Last; m++ {
		aside := dir == inference.Forward && m < first || dir == inference.Backward && m > last
		if k := (annotate.FrameKey{Object: id, Frame: m}); !aside && !p.grid.has(m) && !skip(k) {
			p.open[m] = append(p.open[m], id)
			p.planned++
		}
	}
}

// span returns the first and the last frame that guide an object.
func (s *Session) span(id annotate.ObjectID) (first, last int) {
	first, last = s.video.Len(), -1
	for f := range s.keyframes([]annotate.ObjectID{id}) {
		first, last = min(first, f), max(last, f)
	}
	return first, last
}

// Coverage implements inference.Propagation.
func (p *propagation) Coverage() inference.Coverage {
	c := p.inner.Coverage()
	c.Finished -= len(p.open)
	c.Work = trackedWork*c.Work + p.planned
	c.Worked = trackedWork*c.Worked + p.filled
	return c
}

// Next implements inference.Propagation.
func (p *propagation) Next(ctx context.Context) (inference.FrameResults, error) {
	for len(p.ready) > 0 {
		gap := p.ready[0]
		out, err := p.fill(ctx, gap)
		if err != nil {
			return inference.FrameResults{}, err
		}
		p.ready = p.ready[1:]
		p.close(gap)
		if len(out.Results) > 0 {
			return out, nil
		}
	}
	out, err := p.inner.Next(ctx)
	switch {
	case errors.Is(err, io.EOF):
		// Frames beside objects that lost their prompts on the way.
		p.filled = p.planned
		clear(p.open)
		return out, err
	case err != nil:
		return out, err
	}
	for _, id := range sortedObjects(out.Results) {
		k := annotate.FrameKey{Object: id, Frame: out.Frame}
		p.s.told[k] = out.Results[id]
		delete(p.s.between, k)
		p.settle(k)
	}
	return out, nil
}

func sortedObjects(results map[annotate.ObjectID]annotate.Result) []annotate.ObjectID {
	var ids []annotate.ObjectID
	for id := range results {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// Close implements inference.Propagation.
func (p *propagation) Close() { p.inner.Close() }

// settle notes that a tracked frame is finished for an object. What lies
// between it and a finished neighbour becomes ready, the frames next to it last.
func (p *propagation) settle(k annotate.FrameKey) {
	if p.settled[k] {
		return
	}
	p.settled[k] = true
	at, _ := slices.BinarySearch(p.tracked, k.Frame)
	if at > 0 && p.settled[annotate.FrameKey{Object: k.Object, Frame: p.tracked[at-1]}] {
		for m := p.tracked[at-1] + 1; m < k.Frame; m++ {
			p.makeReady(k.Object, m)
		}
	}
	if at+1 < len(p.tracked) && p.settled[annotate.FrameKey{Object: k.Object, Frame: p.tracked[at+1]}] {
		for m := p.tracked[at+1] - 1; m > k.Frame; m-- {
			p.makeReady(k.Object, m)
		}
	}
}

func (p *propagation) makeReady(id annotate.ObjectID, frame int) {
	if !slices.Contains(p.open[frame], id) {
		return
	}
	i := slices.IndexFunc(p.ready, func(g gapFrame) bool { return g.frame == frame })
	if i < 0 {
		p.ready = append(p.ready, gapFrame{frame: frame})
		i = len(p.ready) - 1
	}
	p.ready[i].objects = append(p.ready[i].objects, id)
}

// close takes a frame that was filled in off the list.
func (p *propagation) close(g gapFrame) {
	p.filled += len(g.objects)
	left := slices.DeleteFunc(p.open[g.frame], func(id annotate.ObjectID) bool { return slices.Contains(g.objects, id) })
	if len(left) > 0 {
		p.open[g.frame] = left
		return
	}
	delete(p.open, g.frame)
}
