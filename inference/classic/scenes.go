package classic

import (
	"context"
	"slices"
	"sync"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/classic/ask"
	"github.com/masklet/masklet/inference/classic/click"
	"github.com/masklet/masklet/inference/classic/vision"
	"github.com/masklet/masklet/inference/internal/keep"
	"github.com/masklet/masklet/inference/promptnet"
)

// keptScenes is how many prepared frames stay in memory: a person goes to and
// fro between a few.
const keptScenes = 3

// farStep is the distance in frames of the longer motions that clicks use:
// slow objects stand out after a few frames.
const farStep = 3

// scenes prepares frames for clicks and keeps the last few.
type scenes struct {
	store *store
	net   *promptnet.Net // nil: clicks are answered without one
	mu    sync.Mutex     // held while a scene is used
	kept  *keep.Cache[int, *keptScene]
	far   *keep.Cache[[2]int, vision.Flow] // motions, by the frames from and to
}

// keptScene is a frame prepared for clicks: without other objects, and among
// those that were on it at the last click.
type keptScene struct {
	base   answerer
	others []annotate.Mask
	among  answerer
}

func newScenes(s *store, net *promptnet.Net) *scenes {
	const farMotions = 2 * 8
	return &scenes{
		store: s, net: net, kept: keep.Count[int, *keptScene](keptScenes),
		far: keep.New[[2]int](int64(farMotions*8*s.w*s.h), func(f vision.Flow) int64 { return 4 * int64(len(f.V)) }),
	}
}

// use calls f with a frame's scene among the masks of other objects, which are
// in the order of their objects.
func (s *scenes) use(ctx context.Context, frame int, others []annotate.Mask, f func(answerer) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	among, err := s.prepared(ctx, frame, others)
	if err != nil {
		return err
	}
	return f(among)
}

// prepare makes a frame ready for clicks.
func (s *scenes) prepare(ctx context.Context, frame int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err := s.scene(ctx, frame)
	return err
}

// prepared returns a frame's scene among the masks of other objects.
func (s *scenes) prepared(ctx context.Context, frame int, others []annotate.Mask) (answerer, error) {
	k, err := s.scene(ctx, frame)
	if err != nil {
		return nil, err
	}
	if k.among == nil || !slices.EqualFunc(k.others, others, annotate.Mask.Equal) {
		if k.among, err = k.base.among(others); err != nil {
			return nil, err
		}
		k.others = others
	}
	return k.among, nil
}

// scene returns the prepared frame, preparing it if need be.
func (s *scenes) scene(ctx context.Context, frame int) (*keptScene, error) {
	return s.kept.Make(ctx, frame, func() (*keptScene, error) {
		base, err := s.prepareScene(ctx, frame)
		if err != nil {
			return nil, err
		}
		return &keptScene{base: base}, nil
	})
}

func (s *scenes) prepareScene(ctx context.Context, frame int) (answerer, error) {
	img, err := s.store.full(ctx, frame)
	if err != nil {
		return nil, err
	}
	if s.net != nil {
		return netScene{ask.New(s.net, img)}, nil
	}
	in := click.Input{Frame: img}
	if in.Motion, err = s.motion(ctx, frame); err != nil {
		return nil, err
	}
	out, err := click.Prepare(ctx, in)
	return plainScene{out}, err
}

// motion returns the dense motions from a frame to both neighbours, which
// Phase 1 made, and to the frames three away, which are made here once.
func (s *scenes) motion(ctx context.Context, frame int) ([]vision.Flow, error) {
	f, err := s.store.get(ctx, frame)
	if err != nil {
		return nil, err
	}
	var out []vision.Flow
	for _, packed := range [][]int16{f.prev, f.next} {
		if packed != nil {
			out = append(out, f.flow(packed))
		}
	}
	for _, to := range []int{frame - farStep, frame + farStep} {
		if to < 0 || to >= s.store.video.Len() {
			continue
		}
		far, err := s.farMotion(ctx, frame, to)
		if err != nil {
			return nil, err
		}
		out = append(out, far)
	}
	return out, nil
}

func (s *scenes) farMotion(ctx context.Context, frame, to int) (vision.Flow, error) {
	return s.far.Make(ctx, [2]int{frame, to}, func() (f vision.Flow, err error) {
		from, err := s.store.smallFrame(ctx, frame)
		if err != nil {
			return f, err
		}
		there, err := s.store.smallFrame(ctx, to)
		if err != nil {
			return f, err
		}
		packed, err := s.store.motion(ctx, from, there)
		if err != nil {
			return f, err
		}
		return (&features{w: s.store.w, h: s.store.h}).flow(packed), nil
	})
}
