package export

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/masklet/masklet/annotate"
)

// FromContents returns the source of a document's masks: every frame on which
// any object has a result. Masks are loaded one frame at a time.
func FromContents(v Video, c annotate.Contents) Source {
	return &contentsSource{v, c}
}

type contentsSource struct {
	video Video
	annotate.Contents
}

func (s *contentsSource) Video() Video { return s.video }

func (s *contentsSource) Objects() []Object {
	classes := map[annotate.ClassID]string{}
	for _, c := range s.Classes {
		classes[c.ID] = c.Name
	}
	out := make([]Object, 0, len(s.Contents.Objects))
	for _, o := range s.Contents.Objects {
		out = append(out, Object{ID: o.ID, Label: o.Label, Class: classes[o.Class], Notes: s.Notes[o.ID]})
	}
	return out
}

func (s *contentsSource) Each(ctx context.Context, f func(frame int, masks []FrameMask) error) error {
	for _, frame := range s.frames() {
		if err := ctx.Err(); err != nil {
			return err
		}
		var masks []FrameMask
		for _, o := range s.Contents.Objects {
			r, ok := s.Results[o.ID][frame]
			if !ok {
				continue
			}
			m, err := r.Mask.Load()
			if err != nil {
				return fmt.Errorf("object %d, frame %d: %w", o.ID, frame, err)
			}
			masks = append(masks, FrameMask{Object: o.ID, Mask: m, Confidence: r.Confidence, Score: r.Score})
		}
		if err := f(frame, masks); err != nil {
			return err
		}
	}
	return nil
}

func (s *contentsSource) frames() []int {
	all := map[int]bool{}
	for _, o := range s.Contents.Objects {
		for f := range s.Results[o.ID] {
			all[f] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}
