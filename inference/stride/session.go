package stride

import (
	"context"
	"errors"
	"fmt"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// Session implements inference.Session over the session of an engine, of which
// it has only some frames encoded and tracked. It also implements
// inference.Sparse, inference.Restorer and inference.Keeper.
//
// The engine's session knows of prompts, of accepted masks and of the frames
// that it tracked itself. The masks between them are known here alone, so that
// they are not taken for the engine's own memory; only a frame that is prompted
// has its mask told first, as the ground on which the answer rests.
type Session struct {
	inference.Session
	video  inference.Frames
	name   string
	every  int
	motion Motion

	prompts   map[annotate.FrameKey]bool
	protected map[annotate.FrameKey]bool
	told      map[annotate.FrameKey]annotate.Result // masks that the engine's session knows
	between   map[annotate.FrameKey]annotate.Result // masks that it does not know
	// before holds the masks that prompted frames had as frames between.
	before map[annotate.FrameKey]annotate.Result
}

var (
	_ inference.Session  = (*Session)(nil)
	_ inference.Restorer = (*Session)(nil)
	_ inference.Sparse   = (*Session)(nil)
	_ inference.Keeper   = (*Session)(nil)
)

// New wraps a session of the engine called name on a video and takes it over.
// every is the distance of tracked frames, at least 2. Errors wrap
// inference.ErrUsage.
func New(s inference.Session, video inference.Frames, name string, every int, m Motion) (*Session, error) {
	if every < 2 {
		return nil, fmt.Errorf("%w: a stride of %d frames", inference.ErrUsage, every)
	}
	masks := func() map[annotate.FrameKey]annotate.Result { return map[annotate.FrameKey]annotate.Result{} }
	return &Session{
		Session: s, video: video, name: name, every: every, motion: m,
		prompts: map[annotate.FrameKey]bool{}, protected: map[annotate.FrameKey]bool{},
		told: masks(), between: masks(), before: masks(),
	}, nil
}

// Needed implements inference.Sparse. Without a request the frames count as
// one range.
func (s *Session) Needed(frames []int, req *inference.PropagateRequest) []int {
	if len(frames) == 0 {
		return nil
	}
	g := grid{every: s.every, rng: annotate.Range{First: frames[0], Last: frames[0]}, keys: s.keyframes(nil)}
	for _, f := range frames {
		g.rng = annotate.Range{First: min(g.rng.First, f), Last: max(g.rng.Last, f)}
	}
	if req != nil {
		g = s.grid(*req)
	}
	var out []int
	for _, f := range frames {
		if g.has(f) {
			out = append(out, f)
		}
	}
	return out
}

// grid says which frames of a request are tracked.
func (s *Session) grid(req inference.PropagateRequest) grid {
	return grid{every: s.every, rng: req.Range, keys: s.keyframes(req.Objects)}
}

// keyframes returns the frames that guide some objects, or any if objects is
// nil.
func (s *Session) keyframes(objects []annotate.ObjectID) map[int]bool {
	ours := map[annotate.ObjectID]bool{}
	for _, id := range objects {
		ours[id] = true
	}
	out := map[int]bool{}
	for _, set := range []map[annotate.FrameKey]bool{s.prompts, s.protected} {
		for k := range set {
			if objects == nil || ours[k.Object] {
				out[k.Frame] = true
			}
		}
	}
	return out
}

// stands returns the mask that is known of an object on a frame.
func (s *Session) stands(k annotate.FrameKey) (annotate.Result, bool) {
	if r, ok := s.told[k]; ok {
		return r, true
	}
	r, ok := s.between[k]
	return r, ok
}

// reveal tells the engine's session the mask of a frame between, on which a
// prompt then rests. hide takes it back.
func (s *Session) reveal(k annotate.FrameKey) (hide func() error, err error) {
	r, ok := s.between[k]
	if !ok {
		return func() error { return nil }, nil
	}
	m, err := r.Mask.Load()
	if err != nil {
		return nil, fmt.Errorf("object %d, frame %d: %w", k.Object, k.Frame, err)
	}
	if err := s.Session.SetKnown(k, m, false); err != nil {
		return nil, err
	}
	return func() error { return s.Session.SetKnown(k, annotate.Mask{}, false) }, nil
}

// SetPrompt implements inference.Session. The frame becomes a keyframe and is
// tracked from now on.
func (s *Session) SetPrompt(ctx context.Context, k annotate.FrameKey, p annotate.Prompt) (annotate.Result, error) {
	hide, err := s.reveal(k)
	if err != nil {
		return annotate.Result{}, err
	}
	r, err := s.Session.SetPrompt(ctx, k, p)
	if err != nil {
		return annotate.Result{}, errors.Join(err, hide())
	}
	if old, ok := s.between[k]; ok {
		s.before[k] = old
		delete(s.between, k)
	}
	s.prompts[k], s.told[k] = true, r
	return r, nil
}

// Restore implements inference.Restorer.
func (s *Session) Restore(ctx context.Context, k annotate.FrameKey, p annotate.Prompt, answer annotate.Result) error {
	if err := inference.Restore(ctx, s.Session, k, p, answer); err != nil {
		return err
	}
	delete(s.between, k)
	delete(s.before, k)
	s.prompts[k], s.told[k] = true, answer
	return nil
}

// Preview implements inference.Session.
func (s *Session) Preview(ctx context.Context, k annotate.FrameKey, p annotate.Prompt) (annotate.Result, error) {
	hide, err := s.reveal(k)
	if err != nil {
		return annotate.Result{}, err
	}
	r, err := s.Session.Preview(ctx, k, p)
	return r, errors.Join(err, hide())
}

// ClearPrompt implements inference.Session. A frame that was one between is one
// again.
func (s *Session) ClearPrompt(k annotate.FrameKey) error {
	if err := s.Session.ClearPrompt(k); err != nil {
		return err
	}
	if !s.prompts[k] {
		return nil
	}
	delete(s.prompts, k)
	if s.protected[k] {
		return nil
	}
	delete(s.told, k)
	old, ok := s.before[k]
	if !ok {
		return nil
	}
	delete(s.before, k)
	s.between[k] = old
	return s.Session.SetKnown(k, annotate.Mask{}, false)
}

// RemoveObject implements inference.Session.
func (s *Session) RemoveObject(id annotate.ObjectID) error {
	if err := s.Session.RemoveObject(id); err != nil {
		return err
	}
	for _, masks := range []map[annotate.FrameKey]annotate.Result{s.told, s.between, s.before} {
		for k := range masks {
			if k.Object == id {
				delete(masks, k)
			}
		}
	}
	for _, set := range []map[annotate.FrameKey]bool{s.prompts, s.protected} {
		for k := range set {
			if k.Object == id {
				delete(set, k)
			}
		}
	}
	return nil
}

// knownScore is the object score of a visible mask that the session was told.
const knownScore = 10

// knownResult stands for a mask that was not computed here: it counts as sure.
func (s *Session) knownResult(m annotate.Mask) annotate.Result {
	r := annotate.NewResult(m, 1, annotate.Tracked, s.name)
	r.Score = knownScore
	if r.Area == 0 {
		r.Score = -knownScore
	}
	return r
}

// SetKnown implements inference.Session. A mask that is not protected, on a
// frame that no range tracks, stays between the tracked ones.
func (s *Session) SetKnown(k annotate.FrameKey, m annotate.Mask, protected bool) error {
	hidden := !m.IsZero() && !protected && !s.prompts[k] && k.Frame%s.every != 0
	tell := m
	if hidden {
		tell = annotate.Mask{} // what the engine was told before counts no longer
	}
	if err := s.Session.SetKnown(k, tell, protected); err != nil {
		return err
	}
	delete(s.told, k)
	delete(s.between, k)
	delete(s.protected, k)
	switch {
	case m.IsZero():
	case hidden:
		s.between[k] = s.knownResult(m)
	default:
		s.told[k] = s.knownResult(m)
	}
	if protected && !m.IsZero() {
		s.protected[k] = true
	}
	return nil
}
