package classic

import (
	"errors"
	"fmt"
	"image"
	"maps"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

func openWith(t testing.TB, e *Engine, v inference.Frames) *Session {
	t.Helper()
	s, err := e.Open(t.Context(), v, nil, inference.DefaultSettings())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s.(*Session)
}

// The network is asked with keyframes alone, of several the nearest: what was
// tracked never speaks for itself.
func TestMemoriesAreThoseOfKeyframes(t *testing.T) {
	v := moving(12, 3, 0).render()
	e, net := colourEngine()
	s := openWith(t, e, v)
	promptMask(t, s, 1, 2, v.truth[0][2])
	promptMask(t, s, 1, 9, v.truth[0][9])
	run(t, s, everything(s, 1), -1)
	if got := len(s.objects[1].memories); got != 2 {
		t.Errorf("%d memories of two keyframes", got)
	}
	// Two crops for each of 6 frames between, twice, and of 4 outside, and two references.
	if got := net.encoded.Load(); got != 2*(6*2+4)+2 {
		t.Errorf("%d crops encoded", got)
	}
	for frame, want := range map[int]int{0: 2, 3: 2, 5: 2, 6: 9, 11: 9} {
		before, after := 2, 9
		if frame < 2 {
			before, after = -1, 2
		} else if frame > 9 {
			before, after = 9, -1
		}
		if got := (task{before: before, after: after}).nearest(frame); got != want {
			t.Errorf("frame %d: nearest keyframe %d, want %d", frame, got, want)
		}
	}
	// A new mask on a keyframe is a new memory; an empty one is none.
	promptMask(t, s, 1, 9, annotate.EmptyMask(v.w, v.h))
	run(t, s, everything(s, 1), -1)
	if m, err := s.memory(t.Context(), s.objects[1], 9); err != nil || !m.Empty() {
		t.Errorf("memory of an empty mask: %d tokens, %v", len(m.K), err)
	}
}

func TestAFailingNetworkFailsTheStepAndChangesNothing(t *testing.T) {
	v := moving(8, 4, 0).render()
	e, net := colourEngine()
	s := openWith(t, e, v)
	promptMask(t, s, 1, 0, v.truth[0][0])
	want := run(t, s, everything(s, 1), -1)
	s.objects[1].changed()
	p, err := s.Propagate(everything(s, 1))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	got := results{}
	for range steps(p) {
		net.fail.Store(true)
		if _, err := p.Next(t.Context()); !errors.Is(err, errColourNet) {
			t.Fatalf("error %v", err)
		}
		net.fail.Store(false)
		r, err := p.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		got[annotate.FrameKey{Object: 1, Frame: r.Frame}] = r.Results[1]
	}
	requireSame(t, got, want)
}

// As without the network: a run that goes on in a new session after any number
// of steps gives what one gives that was never stopped.
func TestBuiltinGoesOnInANewSession(t *testing.T) {
	v := enlarge(crossing(), 3)
	e, _ := colourEngine()
	start := func() *Session {
		s := openWith(t, e, v)
		for _, k := range []annotate.FrameKey{{Object: 1, Frame: 3}, {Object: 1, Frame: 11}, {Object: 2, Frame: 6}} {
			promptMask(t, s, k.Object, k.Frame, v.mask(v.truth[k.Object-1][k.Frame]))
		}
		return s
	}
	s := start()
	req := everything(s, 1, 2)
	p, err := s.Propagate(req)
	if err != nil {
		t.Fatal(err)
	}
	total := steps(p)
	p.Close()
	want := run(t, s, req, -1)
	for part := 2; part < total; part += 11 {
		t.Run(fmt.Sprint(part), func(t *testing.T) {
			got := run(t, start(), req, part)
			again := start()
			for k := range got {
				if err := again.SetKnown(k, got.mask(t, k.Object, k.Frame), false); err != nil {
					t.Fatal(err)
				}
			}
			rest, finished := req, maps.Clone(got)
			rest.Skip = func(k annotate.FrameKey) bool { _, ok := finished[k]; return ok }
			if err := collect(t.Context(), again, rest, -1, got); err != nil {
				t.Fatal(err)
			}
			requireSame(t, got, want)
			for k := range want {
				if got[k].Confidence != want[k].Confidence {
					t.Errorf("object %d, frame %d: confidence %g, want %g", k.Object, k.Frame, got[k].Confidence, want[k].Confidence)
				}
			}
		})
	}
}

// Sizes and places that a crop must bear: at the border of the frame, larger
// than it, a few pixels, portrait.
func TestTheNetworkIsAskedAboutAnyMask(t *testing.T) {
	for _, tc := range []struct {
		name   string
		w, h   int
		object image.Rectangle
	}{
		{"corner", 160, 120, image.Rect(0, 0, 12, 9)},
		{"whole frame", 160, 120, image.Rect(0, 0, 160, 120)},
		{"one pixel", 160, 120, image.Rect(80, 60, 81, 61)},
		{"row", 160, 120, image.Rect(0, 100, 160, 101)},
		{"portrait", 90, 400, image.Rect(70, 350, 90, 400)},
	} {
		t.Run(tc.name, func(t *testing.T) {
			sc := scene{w: tc.w, h: tc.h, n: 3}
			v := sc.render()
			b := annotate.NewBitmap(tc.w, tc.h)
			for y := tc.object.Min.Y; y < tc.object.Max.Y; y++ {
				for x := tc.object.Min.X; x < tc.object.Max.X; x++ {
					b.Set(x, y, true)
				}
			}
			e, _ := colourEngine()
			s := openWith(t, e, v)
			promptMask(t, s, 1, 1, annotate.MaskFromBitmap(b))
			got := run(t, s, everything(s, 1), -1)
			if len(got) != 2 {
				t.Errorf("%d results, want 2", len(got))
			}
			for k, r := range got {
				if !(r.Confidence >= 0 && r.Confidence <= 1) || r.Engine != Builtin {
					t.Errorf("frame %d: confidence %g, engine %q", k.Frame, r.Confidence, r.Engine)
				}
			}
		})
	}
}
