package classic

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/promptnet"
)

// Session is the classic engine at work on one video.
type Session struct {
	video  inference.Frames
	store  *store
	scenes *scenes
	w, h   int // of the video

	threads int // cores that the engine may use

	net         *promptnet.Net // nil: none
	remembering sync.Mutex     // guards the memories of objects

	// life is held for reading by every call and for writing by Close, which
	// so waits for calls that are under way.
	life   sync.RWMutex
	closed bool

	objects  map[annotate.ObjectID]*object
	revision int    // counts the changes of what runs rest on
	lastRun  string // signature of the run that parked its trackers

	mostAgain int // see the constant
}

func newSession(video inference.Frames, cache *inference.FeatureCache, settings inference.Settings, net *promptnet.Net) *Session {
	w, h := video.Size()
	s := &Session{
		video: video, store: newStore(video, cache, settings.Fine), w: w, h: h,
		threads: max(1, settings.Threads), objects: map[annotate.ObjectID]*object{}, mostAgain: mostAgain, net: net,
	}
	s.scenes = newScenes(s.store, net)
	return s
}

// name is that of the engine in results.
func (s *Session) name() string { return nameWith(s.net) }

// Encode computes a frame's features: its small copy and the dense motion to
// both neighbours.
func (s *Session) Encode(ctx context.Context, frame int) error {
	return s.call(func() error {
		if s.inVideo(frame) && s.store.ready(frame) {
			return nil
		}
		_, err := s.store.get(ctx, frame)
		return err
	})
}

// Ready reports whether a frame's features are kept.
func (s *Session) Ready(frame int) bool { return s.inVideo(frame) && s.store.ready(frame) }

// EncodeWorkers returns the number of threads: a flow runs on one.
func (s *Session) EncodeWorkers() int { return s.threads }

// Prepare makes a frame ready for clicks.
func (s *Session) Prepare(ctx context.Context, frame int) error {
	return s.call(func() error {
		if err := s.checkFrame(frame); err != nil {
			return err
		}
		return s.scenes.prepare(ctx, frame)
	})
}

// SetPrompt makes (object, frame) a keyframe and returns its mask. Clicks on a
// frame that has a mask already, tracked or told, correct that mask.
func (s *Session) SetPrompt(ctx context.Context, key annotate.FrameKey, p annotate.Prompt) (annotate.Result, error) {
	var res annotate.Result
	err := s.call(func() error {
		a, err := s.answer(ctx, key, p)
		if err != nil {
			return err
		}
		res = a.result
		o := s.object(key.Object)
		delete(o.bases, key.Frame)
		if a.base != nil {
			o.bases[key.Frame] = *a.base
		}
		delete(o.restored, key.Frame)
		o.prompts[key.Frame] = known{mask: a.mask, confidence: res.Confidence, painted: p.IsMask()}
		s.changed(o)
		return nil
	})
	return res, err
}

// Preview answers a prompt and changes nothing.
func (s *Session) Preview(ctx context.Context, key annotate.FrameKey, p annotate.Prompt) (annotate.Result, error) {
	var res annotate.Result
	err := s.call(func() error {
		a, err := s.answer(ctx, key, p)
		res = a.result
		return err
	})
	return res, err
}

// Restore implements inference.Restorer.
func (s *Session) Restore(_ context.Context, key annotate.FrameKey, p annotate.Prompt, answer annotate.Result) error {
	return s.call(func() error {
		if err := s.checkPrompt(key, p); err != nil {
			return err
		}
		m, err := answer.Mask.Load()
		if err != nil {
			return fmt.Errorf("frame %d: %w", key.Frame, err)
		}
		if err := s.checkSize(key, m); err != nil {
			return err
		}
		o := s.object(key.Object)
		o.prompts[key.Frame] = known{mask: m, confidence: answer.Confidence, painted: p.IsMask()}
		o.restored[key.Frame] = p
		delete(o.bases, key.Frame)
		s.changed(o)
		return nil
	})
}

func (s *Session) checkPrompt(key annotate.FrameKey, p annotate.Prompt) error {
	if err := s.checkFrame(key.Frame); err != nil {
		return err
	}
	if err := p.Validate(s.w, s.h); err != nil {
		return fmt.Errorf("frame %d: %w", key.Frame, err)
	}
	return nil
}

func (s *Session) checkSize(key annotate.FrameKey, m annotate.Mask) error {
	if w, h := m.Size(); w != s.w || h != s.h {
		return fmt.Errorf("%w: frame %d: the mask is %dx%d, the video %dx%d", annotate.ErrMask, key.Frame, w, h, s.w, s.h)
	}
	return nil
}

// promptAnswer is the answer to a prompt.
type promptAnswer struct {
	result annotate.Result
	mask   annotate.Mask
	base   *base // what the prompt corrects; nil for one that stands for itself
}

// answer finds the mask for a prompt on a frame.
func (s *Session) answer(ctx context.Context, key annotate.FrameKey, p annotate.Prompt) (promptAnswer, error) {
	if err := s.checkPrompt(key, p); err != nil {
		return promptAnswer{}, err
	}
	if p.IsMask() {
		return promptAnswer{result: annotate.NewResult(*p.Mask, 1, annotate.Painted, s.name()), mask: *p.Mask}, nil
	}
	var a found
	var on *base
	err := s.scenes.use(ctx, key.Frame, s.others(key), func(here answerer) (err error) {
		if on, err = s.objects[key.Object].ground(ctx, here, key.Frame, p); err != nil {
			return err
		}
		if on != nil {
			a, err = here.correct(ctx, *on, p.Points)
		} else {
			a, err = here.segment(ctx, p)
		}
		return err
	})
	if err != nil {
		return promptAnswer{}, fmt.Errorf("frame %d: %w", key.Frame, err)
	}
	return promptAnswer{annotate.NewResult(a.mask, a.confidence, annotate.Prompted, s.name()), a.mask, on}, nil
}

// others returns the masks of the other objects on a frame.
func (s *Session) others(key annotate.FrameKey) []annotate.Mask {
	var out []annotate.Mask
	for _, id := range slices.Sorted(maps.Keys(s.objects)) {
		if m, ok := s.objects[id].at(key.Frame); ok && id != key.Object {
			out = append(out, m.mask)
		}
	}
	return out
}

// Choices implements inference.Chooser.
func (s *Session) Choices(ctx context.Context, key annotate.FrameKey, p annotate.Prompt) ([]annotate.Result, error) {
	var out []annotate.Result
	err := s.call(func() error {
		if err := s.checkPrompt(key, p); err != nil {
			return err
		}
		return s.scenes.use(ctx, key.Frame, s.others(key), func(here answerer) error {
			list, err := here.choices(ctx, p)
			if err != nil {
				return fmt.Errorf("frame %d: %w", key.Frame, err)
			}
			for _, a := range list {
				out = append(out, annotate.NewResult(a.mask, a.confidence, annotate.Prompted, s.name()))
			}
			return nil
		})
	})
	return out, err
}

// ClearPrompt takes a prompt back. Masks that were tracked from it stay until
// they are tracked again.
func (s *Session) ClearPrompt(key annotate.FrameKey) error {
	return s.call(func() error {
		if o := s.objects[key.Object]; o != nil {
			delete(o.prompts, key.Frame)
			delete(o.bases, key.Frame)
			delete(o.restored, key.Frame)
			s.changed(o)
		}
		return nil
	})
}

// changed forgets what was derived from what is known of an object.
func (s *Session) changed(o *object) {
	o.changed()
	s.revision++
}

// RemoveObject forgets an object.
func (s *Session) RemoveObject(id annotate.ObjectID) error {
	return s.call(func() error {
		delete(s.objects, id)
		s.revision++
		return nil
	})
}

// SetKnown tells the session a mask that stands. A zero mask takes it back.
func (s *Session) SetKnown(key annotate.FrameKey, m annotate.Mask, protected bool) error {
	return s.call(func() error {
		if err := s.checkFrame(key.Frame); err != nil {
			return err
		}
		if m.IsZero() {
			if o := s.objects[key.Object]; o != nil {
				delete(o.protected, key.Frame)
				delete(o.done, key.Frame)
				s.changed(o)
			}
			return nil
		}
		if err := s.checkSize(key, m); err != nil {
			return err
		}
		if s.object(key.Object).setKnown(key.Frame, m, protected) {
			s.revision++
		}
		return nil
	})
}

// Close frees the session's memory. It waits for calls that are under way.
func (s *Session) Close() error {
	s.life.Lock()
	defer s.life.Unlock()
	s.closed = true
	s.objects = map[annotate.ObjectID]*object{}
	return nil
}

// call runs f unless the session is closed.
func (s *Session) call(f func() error) error {
	s.life.RLock()
	defer s.life.RUnlock()
	if s.closed {
		return fmt.Errorf("classic session: %w", inference.ErrClosed)
	}
	return f()
}

func (s *Session) inVideo(frame int) bool { return frame >= 0 && frame < s.video.Len() }

func (s *Session) checkFrame(frame int) error {
	if !s.inVideo(frame) {
		return fmt.Errorf("%w: frame %d of a video of %d frames", inference.ErrUsage, frame, s.video.Len())
	}
	return nil
}

func (s *Session) object(id annotate.ObjectID) *object {
	o := s.objects[id]
	if o == nil {
		o = newObject()
		s.objects[id] = o
	}
	return o
}
