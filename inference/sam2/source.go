package sam2

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/internal/keep"
)

const (
	// localFrames is how many frames' features are kept ready for use besides
	// the cache: a pass reads one, a click another, the rest saves conversions
	// while a few frames are made whole again.
	localFrames = 4
	// A session that is given no cache makes one for itself, in memory up to
	// the first bound and in a temporary folder up to the second.
	ownMemoryBytes = 256 << 20
	ownDiskBytes   = 8 << 30
)

// source encodes frames through a feature cache, each at most once at a time.
type source struct {
	m     *Model
	g     Graphs
	video inference.Frames
	cache *inference.FeatureCache
	half  bool   // features are stored, and used, as fp16
	gate  gate   // before the encoder
	dir   string // of the session's own cache, removed at the end

	local *keep.Cache[int, *Features]
}

func newSource(m *Model, g Graphs, video inference.Frames, cache *inference.FeatureCache, half bool) (*source, error) {
	s := &source{m: m, g: g, video: video, cache: cache, half: half, local: keep.Count[int, *Features](localFrames)}
	if cache != nil {
		return s, nil
	}
	// Without a folder the cache stays in memory: slower, not wrong.
	s.dir, _ = os.MkdirTemp("", "masklet-features-")
	var err error
	if s.cache, err = inference.OpenFeatureCache(s.dir, ownMemoryBytes, ownDiskBytes); err != nil {
		return nil, errors.Join(fmt.Errorf("making a feature cache: %w", err), s.close())
	}
	return s, nil
}

// close removes what the session put on the disk for itself.
func (s *source) close() error {
	if s.dir == "" {
		return nil
	}
	if err := os.RemoveAll(s.dir); err != nil {
		return fmt.Errorf("removing the temporary features: %w", err)
	}
	return nil
}

func (s *source) key(frame int) inference.FeatureKey {
	model := "sam2/1/" + s.m.Key
	if s.half {
		model += "/fp16"
	}
	return inference.FeatureKey{Model: model, Media: s.video.Hash(), Size: s.m.ImageSize, Frame: frame}
}

// ready reports whether Features would return without running the encoder.
func (s *source) ready(frame int) bool {
	return s.local.Has(frame) || s.cache.Has(s.key(frame))
}

// Features returns a frame's features from memory, the cache or the encoder,
// before any frame that Phase 1 asked for. Callers that want the same frame at
// the same time share one encoder run.
func (s *source) Features(ctx context.Context, frame int) (*Features, error) {
	return s.get(ctx, frame, true)
}

// prepare is Features for Phase 1.
func (s *source) prepare(ctx context.Context, frame int) error {
	_, err := s.get(ctx, frame, false)
	return err
}

func (s *source) get(ctx context.Context, frame int, urgent bool) (*Features, error) {
	if urgent {
		s.gate.hurry(frame) // Phase 1 may be at it
	}
	return s.local.Make(ctx, frame, func() (*Features, error) { return s.load(ctx, frame, urgent) })
}

func (s *source) load(ctx context.Context, frame int, urgent bool) (*Features, error) {
	if data, ok := s.cache.Get(s.key(frame)); ok {
		if f, err := s.m.unpackFeatures(data); err == nil {
			return f, nil
		}
		// What cannot be read is encoded again and written over.
	}
	img, err := s.video.Frame(ctx, frame)
	if err != nil {
		return nil, fmt.Errorf("reading frame %d: %w", frame, err)
	}
	if w, h := s.video.Size(); img.Rect.Dx() != w || img.Rect.Dy() != h {
		return nil, fmt.Errorf("frame %d is %dx%d, the video %dx%d", frame, img.Rect.Dx(), img.Rect.Dy(), w, h)
	}
	f, err := s.encode(ctx, frame, s.m.ImageTensor(img), urgent)
	if err != nil {
		return nil, fmt.Errorf("encoding frame %d: %w", frame, err)
	}
	data := packFeatures(f, s.half)
	s.cache.Put(s.key(frame), data)
	if !s.half {
		return f, nil
	}
	return s.m.unpackFeatures(data)
}

func (s *source) encode(ctx context.Context, frame int, image []float32, urgent bool) (*Features, error) {
	if err := s.gate.pass(ctx, frame, urgent); err != nil {
		return nil, err
	}
	defer s.gate.leave()
	f, err := s.g.Encode(ctx, image)
	if err != nil {
		return nil, err
	}
	return f, s.m.checkFeatures(f)
}
