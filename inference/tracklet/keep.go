package tracklet

import (
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// Keep implements inference.Keeper, where the engine's session does. What the
// tracking of an object in several pieces rests on has no place beside its masks:
// it goes on from those.
func (s *Session) Keep(objects []annotate.ObjectID, anew bool) []inference.Kept {
	k, ok := s.Session.(inference.Keeper)
	if !ok {
		return nil
	}
	var whole []annotate.ObjectID
	var out []inference.Kept
	for _, id := range objects {
		switch {
		case s.inOnePiece(id):
			whole = append(whole, id)
		case anew:
			out = append(out, inference.Kept{FrameKey: annotate.FrameKey{Object: id, Frame: inference.WholeObject}})
		}
	}
	return append(out, k.Keep(whole, anew)...)
}

// Recall implements inference.Keeper.
func (s *Session) Recall(kept []inference.Kept) error {
	k, ok := s.Session.(inference.Keeper)
	if !ok {
		return nil
	}
	return k.Recall(slices.DeleteFunc(slices.Clone(kept), func(part inference.Kept) bool { return !s.inOnePiece(part.Object) }))
}

func (s *Session) inOnePiece(id annotate.ObjectID) bool {
	o := s.objects[id]
	return o == nil || len(o.parts) < 2
}
