package classic

import (
	"context"
	"fmt"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/classic/track"
	"github.com/masklet/masklet/inference/classic/vision"
	"github.com/masklet/masklet/inference/promptnet"
)

// remembered is the memory of an object on one of its keyframes.
type remembered struct {
	mask   annotate.Mask // what it was made of
	memory promptnet.Memory
}

// look returns how the network is asked for an object on a frame, nil where
// there is no network or it knows nothing of the object. What it knows is the
// nearest keyframe alone: that is neither a frame that the tracker has a say in,
// nor one beyond a keyframe.
func (p *propagation) look(ctx context.Context, t task, frame int) (track.Look, error) {
	if p.s.net == nil {
		return nil, nil
	}
	memory, err := p.s.memory(ctx, p.s.objects[t.object], t.nearest(frame))
	if err != nil || memory.Empty() {
		return nil, err
	}
	return func(squares []track.Square) ([]track.Seen, error) {
		picture, err := p.views.decoded(ctx, frame)
		if err != nil {
			return nil, err
		}
		queries := make([]promptnet.Query, len(squares))
		for i, q := range squares {
			queries[i] = promptnet.Query{Picture: picture, Crop: p.s.crop(q), Memory: &memory}
		}
		answers, err := p.s.net.Segment(ctx, queries...)
		if err != nil {
			return nil, fmt.Errorf("ask the network: %w", err)
		}
		out := make([]track.Seen, len(answers))
		for i, a := range answers {
			f := a.Project(p.s.store.w, p.s.store.h)
			out[i] = track.Seen{At: f.R, Prob: vision.Plane{W: f.R.Dx(), H: f.R.Dy(), Pix: f.P}, IoU: a.IoU}
		}
		return out, nil
	}, nil
}

// nearest returns the keyframe next to a frame; of two as near as each other,
// the one before it.
func (t task) nearest(frame int) int {
	if t.before < 0 || t.after >= 0 && t.after-frame < frame-t.before {
		return t.after
	}
	return t.before
}

// crop returns the part of the video that a square of the working size shows.
func (s *Session) crop(q track.Square) promptnet.Crop {
	sx, sy := float64(s.w)/float64(s.store.w), float64(s.h)/float64(s.store.h)
	return promptnet.Crop{X: q.X * sx, Y: q.Y * sy, Side: max(q.Side*max(sx, sy), promptnet.LeastLookSide)}
}

// memory returns what the network remembers of an object on a keyframe. It is
// empty where the object is not seen there.
func (s *Session) memory(ctx context.Context, o *object, frame int) (promptnet.Memory, error) {
	key, ok := o.key(frame)
	if !ok || key.mask.Empty() {
		return promptnet.Memory{}, nil
	}
	s.remembering.Lock()
	defer s.remembering.Unlock()
	if m, ok := o.memories[frame]; ok && m.mask.Equal(key.mask) {
		return m.memory, nil
	}
	picture, err := s.store.full(ctx, frame)
	if err != nil {
		return promptnet.Memory{}, err
	}
	m, err := s.net.Remember(ctx, picture, promptnet.Hard(key.mask.Bitmap()), key.mask.Bounds(), false)
	if err != nil {
		return promptnet.Memory{}, fmt.Errorf("show keyframe %d to the network: %w", frame, err)
	}
	o.memories[frame] = remembered{key.mask, m}
	return m, nil
}
