package classic

import (
	"context"
	"fmt"
	"image"
	"sync/atomic"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/classic/vision"
	"github.com/masklet/masklet/inference/internal/keep"
)

// Working sizes: the short side in pixels.
const (
	workingShort     = 240
	workingShortFine = 360
)

// Budgets of what a session itself keeps in memory.
const (
	featureBudget      = 384 << 20 // encoded features without a cache
	featureBudgetSmall = 32 << 20  // with one, which has a memory of its own
	smallFrames        = 24        // frames at working size
)

// store makes and keeps the features of frames. It is safe for concurrent use.
type store struct {
	video inference.Frames
	cache *inference.FeatureCache
	short int
	w, h  int // working size
	small *keep.Cache[int, *image.RGBA]
	coded *keep.Cache[int, []byte]
	flows atomic.Int64 // dense flows computed so far
}

func newStore(video inference.Frames, cache *inference.FeatureCache, fine bool) *store {
	s := &store{video: video, cache: cache, short: workingShort}
	if fine {
		s.short = workingShortFine
	}
	w, h := video.Size()
	s.w, s.h = vision.WorkingSize(w, h, s.short)
	s.small = keep.New[int](int64(smallFrames*4*s.w*s.h), func(img *image.RGBA) int64 { return int64(len(img.Pix)) })
	budget := int64(featureBudget)
	if cache != nil {
		budget = featureBudgetSmall
	}
	s.coded = keep.New[int](budget, func(b []byte) int64 { return int64(len(b)) })
	return s
}

func (s *store) key(frame int) inference.FeatureKey {
	return inference.FeatureKey{Model: fmt.Sprintf("%s-%d", Name, featureVersion), Media: s.video.Hash(), Size: s.short, Frame: frame}
}

func (s *store) ready(frame int) bool {
	return s.coded.Has(frame) || s.cache.Has(s.key(frame))
}

// get returns the features of a frame, from memory, from the cache or new.
func (s *store) get(ctx context.Context, frame int) (*features, error) {
	if frame < 0 || frame >= s.video.Len() {
		return nil, fmt.Errorf("%w: frame %d of a video of %d frames", inference.ErrUsage, frame, s.video.Len())
	}
	if f := s.kept(frame); f != nil {
		return f, nil
	}
	var f *features
	b, err := s.coded.Make(ctx, frame, func() (b []byte, err error) {
		if f, err = s.compute(ctx, frame); err != nil {
			return nil, fmt.Errorf("encode frame %d: %w", frame, err)
		}
		b = f.encode()
		s.cache.Put(s.key(frame), b)
		return b, nil
	})
	if err != nil || f != nil {
		return f, err
	}
	return decodeFeatures(b)
}

// kept returns features that exist already and fit this video, or nil.
func (s *store) kept(frame int) *features {
	b, ok := s.coded.Get(frame)
	if !ok {
		if b, ok = s.cache.Get(s.key(frame)); !ok {
			return nil
		}
	}
	f, err := decodeFeatures(b)
	if err != nil || f.w != s.w || f.h != s.h ||
		(f.prev != nil) != (frame > 0) || (f.next != nil) != (frame < s.video.Len()-1) {
		return nil
	}
	return f
}

func (s *store) compute(ctx context.Context, frame int) (*features, error) {
	img, err := s.smallFrame(ctx, frame)
	if err != nil {
		return nil, err
	}
	f := &features{w: s.w, h: s.h, rgb: packRGB(img)}
	if frame > 0 {
		before, err := s.smallFrame(ctx, frame-1)
		if err != nil {
			return nil, err
		}
		f.jump = colourJump(before, img)
		if f.prev, err = s.motion(ctx, img, before); err != nil {
			return nil, err
		}
	}
	if frame < s.video.Len()-1 {
		after, err := s.smallFrame(ctx, frame+1)
		if err != nil {
			return nil, err
		}
		if f.next, err = s.motion(ctx, img, after); err != nil {
			return nil, err
		}
	}
	return f, nil
}

func (s *store) motion(ctx context.Context, from, to *image.RGBA) ([]int16, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	a, err := vision.GrayOf(from)
	if err != nil {
		return nil, err
	}
	b, err := vision.GrayOf(to)
	if err != nil {
		return nil, err
	}
	s.flows.Add(1)
	f, err := vision.DIS(a, b, vision.EngineFlow())
	if err != nil {
		return nil, err
	}
	return packMotion(f), nil
}

// smallFrame returns a frame at working size. A frame is decoded and scaled
// once for itself and both its neighbours, as long as these are encoded soon.
func (s *store) smallFrame(ctx context.Context, frame int) (*image.RGBA, error) {
	return s.small.Make(ctx, frame, func() (*image.RGBA, error) {
		full, err := s.full(ctx, frame)
		if err != nil {
			return nil, err
		}
		return vision.ResizeRGBA(full, s.w, s.h)
	})
}

// full returns a decoded frame, checked against the video's size.
func (s *store) full(ctx context.Context, frame int) (*image.RGBA, error) {
	img, err := s.video.Frame(ctx, frame)
	if err != nil {
		return nil, fmt.Errorf("decode frame %d: %w", frame, err)
	}
	w, h := s.video.Size()
	if img == nil || img.Rect != image.Rect(0, 0, w, h) {
		return nil, fmt.Errorf("decode frame %d: its size is not %dx%d", frame, w, h)
	}
	return img, nil
}
