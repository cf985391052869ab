package classic

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// requireSame fails unless both runs hold the same masks.
func requireSame(t *testing.T, got, want results) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%d results, want %d", len(got), len(want))
	}
	for k := range want {
		if !got.mask(t, k.Object, k.Frame).Equal(want.mask(t, k.Object, k.Frame)) {
			t.Errorf("object %d, frame %d: another mask", k.Object, k.Frame)
		}
	}
}

func TestSameInputSameMasks(t *testing.T) {
	v := crossing()
	cache, err := inference.OpenFeatureCache(t.TempDir(), 1<<16, 1<<30)
	if err != nil {
		t.Fatal(err)
	}
	var want results
	for i, c := range []*inference.FeatureCache{nil, cache, cache} {
		s := openSession(t, v, c)
		promptMask(t, s, 1, 3, v.truth[0][3])
		promptMask(t, s, 2, 0, v.truth[1][0])
		got := run(t, s, everything(s, 1, 2), -1)
		if i == 0 {
			want = got
			continue
		}
		requireSame(t, got, want)
		if i == 2 && s.store.flows.Load() != 0 {
			t.Errorf("%d flows computed that the cache holds", s.store.flows.Load())
		}
	}
}

// A run that is stopped after any number of steps and goes on gives what an
// uninterrupted one gives, without computing finished frames again.
func TestStoppedRunGoesOn(t *testing.T) { forBothEngines(t, stoppedRunGoesOn) }

func stoppedRunGoesOn(t *testing.T, e *Engine) {
	v := moving(14, 5, 0).render()
	start := func() *Session {
		s := openWith(t, e, v)
		promptMask(t, s, 1, 2, v.truth[0][2])
		promptMask(t, s, 1, 9, v.truth[0][9])
		return s
	}
	ref := start()
	want := run(t, ref, everything(ref, 1), -1)
	if len(want) != v.Len()-2 {
		t.Fatalf("%d frames tracked, want %d", len(want), v.Len()-2)
	}
	for _, part := range []int{1, 3, 6, 10, 14} {
		t.Run(fmt.Sprint(part), func(t *testing.T) {
			s := start()
			req := everything(s, 1)
			got := results{}
			for range 40 {
				before := maps.Clone(got)
				req.Skip = func(k annotate.FrameKey) bool { _, ok := before[k]; return ok }
				// A repeated frame is an error of collect.
				if err := collect(t.Context(), s, req, part, got); err != nil {
					t.Fatal(err)
				}
				// The owner of the document tells the session what it holds.
				for k := range got {
					if err := s.SetKnown(k, got.mask(t, k.Object, k.Frame), false); err != nil {
						t.Fatal(err)
					}
				}
				if len(got) == len(want) {
					break
				}
			}
			requireSame(t, got, want)
		})
	}
}

// After a restart only the masks are left. Where too many of them are finished
// to be tracked again, the rest of the run must still follow the object, and
// finished frames stay as they are.
func TestGoesOnFromMasks(t *testing.T) {
	v := moving(14, 5, 0).render()
	s := openSession(t, v, nil)
	s.mostAgain = 3
	promptMask(t, s, 1, 0, v.truth[0][0])
	skip := map[int]bool{}
	for f := 1; f < 7; f++ {
		skip[f] = true
		if err := s.SetKnown(annotate.FrameKey{Object: 1, Frame: f}, v.truth[0][f], false); err != nil {
			t.Fatal(err)
		}
	}
	req := everything(s, 1)
	req.Skip = func(k annotate.FrameKey) bool { return skip[k.Frame] }
	p, err := s.Propagate(req)
	if err != nil {
		t.Fatal(err)
	}
	if steps(p) != 7 {
		t.Errorf("%d steps left, want 7", steps(p))
	}
	p.Close()
	rest := run(t, s, req, -1)
	for f := 7; f < v.Len(); f++ {
		if q := iou(t, rest.mask(t, 1, f), v.truth[0][f]); q < 0.9 {
			t.Errorf("frame %d: IoU %.3f", f, q)
		}
	}
}

// A run that goes on in a new session, after any number of steps, gives what an
// uninterrupted one gives: objects that meet, keyframes on both sides, both
// directions.
func TestGoesOnInANewSession(t *testing.T) {
	// Larger than the working size: masks that are kept and trackers differ.
	v := enlarge(crossing(), 3)
	cache, err := inference.OpenFeatureCache("", 64<<20, 0)
	if err != nil {
		t.Fatal(err)
	}
	type answered struct {
		key    annotate.FrameKey
		prompt annotate.Prompt
		result annotate.Result
	}
	var prompts []answered
	start := func() *Session {
		s := openSession(t, v, cache)
		for _, p := range prompts {
			if err := s.Restore(t.Context(), p.key, p.prompt, p.result); err != nil {
				t.Fatal(err)
			}
		}
		return s
	}
	asked := start()
	for _, k := range []annotate.FrameKey{{Object: 1, Frame: 3}, {Object: 1, Frame: 11}, {Object: 2, Frame: 6}} {
		x, y, _, _ := v.truth[k.Object-1][k.Frame].Bitmap().Interior()
		p := annotate.Prompt{}.WithPoint(annotate.Point{X: 3 * float64(x), Y: 3 * float64(y), Positive: true})
		a, err := asked.SetPrompt(t.Context(), k, p)
		if err != nil {
			t.Fatal(err)
		}
		prompts = append(prompts, answered{k, p, a})
	}
	req := everything(asked, 1, 2)
	p, err := asked.Propagate(req)
	if err != nil {
		t.Fatal(err)
	}
	total := steps(p)
	p.Close()
	want := run(t, asked, req, -1)
	for part := 2; part < total; part += 9 {
		t.Run(fmt.Sprint(part), func(t *testing.T) {
			got := run(t, start(), req, part)
			again := start()
			for k := range got {
				if err := again.SetKnown(k, got.mask(t, k.Object, k.Frame), false); err != nil {
					t.Fatal(err)
				}
			}
			rest := req
			finished := maps.Clone(got)
			rest.Skip = func(k annotate.FrameKey) bool { _, ok := finished[k]; return ok }
			// A repeated frame is an error of collect.
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

func TestCancelledNextChangesNothing(t *testing.T) {
	v := moving(8, 5, 0).render()
	want := func() results {
		s := openSession(t, v, nil)
		promptMask(t, s, 1, 0, v.truth[0][0])
		return run(t, s, everything(s, 1), -1)
	}()
	s := openSession(t, v, nil)
	promptMask(t, s, 1, 0, v.truth[0][0])
	p, err := s.Propagate(everything(s, 1))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	got := results{}
	for range steps(p) {
		if _, err := p.Next(cancelled); !errors.Is(err, context.Canceled) {
			t.Fatalf("error %v, want context.Canceled", err)
		}
		r, err := p.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for id, res := range r.Results {
			got[annotate.FrameKey{Object: id, Frame: r.Frame}] = res
		}
	}
	requireSame(t, got, want)
}

func TestRangeAndDirection(t *testing.T) {
	v := moving(12, 3, 0).render()
	tests := []struct {
		name  string
		r     annotate.Range
		d     inference.Direction
		want  []int
		steps int // more than results where frames only lead to the range, or have two passes
	}{
		{"all", annotate.Range{First: 0, Last: 11}, inference.Both, []int{0, 1, 2, 4, 5, 6, 7, 9, 10, 11}, 14},
		{"forward", annotate.Range{First: 0, Last: 11}, inference.Forward, []int{4, 5, 6, 7, 9, 10, 11}, 7},
		{"backward", annotate.Range{First: 0, Last: 11}, inference.Backward, []int{0, 1, 2, 4, 5, 6, 7}, 7},
		{"after the last keyframe", annotate.Range{First: 10, Last: 11}, inference.Both, []int{10, 11}, 3},
		{"nothing to do", annotate.Range{First: 8, Last: 8}, inference.Both, nil, 0},
		{"one between", annotate.Range{First: 5, Last: 5}, inference.Both, []int{5}, 5},
	}
	for _, tc := range tests {
		t.Run(tc.name, func(t *testing.T) {
			s := openSession(t, v, nil)
			promptMask(t, s, 1, 3, v.truth[0][3])
			promptMask(t, s, 1, 8, v.truth[0][8])
			req := inference.PropagateRequest{Objects: []annotate.ObjectID{1}, Range: tc.r, Direction: tc.d}
			p, err := s.Propagate(req)
			if err != nil {
				t.Fatal(err)
			}
			if steps(p) != tc.steps {
				t.Errorf("%d steps, want %d", steps(p), tc.steps)
			}
			p.Close()
			var frames []int
			for k := range run(t, s, req, -1) {
				frames = append(frames, k.Frame)
			}
			if slices.Sort(frames); !slices.Equal(frames, tc.want) {
				t.Errorf("frames %v, want %v", frames, tc.want)
			}
		})
	}
}

// A correction at a second keyframe improves its neighbourhood, and nothing
// changes beyond a protected frame.
func TestKeyframesAndProtectedFrames(t *testing.T) { forBothEngines(t, keyframesAndProtectedFrames) }

func keyframesAndProtectedFrames(t *testing.T, e *Engine) {
	sc := moving(16, 4, 0)
	v := sc.render()
	wrong := v.truth[0][0] // the object has long left that place
	s := openWith(t, e, v)
	promptMask(t, s, 1, 0, v.truth[0][0])
	if err := s.SetKnown(annotate.FrameKey{Object: 1, Frame: 10}, v.truth[0][10], true); err != nil {
		t.Fatal(err)
	}
	before := run(t, s, everything(s, 1), -1)
	for f := 1; f < v.Len(); f++ {
		if f == 10 {
			if _, ok := before[annotate.FrameKey{Object: 1, Frame: 10}]; ok {
				t.Error("the protected frame got a new mask")
			}
		} else if q := iou(t, before.mask(t, 1, f), v.truth[0][f]); q < 0.9 {
			t.Errorf("frame %d: IoU %.3f", f, q)
		}
	}
	promptMask(t, s, 1, 5, wrong)
	after := run(t, s, everything(s, 1), -1)
	for f := 11; f < v.Len(); f++ {
		if !after.mask(t, 1, f).Equal(before.mask(t, 1, f)) {
			t.Errorf("frame %d changed beyond the protected frame", f)
		}
	}
	if after.mask(t, 1, 6).Equal(before.mask(t, 1, 6)) {
		t.Error("the new keyframe changed nothing beside it")
	}
	if err := s.ClearPrompt(annotate.FrameKey{Object: 1, Frame: 5}); err != nil {
		t.Fatal(err)
	}
	requireSame(t, run(t, s, everything(s, 1), -1), before)
}

// A keyframe made while a propagation is open is never overwritten by it.
func TestPromptDuringPropagation(t *testing.T) { forBothEngines(t, promptDuringPropagation) }

func promptDuringPropagation(t *testing.T, e *Engine) {
	v := moving(10, 4, 0).render()
	s := openWith(t, e, v)
	promptMask(t, s, 1, 0, v.truth[0][0])
	p, err := s.Propagate(everything(s, 1))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if _, err := p.Next(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	promptMask(t, s, 1, 6, v.truth[0][6])
	for range steps(p) - 3 {
		r, err := p.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, ok := r.Results[1]; ok == (r.Frame == 6) {
			t.Errorf("frame %d: result %v", r.Frame, ok)
		}
	}
	p.Close()
	if _, err := p.Next(t.Context()); !errors.Is(err, inference.ErrClosed) {
		t.Errorf("Next after Close: %v", err)
	}
}

// Flow is computed once per frame and neighbour, whatever is tracked with it.
func TestFlowIsComputedOnce(t *testing.T) {
	v := crossing()
	s := openSession(t, v, nil)
	done := make(chan error)
	for w := range 4 {
		go func() {
			for f := range v.Len() {
				if err := s.Encode(t.Context(), (f*7+w)%v.Len()); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range 4 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	want := int64(2 * (v.Len() - 1))
	check := func(when string) {
		t.Helper()
		if n := s.store.flows.Load(); n != want {
			t.Errorf("%s: %d flows, want %d", when, n, want)
		}
	}
	check("Phase 1")
	promptMask(t, s, 1, 0, v.truth[0][0])
	run(t, s, inference.PropagateRequest{Objects: []annotate.ObjectID{1}, Range: annotate.Range{Last: v.Len() - 1}, Direction: inference.Forward}, -1)
	check("one object")
	promptMask(t, s, 2, 10, v.truth[1][10])
	run(t, s, everything(s, 2), -1)
	check("a second object, both directions")
	promptMask(t, s, 1, 12, v.truth[0][12])
	run(t, s, everything(s, 1), -1)
	check("a refine")
}
