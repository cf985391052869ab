package export

import (
	"context"
	"slices"

	"github.com/masklet/masklet/annotate"
)

// Held keeps masks that were read, as run lengths, to write them again.
type Held struct {
	frames map[int][]FrameMask
	n      int
}

// NewHeld returns an empty one.
func NewHeld() *Held { return &Held{frames: map[int][]FrameMask{}} }

// Take is an Input's Take.
func (h *Held) Take(key annotate.FrameKey, m annotate.Mask) error {
	h.frames[key.Frame] = append(h.frames[key.Frame], FrameMask{Object: key.Object, Mask: m, Confidence: 1})
	h.n++
	return nil
}

// Len returns the number of masks.
func (h *Held) Len() int { return h.n }

// Source returns the masks as a source; known are the objects as far as they
// are known. Nothing may be taken any more.
func (h *Held) Source(v Video, known []Object) Source {
	about := Known{}
	for _, masks := range h.frames {
		for _, m := range masks {
			about.Meet(int(m.Object), "", "")
		}
		slices.SortFunc(masks, func(a, b FrameMask) int { return int(a.Object - b.Object) })
	}
	for _, o := range known {
		if _, ok := about[int(o.ID)]; ok {
			about.Meet(int(o.ID), o.Label, o.Class)
		}
	}
	for f := range h.frames {
		v.Frames = max(v.Frames, f+1)
	}
	return &heldSource{v, about.List(), h.frames}
}

type heldSource struct {
	video   Video
	objects []Object
	frames  map[int][]FrameMask
}

func (s *heldSource) Video() Video      { return s.video }
func (s *heldSource) Objects() []Object { return s.objects }

func (s *heldSource) Each(ctx context.Context, f func(int, []FrameMask) error) error {
	for _, frame := range sortedKeys(s.frames) {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := f(frame, s.frames[frame]); err != nil {
			return err
		}
	}
	return nil
}
