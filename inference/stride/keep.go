package stride

import (
	"fmt"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// Keep implements inference.Keeper: what the engine's session keeps.
func (s *Session) Keep(objects []annotate.ObjectID, anew bool) []inference.Kept {
	if k, ok := s.Session.(inference.Keeper); ok {
		return k.Keep(objects, anew)
	}
	return nil
}

// Recall implements inference.Keeper. A frame of which the engine kept something
// was tracked, also where no later range would track it.
func (s *Session) Recall(kept []inference.Kept) error {
	k, ok := s.Session.(inference.Keeper)
	if !ok {
		return nil
	}
	for _, part := range kept {
		r, between := s.between[part.FrameKey]
		if !between {
			continue
		}
		m, err := r.Mask.Load()
		if err == nil {
			err = s.Session.SetKnown(part.FrameKey, m, false)
		}
		if err != nil {
			return fmt.Errorf("object %d, frame %d: %w", part.Object, part.Frame, err)
		}
		s.told[part.FrameKey] = r
		delete(s.between, part.FrameKey)
	}
	return k.Recall(kept)
}
