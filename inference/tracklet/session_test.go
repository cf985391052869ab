package tracklet

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/inference/internal/enginetest"
)

const frames = 30

// fake is an engine whose mask of a frame says which keyframes of the same object
// it knows: its area is their sum.
type fake struct {
	inference.Session
	prompts, protected map[annotate.FrameKey]bool
	open               int // propagations
}

func newFake() *fake {
	return &fake{prompts: map[annotate.FrameKey]bool{}, protected: map[annotate.FrameKey]bool{}}
}

func maskOf(area int) annotate.Mask {
	m := annotate.NewBitmap(64, 64)
	for i := range area {
		m.Set(i%64, i/64, true)
	}
	return annotate.MaskFromBitmap(m)
}

func (f *fake) keys(id annotate.ObjectID) []int {
	all := map[int]bool{}
	for _, set := range []map[annotate.FrameKey]bool{f.prompts, f.protected} {
		for k := range set {
			if k.Object == id {
				all[k.Frame] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(all))
}

func (f *fake) answer(id annotate.ObjectID) annotate.Result {
	sum := 0
	for _, k := range f.keys(id) {
		sum += k + 1
	}
	return annotate.NewResult(maskOf(sum), 1, annotate.Tracked, "fake")
}

func (f *fake) SetPrompt(_ context.Context, k annotate.FrameKey, _ annotate.Prompt) (annotate.Result, error) {
	f.prompts[k] = true
	return f.answer(k.Object), nil
}

func (f *fake) ClearPrompt(k annotate.FrameKey) error { delete(f.prompts, k); return nil }

func (f *fake) SetKnown(k annotate.FrameKey, m annotate.Mask, protected bool) error {
	delete(f.protected, k)
	if protected && !m.IsZero() {
		f.protected[k] = true
	}
	return nil
}

func (f *fake) RemoveObject(id annotate.ObjectID) error {
	for _, set := range []map[annotate.FrameKey]bool{f.prompts, f.protected} {
		maps.DeleteFunc(set, func(k annotate.FrameKey, _ bool) bool { return k.Object == id })
	}
	return nil
}

// Propagate gives all frames of the range on the asked side that are not skipped.
func (f *fake) Propagate(req inference.PropagateRequest) (inference.Propagation, error) {
	if f.open > 0 {
		return nil, fmt.Errorf("a propagation is open already")
	}
	first, last := frames, -1
	for _, id := range req.Objects {
		keys := f.keys(id)
		if len(keys) == 0 {
			return nil, fmt.Errorf("%w: object %d has no prompt", inference.ErrUsage, id)
		}
		first, last = min(first, keys[0]), max(last, keys[len(keys)-1])
	}
	p := &fakeRun{f: f, tally: inference.NewTally(req.Range, req.Direction.Side(first, last))}
	for frame := req.Range.First; frame <= req.Range.Last; frame++ {
		out := inference.FrameResults{Frame: frame, Results: map[annotate.ObjectID]annotate.Result{}}
		for _, id := range req.Objects {
			k := annotate.FrameKey{Object: id, Frame: frame}
			keys := f.keys(id)
			if req.Direction.Side(keys[0], keys[len(keys)-1])(frame) && (req.Skip == nil || !req.Skip(k)) {
				out.Results[id] = f.answer(id)
			}
		}
		if len(out.Results) > 0 {
			p.left = append(p.left, out)
			p.tally.Plan(frame, 1)
		}
	}
	f.open++
	return p, nil
}

type fakeRun struct {
	f     *fake
	left  []inference.FrameResults
	tally *inference.Tally
}

func (p *fakeRun) Coverage() inference.Coverage { return p.tally.Coverage() }
func (p *fakeRun) Close()                       { p.f.open-- }

func (p *fakeRun) Next(ctx context.Context) (inference.FrameResults, error) {
	if len(p.left) == 0 {
		return inference.FrameResults{}, io.EOF
	}
	out := p.left[0]
	p.left = p.left[1:]
	p.tally.Done(out.Frame, 1)
	return out, ctx.Err()
}

// world is what objects are told in a test, and what follows from that.
type world struct {
	keys    map[annotate.ObjectID]map[int]bool // true: a prompt, false: protected
	splits  map[annotate.ObjectID][]annotate.Range
	session *Session
}

func randomStretches(r *rand.Rand) []annotate.Range {
	var out []annotate.Range
	for f := 0; f < frames; {
		end := min(frames-1, f+r.IntN(frames))
		out = append(out, annotate.Range{First: f, Last: end})
		f = end + 1
		if r.IntN(3) == 0 {
			f += 1 + r.IntN(4) // absent
		}
	}
	return out
}

func (w *world) tell(t *testing.T, k annotate.FrameKey, prompt bool) {
	t.Helper()
	var err error
	if prompt {
		_, err = w.session.SetPrompt(t.Context(), k, annotate.Prompt{})
	} else {
		err = w.session.SetKnown(k, maskOf(1), true)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// guides returns the keyframes of the stretch of a frame.
func (w *world) guides(id annotate.ObjectID, frame int) []int {
	i := indexOf(w.splits[id], frame)
	if i < 0 {
		return nil
	}
	var out []int
	for f := range w.keys[id] {
		if w.splits[id][i].Contains(f) {
			out = append(out, f)
		}
	}
	slices.Sort(out)
	return out
}

// Whatever is told, cleared and split, in whatever order: each frame is tracked
// once, from the keyframes of its own stretch and no others, and frames without
// any are left alone.
func TestStretchesGuideThemselvesAlone(t *testing.T) {
	for seed := range uint64(300) {
		r := rand.New(rand.NewPCG(seed, 5))
		f := newFake()
		w := world{map[annotate.ObjectID]map[int]bool{}, map[annotate.ObjectID][]annotate.Range{}, New(f)}
		for id := annotate.ObjectID(1); id <= 3; id++ {
			w.keys[id], w.splits[id] = map[int]bool{}, []annotate.Range{{First: 0, Last: frames - 1}}
		}
		for range 25 {
			k := annotate.FrameKey{Object: annotate.ObjectID(1 + r.IntN(3)), Frame: r.IntN(frames)}
			_, has := w.keys[k.Object][k.Frame]
			switch {
			case r.IntN(5) == 0:
				w.splits[k.Object] = randomStretches(r)
				forgot, err := w.session.Split(k.Object, w.splits[k.Object])
				if err != nil {
					t.Fatal(err)
				}
				if forgot {
					for frame, prompt := range w.keys[k.Object] {
						w.tell(t, annotate.FrameKey{Object: k.Object, Frame: frame}, prompt)
					}
				}
			case has && r.IntN(3) == 0:
				if err := w.session.ClearPrompt(k); err != nil {
					t.Fatal(err)
				}
				if err := w.session.SetKnown(k, annotate.Mask{}, false); err != nil {
					t.Fatal(err)
				}
				delete(w.keys[k.Object], k.Frame)
			case !has:
				w.keys[k.Object][k.Frame] = r.IntN(2) == 0
				w.tell(t, k, w.keys[k.Object][k.Frame])
			}
		}
		w.check(t, r, seed)
		if f.open != 0 {
			t.Fatalf("seed %d: %d propagations are open", seed, f.open)
		}
	}
}

func (w *world) check(t *testing.T, r *rand.Rand, seed uint64) {
	t.Helper()
	first := r.IntN(frames)
	req := inference.PropagateRequest{
		Objects: []annotate.ObjectID{1, 2, 3}, Range: annotate.Range{First: first, Last: first + r.IntN(frames-first)},
		Direction: []inference.Direction{inference.Both, inference.Forward, inference.Backward}[r.IntN(3)],
		Skip:      func(k annotate.FrameKey) bool { return k.Frame%7 == int(k.Object) },
	}
	want := map[annotate.FrameKey]int{}
	for _, id := range req.Objects {
		for frame := req.Range.First; frame <= req.Range.Last; frame++ {
			k := annotate.FrameKey{Object: id, Frame: frame}
			keys := w.guides(id, frame)
			if len(keys) == 0 || req.Skip(k) || !req.Direction.Side(keys[0], keys[len(keys)-1])(frame) {
				continue
			}
			for _, key := range keys {
				want[k] += key + 1
			}
		}
	}
	p, err := w.session.Propagate(req)
	if err != nil {
		if len(want) > 0 {
			t.Fatalf("seed %d: %v", seed, err)
		}
		return
	}
	p.Close()
	got := map[annotate.FrameKey]int{}
	for k, res := range enginetest.Drain(t, w.session, req) {
		got[k] = res.Area
	}
	if !maps.Equal(got, want) {
		t.Fatalf("seed %d: %+v over %v: got %v, want %v", seed, req.Direction, w.splits, got, want)
	}
	all := make([]int, frames)
	for i := range all {
		all[i] = i
	}
	needed := w.session.Needed(all, &req)
	for k := range want {
		if !slices.Contains(needed, k.Frame) {
			t.Fatalf("seed %d: frame %d is not encoded", seed, k.Frame)
		}
	}
}

// A frame counts once in the progress, and is finished with the last stretch that
// covers it.
func TestCoverage(t *testing.T) {
	s := New(newFake())
	for _, k := range []annotate.FrameKey{{Object: 1, Frame: 0}, {Object: 1, Frame: 20}, {Object: 2, Frame: 5}} {
		if _, err := s.SetPrompt(t.Context(), k, annotate.Prompt{}); err != nil {
			t.Fatal(err)
		}
	}
	if forgot, err := s.Split(1, []annotate.Range{{First: 0, Last: 9}, {First: 20, Last: 29}}); err != nil || !forgot {
		t.Fatal(forgot, err)
	}
	for _, f := range []int{0, 20} {
		if _, err := s.SetPrompt(t.Context(), annotate.FrameKey{Object: 1, Frame: f}, annotate.Prompt{}); err != nil {
			t.Fatal(err)
		}
	}
	p, err := s.Propagate(inference.PropagateRequest{
		Objects: []annotate.ObjectID{1, 2}, Range: annotate.Range{First: 0, Last: 29}, Direction: inference.Both,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	before := inference.Coverage{Frames: 30, Work: 50}
	if got := p.Coverage(); got != before {
		t.Errorf("at first %+v, want %+v", got, before)
	}
	for {
		if _, err := p.Next(t.Context()); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		now := p.Coverage()
		if now.Finished < before.Finished || now.Worked < before.Worked || now.Frames != 30 || now.Work != 50 {
			t.Fatalf("%+v after %+v", now, before)
		}
		before = now
	}
	if want := (inference.Coverage{Frames: 30, Finished: 30, Work: 50, Worked: 50}); p.Coverage() != want {
		t.Errorf("at the end %+v", p.Coverage())
	}
}

// An object in one piece keeps its ID, also when a cut is found where nothing is
// known of it.
func TestOnePieceIsLeftAlone(t *testing.T) {
	f := newFake()
	s := New(f)
	key := annotate.FrameKey{Object: 7, Frame: 3}
	if _, err := s.SetPrompt(t.Context(), key, annotate.Prompt{}); err != nil {
		t.Fatal(err)
	}
	if forgot, err := s.Split(7, []annotate.Range{{First: 0, Last: 9}, {First: 10, Last: 29}}); err != nil || forgot {
		t.Errorf("forgot %v, %v", forgot, err)
	}
	if !f.prompts[key] {
		t.Error("the engine's session lost the prompt")
	}
}
