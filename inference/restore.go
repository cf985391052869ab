package inference

import (
	"context"

	"github.com/masklet/masklet/annotate"
)

// Restorer is a Session that takes back what an earlier session knew about a
// keyframe, so that a program that was closed goes on as one that was not.
type Restorer interface {
	// Restore makes (object, frame) a keyframe with the answer that its prompt
	// got in its time. What takes time ends with ctx.
	Restore(ctx context.Context, key annotate.FrameKey, p annotate.Prompt, answer annotate.Result) error
}

// Restore gives a session a keyframe with the answer that it had: as it was
// where the session is a Restorer, else by telling the mask and asking again.
func Restore(ctx context.Context, s Session, key annotate.FrameKey, p annotate.Prompt, answer annotate.Result) error {
	if r, ok := s.(Restorer); ok {
		return r.Restore(ctx, key, p, answer)
	}
	m, err := answer.Mask.Load()
	if err != nil {
		return err
	}
	// An empty mask is no ground to build on: the engine answers afresh.
	if answer.Area > 0 {
		if err := s.SetKnown(key, m, false); err != nil {
			return err
		}
	}
	_, err = s.SetPrompt(ctx, key, p)
	return err
}
