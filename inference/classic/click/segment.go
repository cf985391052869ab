package click

import (
	"context"
	"fmt"
	"slices"

	"github.com/masklet/masklet/annotate"
)

// Segment returns the mask for a prompt of points in the order they were made,
// or a box, or a box and points that correct it. Every point has its own label
// at its own pixel in the mask (of two points on one pixel the later one
// counts). The answer for n points is the answer for the first n-1, changed
// only near the nth: calls with a prompt that extends an earlier one go on from
// the kept result, and give the same mask as a call on a fresh Scene would.
func (s *Scene) Segment(ctx context.Context, p annotate.Prompt) (Answer, error) {
	if err := p.Validate(s.w, s.h); err != nil {
		return Answer{}, err
	}
	if p.Mask != nil {
		return Answer{}, fmt.Errorf("%w: a mask needs no segmentation", annotate.ErrPrompt)
	}
	st, err := s.state(ctx, p.Box, p.Points)
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Mask: st.full.Bitmap(), Confidence: st.confidence}
	for _, m := range st.others {
		a.Alternatives = append(a.Alternatives, m.Bitmap())
	}
	return a, nil
}

// state is the result for one prompt, kept so that the next click goes on from it.
type state struct {
	work       []uint8 // mask at working size, 0 or 1
	full       annotate.Mask
	confidence float64
	others     []annotate.Mask
}

// state returns the result for a prompt, from the longest kept prefix.
func (s *Scene) state(ctx context.Context, box *annotate.Box, pts []annotate.Point) (*state, error) {
	key := promptKey(box, pts)
	if st, ok := s.kept.Get(key); ok {
		return st, nil
	}
	var st *state
	var err error
	switch {
	case box == nil && len(pts) == 1:
		st, err = s.first(ctx, pts)
	case box != nil && len(pts) == 0:
		st, err = s.boxed(ctx, *box)
	default:
		if st, err = s.state(ctx, box, pts[:len(pts)-1]); err == nil {
			st, err = s.next(ctx, st, pts)
		}
	}
	if err != nil {
		return nil, err
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.kept.Put(key, st)
	return st, nil
}

// workPixel returns the working pixel under a point of the frame.
func (s *Scene) workPixel(p annotate.Point) (x, y int) {
	return min(int(p.X*float64(s.reg.w)/float64(s.w)), s.reg.w-1), min(int(p.Y*float64(s.reg.h)/float64(s.h)), s.reg.h-1)
}

func (s *Scene) regionAt(p annotate.Point) int32 {
	x, y := s.workPixel(p)
	return s.reg.of[y*s.reg.w+x]
}

// first answers the first positive click, after any number of negative ones.
func (s *Scene) first(ctx context.Context, pts []annotate.Point) (*state, error) {
	p := pts[len(pts)-1]
	if !p.Positive {
		return &state{work: make([]uint8, s.reg.w*s.reg.h), full: annotate.EmptyMask(s.w, s.h)}, nil
	}
	start := []int32{s.regionAt(p)}
	rule := s.known(start)
	for _, q := range pts {
		rule[s.regionAt(q)] = -1
	}
	rule[start[0]] = 1
	return s.finish(ctx, s.rank(s.things(start, rule), start, nil), pts, nil)
}

// things returns all guesses for what is under the start regions.
func (s *Scene) things(start []int32, rule rules) []hypothesis {
	hyps := s.fromClicks(start, rule)
	return append(hyps, s.trimmed(s.rank(hyps, start, nil), func(in labels) labels {
		return s.reachable(s.trim(in, rule, trimLambda), rule)
	})...)
}

// known gives the rules that other objects make; regions in but are spared.
func (s *Scene) known(but []int32) rules {
	rule := make(rules, len(s.reg.area))
	for i := range rule {
		if s.taken[i] && !slices.Contains(but, int32(i)) {
			rule[i] = -1
		}
	}
	return rule
}

// finish turns ranked guesses into the answer and its alternatives.
func (s *Scene) finish(ctx context.Context, ranked []guess, pts []annotate.Point, clip *annotate.Box) (*state, error) {
	st := &state{confidence: s.confidence(ranked)}
	picks := []labels{ranked[0].in}
	for _, g := range ranked[1:] {
		if len(picks) == 4 {
			break
		}
		if !slices.ContainsFunc(picks, func(p labels) bool { return s.iou(p, g.in) > 0.75 }) {
			picks = append(picks, g.in)
		}
	}
	works := make([][]uint8, len(picks))
	masks := make([]annotate.Mask, len(picks))
	errs := make([]error, len(picks))
	each(len(picks), func(i int) {
		if works[i], errs[i] = s.outline(s.paint(picks[i]), pts, clip); errs[i] != nil {
			return
		}
		var b *annotate.Bitmap
		if b, errs[i] = s.sharpen(works[i]); errs[i] != nil {
			return
		}
		obey(b, pts)
		masks[i] = annotate.MaskFromBitmap(b)
	})
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	st.work, st.full, st.others = works[0], masks[0], masks[1:]
	return st, ctx.Err()
}

// paint gives the pixels of the regions their labels.
func (s *Scene) paint(in labels) []uint8 {
	out := make([]uint8, len(s.reg.of))
	for p, r := range s.reg.of {
		if in[r] {
			out[p] = 1
		}
	}
	return out
}
