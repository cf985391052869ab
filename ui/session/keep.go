package session

import (
	"context"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/project"
)

// keep stores what goes on from a frame, together with its masks where it has
// any. These change nothing that was kept before, also where nothing is new.
func keep(store Store, kept []inference.Kept, withMasks bool) {
	switch {
	case withMasks:
		store.KeepWithNext(memories(kept))
	case len(kept) > 0:
		store.Keep(memories(kept))
	}
}

// memories returns what an engine keeps as a project stores it.
func memories(kept []inference.Kept) []project.Memory {
	out := make([]project.Memory, len(kept))
	for i, k := range kept {
		out[i] = project.Memory(k)
	}
	return out
}

// recall gives the engine back what was kept of a run, unless it is the one that
// worked on it.
func recall(s *Session, r project.Run, list []project.Memory) {
	_ = s.whenLive(func(l *live) {
		if len(list) == 0 || l.ran == r.ID {
			return
		}
		kept := make([]inference.Kept, len(list))
		for i, m := range list {
			kept[i] = inference.Kept(m)
		}
		s.Tell(func(_ context.Context, is inference.Session) error {
			if k, ok := is.(inference.Keeper); ok {
				return k.Recall(kept)
			}
			return nil
		})
	})
}
