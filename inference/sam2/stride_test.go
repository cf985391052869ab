package sam2

import (
	"context"
	"fmt"
	"image"
	"maps"
	"slices"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/internal/enginetest"
	"github.com/masklet/masklet/inference/stride"
)

// still says that nothing moves.
type still struct{}

func (still) Between(_ context.Context, a, _ *image.RGBA) (stride.Step, error) {
	w, h := a.Rect.Dx()/4, a.Rect.Dy()/4
	f := stride.Field{W: w, H: h, V: make([]float32, 2*w*h)}
	return stride.Step{There: f, Back: f}, nil
}

// strideRig is a session over the toy model that tracks every nth frame.
func strideRig(t testing.TB, frames, every int) (*rig, *stride.Session) {
	t.Helper()
	settings := defaults()
	settings.Stride = every
	r := newRig(t, frames, settings)
	return r, wrapped(t, r, every)
}

func wrapped(t testing.TB, r *rig, every int) *stride.Session {
	t.Helper()
	s, err := stride.New(r.s, r.video, "toy", every, still{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestProgressWithStride(t *testing.T) {
	for _, every := range []int{3, 30} {
		checkProgress(t, func(r *rig) inference.Session { return wrapped(t, r, every) })
	}
}

func framesFrom(source annotate.Source, results map[annotate.FrameKey]annotate.Result) []int {
	var out []int
	for k, r := range results {
		if r.Source == source {
			out = append(out, k.Frame)
		}
	}
	slices.Sort(out)
	return out
}

// Phase 1 encodes the tracked frames alone and counts them; Phase 2 returns
// every frame of the range and encodes nothing more.
func TestStrideEncodesOnlyWhatItTracks(t *testing.T) {
	const frames = 24
	r, s := strideRig(t, frames, 5)
	if _, err := s.SetPrompt(t.Context(), key(1, 7), click(20, 20, true)); err != nil {
		t.Fatal(err)
	}
	var phase1 inference.Progress
	results := map[annotate.FrameKey]annotate.Result{}
	ended := make(chan inference.JobEnded, 1)
	runner := inference.NewRunner(s, frames, func(e inference.Event) {
		switch e := e.(type) {
		case inference.ProgressEvent:
			if e.Progress.Stage == inference.Encoded {
				phase1 = e.Progress
			}
		case inference.FrameTracked:
			for id, one := range e.Results {
				results[annotate.FrameKey{Object: id, Frame: e.Frame}] = one
			}
		case inference.JobEnded:
			ended <- e
		}
	})
	defer runner.Close()
	req := r.request(inference.Both, 1)
	job := inference.Job{Propagate: &req}
	for f := range frames {
		job.Encode = append(job.Encode, f)
	}
	if _, err := runner.Track(job); err != nil {
		t.Fatal(err)
	}
	end := <-ended
	if end.Err != nil {
		t.Fatal(end.Err)
	}
	// 0, 5, 10, 15, 20, the keyframe 7 and the last frame 23.
	const tracked = 7
	if n := r.g.encoded.Load(); n != tracked {
		t.Errorf("the encoder ran %d times", n)
	}
	if phase1.Total != tracked || phase1.Done != tracked || end.Stats.Encoded != tracked-1 {
		t.Errorf("Phase 1 counted %d of %d, %d of them new", phase1.Done, phase1.Total, end.Stats.Encoded)
	}
	if end.Stats.Frames != frames || end.Stats.Tracked != frames || len(results) != frames {
		t.Errorf("Phase 2 counted %+v and returned %d frames of %d", end.Stats, len(results), frames)
	}
	if got := framesFrom(annotate.Tracked, results); !slices.Equal(got, []int{0, 5, 10, 15, 20, 23}) {
		t.Errorf("tracked frames %v", got)
	}
	if got := framesFrom(annotate.Prompted, results); !slices.Equal(got, []int{7}) {
		t.Errorf("prompted frames %v", got)
	}
}

// The tracked frames must be what they are in a video of the tracked frames
// alone: memory, time rows and pointers count tracked frames.
func TestStrideMemoryCountsTrackedFrames(t *testing.T) {
	const every, frames = 3, 61
	for _, reverse := range []bool{false, true} {
		r, s := strideRig(t, frames, every)
		var calls []Selection
		r.s.p.opt.Trace = func(tr Trace) {
			if tr.Selection != nil {
				calls = append(calls, *tr.Selection)
			}
		}
		from, dir := 0, inference.Forward
		if reverse {
			from, dir = frames-1, inference.Backward
		}
		if _, err := s.SetPrompt(t.Context(), key(1, from), click(20, 20, true)); err != nil {
			t.Fatal(err)
		}
		enginetest.Drain(t, s, r.request(dir, 1))

		dense := newRig(t, (frames-1)/every+1, defaults())
		var want []Selection
		dense.s.p.opt.Trace = func(tr Trace) {
			if tr.Selection != nil {
				want = append(want, *tr.Selection)
			}
		}
		dense.prompt(1, from/every, click(20, 20, true))
		dense.track(dense.request(dir, 1))
		if len(calls) != len(want) || len(want) != (frames-1)/every {
			t.Fatalf("%d calls of memory attention, want %d", len(calls), len(want))
		}
		for i := range want {
			for k := range want[i].Spatial {
				want[i].Spatial[k].Frame *= every
			}
			for k := range want[i].Pointers {
				want[i].Pointers[k].Frame *= every
			}
			if fmt.Sprint(calls[i]) != fmt.Sprint(want[i]) {
				t.Errorf("reverse %v, call %d attends to %v, want %v", reverse, i, calls[i], want[i])
			}
		}
	}
}

// Frames off the rhythm, such as keyframes, count as steps too.
func TestStrideMemoryAroundAKeyframe(t *testing.T) {
	w := window{frames: 4, pointers: 4, stride: 1, every: 5, maxCond: 2, norm: 15}
	non := map[int]bool{0: true, 5: true, 10: true, 15: true}
	s := stored{
		cond: []int{3, 7, 12},
		has:  func(f int) bool { return non[f] },
		all:  func() []int { return []int{0, 3, 5, 7, 10, 12, 15} },
	}
	got := w.choose(s, 15, 40, false, 6)
	want := Selection{
		Spatial:  []SpatialRef{{12, 6}, {7, 6}, {10, 1}},
		Pointers: []PointerRef{{12, 1}, {7, 3}, {10, 2}},
		Norm:     15,
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("frame 15 attends to %v, want %v", got, want)
	}
	got = w.choose(s, 5, 40, true, 6)
	want = Selection{
		Spatial:  []SpatialRef{{3, 6}, {7, 6}, {12, 2}, {10, 1}},
		Pointers: []PointerRef{{7, 1}, {10, 2}, {12, 3}},
		Norm:     15,
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("backwards frame 5 attends to %v, want %v", got, want)
	}
}

// A click on a frame between answers from memory and the mask that stood there,
// makes the frame a keyframe, and is kept when it is tracked over.
func TestRefineAFrameBetween(t *testing.T) {
	const frames = 21
	r, s := strideRig(t, frames, 5)
	ctx := t.Context()
	if _, err := s.SetPrompt(ctx, key(1, 0), click(20, 20, true)); err != nil {
		t.Fatal(err)
	}
	req := r.request(inference.Both, 1)
	first := enginetest.Drain(t, s, req)
	if first[key(1, 8)].Source != annotate.Warped {
		t.Fatalf("frame 8 is %q", first[key(1, 8)].Source)
	}
	before := r.state()
	seen, err := s.Preview(ctx, key(1, 8), click(9, 9, false))
	if err != nil {
		t.Fatal(err)
	}
	if r.state() != before {
		t.Error("a preview changed the state")
	}
	if _, err := s.SetPrompt(ctx, key(1, 8), annotate.Prompt{}); err == nil || r.state() != before {
		t.Errorf("a bad prompt: error %v, or the state changed", err)
	}
	var traces []Trace
	r.s.p.opt.Trace = func(tr Trace) { traces = append(traces, tr) }
	fixed, err := s.SetPrompt(ctx, key(1, 8), click(9, 9, false))
	if err != nil {
		t.Fatal(err)
	}
	if len(traces) != 1 || traces[0].Selection == nil {
		t.Errorf("the answer did not rest on memory: %+v", traces)
	}
	if shown(t, fixed) != shown(t, seen) {
		t.Error("the preview differs from the answer")
	}
	if base := r.s.keys[key(1, 8)].base; base == nil {
		t.Error("the answer did not rest on the mask that stood there")
	}
	again := enginetest.Drain(t, s, req)
	if shown(t, again[key(1, 8)]) != shown(t, fixed) {
		t.Error("the correction is lost")
	}
	if shown(t, again[key(1, 10)]) == shown(t, first[key(1, 10)]) {
		t.Error("the correction does not guide the next tracked frame")
	}
	if again[key(1, 9)].Source != annotate.Warped || len(again) != frames {
		t.Errorf("frame 9 is %q, %d frames came", again[key(1, 9)].Source, len(again))
	}

	if err := s.ClearPrompt(key(1, 8)); err != nil {
		t.Fatal(err)
	}
	back := enginetest.Drain(t, s, req)
	for f := range frames {
		if shown(t, back[key(1, f)]) != shown(t, first[key(1, f)]) {
			t.Errorf("frame %d is not what it was before the correction", f)
		}
	}
}

// A run that is cancelled in any graph and goes on, in the same session or in a
// new one that is told what is finished, gives what an uninterrupted one does.
func TestStrideCancelAndResume(t *testing.T) {
	const frames, every = 17, 4
	start := func() (*rig, *stride.Session) {
		r, s := strideRig(t, frames, every)
		for obj, f := range map[int]int{1: 3, 2: 9} {
			if _, err := s.SetPrompt(t.Context(), key(obj, f), click(20, 20, true)); err != nil {
				t.Fatal(err)
			}
		}
		return r, s
	}
	whole, s := start()
	calls := 0
	whole.g.before = func(string) error { calls++; return nil }
	req := whole.request(inference.Both, 1, 2)
	want := enginetest.Drain(t, s, req)
	if len(want) != 2*frames || calls < 30 {
		t.Fatalf("%d results, %d graph calls", len(want), calls)
	}
	for stop := 0; stop < calls; stop += 3 {
		r, s := start()
		ctx, cancel := context.WithCancel(t.Context())
		n := 0
		r.g.before = func(string) error {
			if n++; n == stop+1 {
				cancel()
			}
			return nil
		}
		p, err := s.Propagate(req)
		if err != nil {
			t.Fatal(err)
		}
		got := map[annotate.FrameKey]annotate.Result{}
		for {
			res, err := p.Next(ctx)
			if err != nil {
				break
			}
			for id, one := range res.Results {
				got[annotate.FrameKey{Object: id, Frame: res.Frame}] = one
			}
		}
		p.Close()
		rest := req
		rest.Skip = func(k annotate.FrameKey) bool { _, done := got[k]; return done }
		both := maps.Clone(got)
		for k, one := range enginetest.Drain(t, s, rest) {
			if _, twice := got[k]; twice {
				t.Errorf("stopped in call %d: frame %d came again", stop, k.Frame)
			}
			both[k] = one
		}
		if len(both) != len(want) {
			t.Fatalf("stopped in call %d: %d results, want %d", stop, len(both), len(want))
		}
		for k := range want {
			if shown(t, both[k]) != shown(t, want[k]) {
				t.Fatalf("stopped in call %d: object %d, frame %d differs", stop, k.Object, k.Frame)
			}
		}
	}
}

// A new session that is told what an earlier one finished does the rest, and
// fills in frames between finished ones as the earlier one would have.
func TestStrideGoesOnInANewSession(t *testing.T) {
	const frames, every = 17, 4
	prompt := click(20, 20, true)
	first, s := strideRig(t, frames, every)
	answer, err := s.SetPrompt(t.Context(), key(1, 6), prompt)
	if err != nil {
		t.Fatal(err)
	}
	req := first.request(inference.Both, 1)
	whole := enginetest.Drain(t, s, req)
	for stop := range frames {
		_, s := strideRig(t, frames, every)
		if _, err := s.SetPrompt(t.Context(), key(1, 6), prompt); err != nil {
			t.Fatal(err)
		}
		done := map[annotate.FrameKey]annotate.Result{}
		p, err := s.Propagate(req)
		if err != nil {
			t.Fatal(err)
		}
		for range stop {
			res, err := p.Next(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			done[key(1, res.Frame)] = res.Results[1]
		}
		p.Close()

		r, again := strideRig(t, frames, every)
		for k, one := range done {
			m, err := one.Mask.Load()
			if err != nil {
				t.Fatal(err)
			}
			if err := again.SetKnown(k, m, false); err != nil {
				t.Fatal(err)
			}
		}
		if err := inference.Restore(t.Context(), again, key(1, 6), prompt, answer); err != nil {
			t.Fatal(err)
		}
		rest := req
		rest.Skip = func(k annotate.FrameKey) bool { _, ok := done[k]; return ok }
		both := maps.Clone(done)
		for k, one := range enginetest.Drain(t, again, rest) {
			if _, twice := both[k]; twice {
				t.Errorf("stopped after %d: frame %d came again", stop, k.Frame)
			}
			both[k] = one
		}
		if len(both) != frames {
			t.Fatalf("stopped after %d: %d of %d frames", stop, len(both), frames)
		}
		for k, w := range whole {
			if both[k].Source != w.Source || (both[k].Area > 0) != (both[k].Score > 0) {
				t.Errorf("stopped after %d: frame %d is %+v", stop, k.Frame, both[k])
			}
			before, after := k.Frame/every*every, min(k.Frame/every*every+every, frames-1)
			_, a := done[key(1, before)]
			_, b := done[key(1, after)]
			if a && b && (before >= 8 || after <= 4) {
				if m, _ := both[k].Mask.Load(); !m.Equal(load(t, w)) {
					t.Errorf("stopped after %d: frame %d differs", stop, k.Frame)
				}
			}
		}
		if stop > 2 && r.g.encoded.Load() > 6 {
			t.Errorf("stopped after %d: %d frames encoded", stop, r.g.encoded.Load())
		}
	}
}

func load(t *testing.T, r annotate.Result) annotate.Mask {
	t.Helper()
	m, err := r.Mask.Load()
	if err != nil {
		t.Fatal(err)
	}
	return m
}
