package ask

import (
	"context"
	"slices"

	"github.com/masklet/masklet/annotate"
)

const (
	// sameThing is the IoU above which two answers are about one thing.
	sameThing = 0.75
	// leastIoU is what the network must predict of another answer.
	leastIoU = 0.5
	// mostChoices bounds how many answers there are in all.
	mostChoices = 4
)

// Choices returns what a prompt may mean: the answer of Segment, then others that
// the network gave to the click in other crops, the best first: a part, or
// something larger. After a correction, and for a box, there is one alone.
func (f *Frame) Choices(ctx context.Context, p annotate.Prompt) ([]Answer, error) {
	first, err := f.Segment(ctx, p)
	if err != nil {
		return nil, err
	}
	st, err := f.state(ctx, p.Box, p.Points)
	if err != nil {
		return nil, err
	}
	out := []Answer{first}
	others, err := f.again(ctx, distinct(st.tried), p.Points)
	if err != nil {
		return nil, err
	}
	for _, c := range others {
		m, err := f.draw(c.answer, p.Points)
		if err != nil {
			return nil, err
		}
		a := Answer{m, c.answer.IoU}
		// What was looked at closer may have become the same thing.
		if !m.Empty() && len(out) < mostChoices && !slices.ContainsFunc(out, a.isLike) {
			out = append(out, a)
		}
	}
	return out, nil
}

// distinct returns the candidates after the first, which was taken, that are
// about other things than it and each other.
func distinct(tried []candidate) []candidate {
	if len(tried) == 0 {
		return nil
	}
	kept := tried[:1:1]
	for _, c := range tried[1:] {
		same := func(k candidate) bool { return overlap(k, c) > sameThing }
		if c.answer.IoU >= leastIoU && c.on.count() >= smallest && !slices.ContainsFunc(kept, same) {
			kept = append(kept, c)
		}
	}
	return kept[1:]
}

func (a Answer) isLike(b Answer) bool {
	v, err := annotate.IoU(a.Mask, b.Mask)
	return err == nil && v > sameThing // both have the frame's size
}
