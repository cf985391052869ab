package classic

import (
	"context"
	"image"

	"github.com/masklet/masklet/inference/classic/track"
	"github.com/masklet/masklet/inference/classic/vision"
	"github.com/masklet/masklet/inference/internal/keep"
)

// view is a frame as the tracker sees it.
type view struct {
	features *features
	lab      vision.Lab
}

// views keeps the last few frames in the form that the tracker needs. It is
// safe for concurrent use.
type views struct {
	store *store
	kept  *keep.Cache[int, *view]
	full  *keep.Cache[int, *image.RGBA] // decoded frames: of this step and the next
}

func newViews(s *store) *views {
	return &views{store: s, kept: keep.Count[int, *view](6), full: keep.Count[int, *image.RGBA](2)}
}

// decoded returns a frame at the video's size.
func (v *views) decoded(ctx context.Context, frame int) (*image.RGBA, error) {
	return v.full.Make(ctx, frame, func() (*image.RGBA, error) { return v.store.full(ctx, frame) })
}

// prepare makes a frame ready to be tracked on. What fails now fails again
// where it is needed.
func (v *views) prepare(ctx context.Context, frame int) {
	if _, err := v.get(ctx, frame); err == nil {
		_, _ = v.decoded(ctx, frame)
	}
}

func (v *views) get(ctx context.Context, frame int) (*view, error) {
	return v.kept.Make(ctx, frame, func() (*view, error) {
		f, err := v.store.get(ctx, frame)
		if err != nil {
			return nil, err
		}
		lab, err := f.lab()
		if err != nil {
			return nil, err
		}
		return &view{f, lab}, nil
	})
}

// link returns a frame's colours and its motion to and from the neighbour on
// which the mask is known.
func (v *views) link(ctx context.Context, frame, from int) (vision.Lab, track.Link, error) {
	here, err := v.get(ctx, frame)
	if err != nil {
		return vision.Lab{}, track.Link{}, err
	}
	there, err := v.get(ctx, from)
	if err != nil {
		return vision.Lab{}, track.Link{}, err
	}
	var l track.Link
	jump := here.features.jump
	if from < frame {
		l.Back, l.There = here.features.flow(here.features.prev), there.features.flow(there.features.next)
	} else {
		l.Back, l.There = here.features.flow(here.features.next), there.features.flow(there.features.prev)
		jump = there.features.jump
	}
	l.Cut = isCut(jump, l)
	return here.lab, l, nil
}

// A scene cut: the colours change and the motion does not hold either.
const (
	cutJump      = 0.4
	cutAgreement = 0.4
)

func meanAgreement(l track.Link) float64 {
	sum := 0.0
	c := vision.FlowConfidence(l.Back, l.There, image.Rect(0, 0, l.Back.W, l.Back.H))
	for _, v := range c.Pix {
		sum += float64(v)
	}
	return sum / float64(len(c.Pix))
}

// isCut reports whether two frames show different scenes: the colours jump and
// the motions between them contradict each other.
func isCut(jump float32, l track.Link) bool {
	return jump > cutJump && meanAgreement(l) < cutAgreement
}
