package tracklet

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// leg is the part of a request that the engine's session does in one go: the
// tracklets whose stretches meet the range in the same frames.
type leg struct {
	req   inference.PropagateRequest              // as the engine's session gets it
	owner map[annotate.ObjectID]annotate.ObjectID // of each tracklet
	parts []*part
}

// plan returns the legs of a request, in the order in which they are done.
func (s *Session) plan(req inference.PropagateRequest) ([]leg, error) {
	var legs []leg
	for _, id := range req.Objects {
		if o := s.objects[id]; o != nil {
			for _, r := range o.stretches {
				if p := o.find(r); p != nil {
					legs = join(legs, req, id, p, r)
				}
			}
		}
	}
	if len(legs) == 0 {
		return nil, fmt.Errorf("%w: between scene cuts and absences, no object has a prompt to track frames %d to %d from",
			inference.ErrUsage, req.Range.First, req.Range.Last)
	}
	for i := range legs {
		slices.Sort(legs[i].req.Objects)
		legs[i].req.Skip = legs[i].named(req.Skip)
		legs[i].req.Left = legs[i].named(req.Left)
	}
	slices.SortStableFunc(legs, func(a, b leg) int {
		c := cmp.Compare(a.req.Range.First, b.req.Range.First)
		if req.Direction == inference.Backward {
			return -c
		}
		return c
	})
	return legs, nil
}

// join adds a tracklet with the stretch r to the leg that it belongs to, if it
// has anything to track from and the request reaches it.
func join(legs []leg, req inference.PropagateRequest, id annotate.ObjectID, p *part, r annotate.Range) []leg {
	r = annotate.Range{First: max(r.First, req.Range.First), Last: min(r.Last, req.Range.Last)}
	first, last, any := p.guides()
	if r.Len() == 0 || !any || req.Direction == inference.Forward && first > r.Last || req.Direction == inference.Backward && last < r.First {
		return legs
	}
	i := slices.IndexFunc(legs, func(l leg) bool { return l.req.Range == r })
	if i < 0 {
		i = len(legs)
		l := leg{req: req, owner: map[annotate.ObjectID]annotate.ObjectID{}}
		l.req.Range, l.req.Objects = r, nil
		legs = append(legs, l)
	}
	l := &legs[i]
	l.req.Objects = append(l.req.Objects, p.id)
	l.owner[p.id] = id
	l.parts = append(l.parts, p)
	return legs
}

// named translates what is said of pairs of object and frame.
func (l *leg) named(is func(annotate.FrameKey) bool) func(annotate.FrameKey) bool {
	if is == nil {
		return nil
	}
	owner := l.owner
	return func(k annotate.FrameKey) bool {
		return is(annotate.FrameKey{Object: owner[k.Object], Frame: k.Frame})
	}
}

// reach returns which frames the leg needs: those that it tracks, those that
// guide, and what lies between them.
func (l *leg) reach() func(frame int) bool {
	first, last, _ := l.parts[0].guides()
	for _, p := range l.parts[1:] {
		a, b, _ := p.guides()
		first, last = min(first, a), max(last, b)
	}
	r := annotate.Range{First: min(first, l.req.Range.First), Last: max(last, l.req.Range.Last)}
	side := l.req.Direction.Side(first, last)
	return func(f int) bool { return r.Contains(f) && side(f) }
}

// Needed implements inference.Sparse: frames that no tracklet reaches need not be
// encoded, nor those that the engine's session does without.
func (s *Session) Needed(frames []int, req *inference.PropagateRequest) []int {
	sparse, ok := s.Session.(inference.Sparse)
	if req == nil {
		if !ok {
			return frames
		}
		return sparse.Needed(frames, nil)
	}
	legs, err := s.plan(*req)
	if err != nil {
		return nil
	}
	needed := map[int]bool{}
	for _, l := range legs {
		var part []int
		reaches := l.reach()
		for _, f := range frames {
			if reaches(f) {
				part = append(part, f)
			}
		}
		if ok {
			part = sparse.Needed(part, &l.req)
		}
		for _, f := range part {
			needed[f] = true
		}
	}
	var out []int
	for _, f := range frames {
		if needed[f] {
			out = append(out, f)
		}
	}
	return out
}
