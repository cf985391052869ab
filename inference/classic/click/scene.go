package click

import (
	"context"
	"fmt"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/classic/vision"
	"github.com/masklet/masklet/inference/internal/keep"
)

// Scene is one prepared frame: what Segment needs for any prompt on it. It is
// safe for concurrent use. It keeps the Input's frame and at most 40 MB more;
// drop it to free the memory.
type Scene struct {
	in    Input
	w, h  int // full size
	lab   vision.Lab
	feat  *features
	reg   *regions
	kern  *kernel
	con   contrast
	ends  []int32 // the two regions of each border
	tree  *mergeTree
	taken labels                      // regions that other objects hold
	kept  *keep.Cache[string, *state] // results, by prompt
}

// newStates keeps the latest results of a scene.
func newStates() *keep.Cache[string, *state] { return keep.Count[string, *state](24) }

// workShort is the short side in pixels of the grid on which masks are found
// before their outline is cut at full size.
const workShort = 240

// Prepare computes what all prompts on a frame share. It takes about 0.15 s on
// an idle core at any frame size; the caller may keep scenes of the
// frames that a person works on.
func Prepare(ctx context.Context, in Input) (*Scene, error) {
	if in.Frame == nil {
		return nil, fmt.Errorf("%w: no frame", ErrInput)
	}
	b := in.Frame.Bounds()
	s := &Scene{in: in, w: b.Dx(), h: b.Dy(), kept: newStates()}
	ww, wh := vision.WorkingSize(s.w, s.h, workShort)
	small, err := vision.ResizeRGBA(in.Frame, ww, wh)
	if err != nil {
		return nil, fmt.Errorf("prepare frame: %w", err)
	}
	lab, err := vision.LabOf(small)
	if err != nil {
		return nil, fmt.Errorf("prepare frame: %w", err)
	}
	if s.lab, err = vision.BlurLab(lab, 0.8); err != nil {
		return nil, fmt.Errorf("prepare frame: %w", err)
	}
	motions, err := relativeMotion(in.Motion, ww, wh)
	if err != nil {
		return nil, fmt.Errorf("prepare frame: %w", err)
	}
	s.feat = makeFeatures(s.lab, motions)
	s.reg = makeRegions(s.feat)
	s.kern = makeKernel(s.reg)
	s.con = makeContrast(s.reg)
	for _, e := range s.reg.edges {
		s.ends = append(s.ends, e.a, e.b)
	}
	s.tree = makeMergeTree(s.reg)
	if s.taken, err = s.takenBy(in.Others); err != nil {
		return nil, err
	}
	return s, ctx.Err()
}

// takenBy returns the regions of which most is in one of the masks.
func (s *Scene) takenBy(others []*annotate.Bitmap) (labels, error) {
	out := make(labels, len(s.reg.area))
	for _, m := range others {
		if err := m.Validate(); err != nil {
			return nil, fmt.Errorf("%w: mask of another object: %w", ErrInput, err)
		}
		if m.W != s.w || m.H != s.h {
			return nil, fmt.Errorf("%w: mask of another object is %dx%d, the frame %dx%d", ErrInput, m.W, m.H, s.w, s.h)
		}
		for i, v := range s.shares(s.shrink(m)) {
			out[i] = out[i] || v > 0.5
		}
	}
	return out, nil
}

// shrink samples a full-size mask at the centres of the working pixels.
func (s *Scene) shrink(m *annotate.Bitmap) []uint8 {
	out := make([]uint8, s.reg.w*s.reg.h)
	for y := range s.reg.h {
		for x := range s.reg.w {
			if m.At((2*x+1)*s.w/(2*s.reg.w), (2*y+1)*s.h/(2*s.reg.h)) {
				out[y*s.reg.w+x] = 1
			}
		}
	}
	return out
}
