package classic

import (
	"context"
	"errors"
	"image"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

func TestBadRequests(t *testing.T) {
	v := moving(4, 3, 0).render()
	s := openSession(t, v, nil)
	promptMask(t, s, 1, 0, v.truth[0][0])
	all := annotate.Range{Last: 3}
	other := annotate.EmptyMask(10, 10)
	good := v.truth[0][0]
	propagate := func(ids []annotate.ObjectID, r annotate.Range, d inference.Direction) error {
		_, err := s.Propagate(inference.PropagateRequest{Objects: ids, Range: r, Direction: d})
		return err
	}
	prompt := func(frame int, p annotate.Prompt) error {
		_, err := s.SetPrompt(t.Context(), annotate.FrameKey{Object: 9, Frame: frame}, p)
		return err
	}
	tests := []struct {
		name string
		err  error
		want error
	}{
		{"object without prompt", propagate([]annotate.ObjectID{1, 2}, all, inference.Both), inference.ErrUsage},
		{"no object", propagate(nil, all, inference.Both), inference.ErrUsage},
		{"range beyond the end", propagate([]annotate.ObjectID{1}, annotate.Range{Last: 4}, inference.Both), inference.ErrUsage},
		{"range before the start", propagate([]annotate.ObjectID{1}, annotate.Range{First: -1, Last: 3}, inference.Both), inference.ErrUsage},
		{"empty range", propagate([]annotate.ObjectID{1}, annotate.Range{First: 3, Last: 1}, inference.Both), inference.ErrUsage},
		{"direction", propagate([]annotate.ObjectID{1}, all, "sideways"), inference.ErrUsage},
		{"encode beyond the end", s.Encode(t.Context(), 4), inference.ErrUsage},
		{"prompt beyond the end", prompt(4, annotate.Prompt{Mask: &good}), inference.ErrUsage},
		{"mask of another size", prompt(0, annotate.Prompt{Mask: &other}), annotate.ErrPrompt},
		{"empty prompt", prompt(0, annotate.Prompt{}), annotate.ErrPrompt},
		{"point outside", prompt(0, annotate.Prompt{Points: []annotate.Point{{X: 500, Y: 2, Positive: true}}}), annotate.ErrPrompt},
		{"known mask of another size", s.SetKnown(annotate.FrameKey{Object: 1}, other, false), annotate.ErrMask},
		{"known frame beyond the end", s.SetKnown(annotate.FrameKey{Object: 1, Frame: 7}, good, true), inference.ErrUsage},
	}
	for _, tc := range tests {
		if !errors.Is(tc.err, tc.want) {
			t.Errorf("%s: error %v, want %v", tc.name, tc.err, tc.want)
		}
	}
	if s.objects[9] != nil {
		t.Error("a refused prompt left an object behind")
	}
}

func TestClosedSession(t *testing.T) {
	v := moving(4, 3, 0).render()
	s := openSession(t, v, nil)
	promptMask(t, s, 1, 0, v.truth[0][0])
	p, err := s.Propagate(everything(s, 1))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Next(t.Context()); !errors.Is(err, inference.ErrClosed) {
		t.Errorf("Next: %v", err)
	}
	p.Close()
	if err := s.Encode(t.Context(), 0); !errors.Is(err, inference.ErrClosed) {
		t.Errorf("Encode: %v", err)
	}
}

// Frames of any size are tracked without an error.
func TestOddSizes(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {2, 3}, {1, 200}, {15, 15}, {16, 40}, {2000, 12}, {1200, 900}} {
		sc := moving(3, 1, 0)
		sc.w, sc.h = size.X, size.Y
		v := sc.render()
		s := openSession(t, v, nil)
		half := annotate.NewBitmap(size.X, size.Y)
		for i := range (len(half.Pix) + 1) / 2 {
			half.Pix[i] = 255
		}
		for id, m := range map[annotate.ObjectID]annotate.Mask{1: annotate.MaskFromBitmap(half), 2: annotate.EmptyMask(size.X, size.Y), 3: annotate.FullMask(size.X, size.Y)} {
			promptMask(t, s, id, 1, m)
			got := run(t, s, everything(s, id), -1)
			if len(got) != 2 {
				t.Errorf("%v, object %d: %d results", size, id, len(got))
			}
			for k := range got {
				if w, h := got.mask(t, id, k.Frame).Size(); w != size.X || h != size.Y {
					t.Errorf("%v: a mask of %dx%d", size, w, h)
				}
			}
			if err := s.RemoveObject(id); err != nil {
				t.Fatal(err)
			}
		}
	}
}

var errBroken = errors.New("broken frame")

// broken is a video of which one frame cannot be decoded.
type broken struct {
	*synthetic
	bad int
}

func (b broken) Frame(ctx context.Context, i int) (*image.RGBA, error) {
	if i == b.bad {
		return nil, errBroken
	}
	return b.synthetic.Frame(ctx, i)
}

// shrinking is a video of which one frame has another size.
type shrinking struct{ *synthetic }

func (s shrinking) Frame(ctx context.Context, i int) (*image.RGBA, error) {
	if i == 2 {
		return image.NewRGBA(image.Rect(0, 0, 8, 8)), nil
	}
	return s.synthetic.Frame(ctx, i)
}

func TestBrokenFrames(t *testing.T) {
	v := moving(5, 3, 0).render()
	s := openSession(t, broken{v, 3}, nil)
	promptMask(t, s, 1, 0, v.truth[0][0])
	got := results{}
	if err := collect(t.Context(), s, everything(s, 1), -1, got); !errors.Is(err, errBroken) {
		t.Errorf("error %v, want errBroken", err)
	}
	if len(got) != 1 {
		t.Errorf("%d frames before the broken one's neighbour, want 1", len(got))
	}
	odd := openSession(t, shrinking{v}, nil)
	if err := odd.Encode(t.Context(), 2); err == nil {
		t.Error("a frame of another size was taken")
	}
}
