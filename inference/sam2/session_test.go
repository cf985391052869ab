package sam2

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// rig is a session over the toy model.
type rig struct {
	t     testing.TB
	g     *toyGraphs
	video *toyVideo
	s     *Session
}

func defaults() inference.Settings { return inference.DefaultSettings() }

func newRig(t testing.TB, frames int, settings inference.Settings) *rig {
	t.Helper()
	g := &toyGraphs{m: toyModel()}
	return openRig(t, g, &toyVideo{w: 48, h: 36, n: frames}, nil, settings)
}

func openRig(t testing.TB, g *toyGraphs, v *toyVideo, cache *inference.FeatureCache, settings inference.Settings) *rig {
	t.Helper()
	if cache == nil {
		var err error
		if cache, err = inference.OpenFeatureCache("", 64<<20, 0); err != nil {
			t.Fatal(err)
		}
	}
	s, err := NewSession(g.m, g, v, cache, settings)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return &rig{t, g, v, s}
}

func key(obj, frame int) annotate.FrameKey {
	return annotate.FrameKey{Object: annotate.ObjectID(obj), Frame: frame}
}

func (r *rig) prompt(obj, frame int, p annotate.Prompt) annotate.Result {
	r.t.Helper()
	res, err := r.s.SetPrompt(context.Background(), key(obj, frame), p)
	if err != nil {
		r.t.Fatalf("prompt for object %d on frame %d: %v", obj, frame, err)
	}
	return res
}

func (r *rig) request(dir inference.Direction, objects ...annotate.ObjectID) inference.PropagateRequest {
	return inference.PropagateRequest{Objects: objects, Range: annotate.Range{First: 0, Last: r.video.n - 1}, Direction: dir}
}

// shown is a result as text, for comparison.
func shown(t testing.TB, res annotate.Result) string {
	t.Helper()
	m, err := res.Mask.Load()
	if err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("%s score %g iou %g conf %g %s", m.RLEString(), res.Score, res.IoU, res.Confidence, res.Source)
}

// track runs a request to its end and returns what it gave, by object and frame.
func (r *rig) track(req inference.PropagateRequest) map[annotate.FrameKey]string {
	r.t.Helper()
	p, err := r.s.Propagate(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer p.Close()
	return r.drain(p)
}

func (r *rig) drain(p inference.Propagation) map[annotate.FrameKey]string {
	r.t.Helper()
	out := map[annotate.FrameKey]string{}
	total := p.Coverage().Work
	n := 0
	for {
		res, err := p.Next(context.Background())
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			r.t.Fatal(err)
		}
		n++
		for id, one := range res.Results {
			k := annotate.FrameKey{Object: id, Frame: res.Frame}
			if _, twice := out[k]; twice && !r.s.strict {
				r.t.Errorf("object %d, frame %d came twice", id, res.Frame)
			}
			out[k] = shown(r.t, one)
		}
	}
	if n > total {
		r.t.Errorf("%d frames came, %d were planned", n, total)
	}
	return out
}

// state describes everything the predictor has stored.
func (r *rig) state() string {
	var b strings.Builder
	for _, o := range r.s.p.objects {
		fmt.Fprintf(&b, "object %d tracked %v points %v masks %v\n", o.id, sorted(o.tracked), sorted(o.points), sorted(o.masks))
		for name, store := range map[string]map[int]*output{"1": o.cond, "2": o.non, "3": o.pendCond, "4": o.pendNon} {
			for _, f := range keys(store) {
				h := fnv.New64()
				fmt.Fprint(h, *store[f])
				fmt.Fprintf(&b, " %s/%d %x\n", name, f, h.Sum64())
			}
		}
	}
	for _, k := range slices.SortedFunc(maps.Keys(r.s.keys), func(a, b annotate.FrameKey) int { return a.Frame - b.Frame }) {
		fmt.Fprintf(&b, "key %v %v\n", k, len(r.s.keys[k].steps))
	}
	lines := strings.Split(b.String(), "\n")
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func sorted[V any](m map[int]V) string {
	out := ""
	for _, k := range keys(m) {
		out += fmt.Sprintf(" %d:%v", k, m[k])
	}
	return out
}

func differ(t *testing.T, what string, got, want map[annotate.FrameKey]string) {
	t.Helper()
	if len(got) != len(want) || len(want) == 0 {
		t.Fatalf("%s: %d results, want %d", what, len(got), len(want))
	}
	for k, w := range want {
		if got[k] != w {
			t.Errorf("%s: object %d, frame %d is\n%s, want\n%s", what, k.Object, k.Frame, got[k], w)
			return
		}
	}
}

func TestEveryFrameComesOnce(t *testing.T) {
	for _, c := range []struct {
		dir  inference.Direction
		want [2]int // frames of object 1, keyed on frames 6 and 9 of 12
	}{
		{inference.Both, [2]int{0, 11}},
		{inference.Forward, [2]int{6, 11}},
		{inference.Backward, [2]int{0, 9}},
	} {
		r := newRig(t, 12, defaults())
		r.prompt(1, 6, click(20, 20, true))
		r.prompt(1, 9, click(24, 18, true))
		p, err := r.s.Propagate(r.request(c.dir, 1))
		if err != nil {
			t.Fatal(err)
		}
		got := r.drain(p)
		if n := c.want[1] - c.want[0] + 1; len(got) != n || p.Coverage() != (inference.Coverage{Frames: n, Finished: n, Work: n, Worked: n}) {
			t.Errorf("%s: %d frames, counted %+v, want %d", c.dir, len(got), p.Coverage(), n)
		}
		for f := c.want[0]; f <= c.want[1]; f++ {
			if got[key(1, f)] == "" {
				t.Errorf("%s: frame %d is missing", c.dir, f)
			}
		}
	}
}

func TestRangeSkipAndProtection(t *testing.T) {
	r := newRig(t, 12, defaults())
	r.prompt(1, 0, click(20, 20, true))
	if err := r.s.SetKnown(key(1, 5), rectMask(48, 36, 10, 10, 30, 20), true); err != nil {
		t.Fatal(err)
	}
	req := r.request(inference.Forward, 1)
	req.Range = annotate.Range{First: 2, Last: 8}
	req.Skip = func(k annotate.FrameKey) bool { return k.Frame == 3 }
	got := r.track(req)
	var frames []int
	for k := range got {
		frames = append(frames, k.Frame)
	}
	slices.Sort(frames)
	if !slices.Equal(frames, []int{2, 4, 6, 7, 8}) {
		t.Errorf("frames %v: 0 and 1 are outside, 3 is finished, 5 protected", frames)
	}
}

// The acceptance of a frame must guide the frames around it, on both sides.
func TestProtectedFramesGuide(t *testing.T) {
	plain := newRig(t, 12, defaults())
	plain.prompt(1, 0, click(20, 20, true))
	free := plain.track(plain.request(inference.Forward, 1))
	r := newRig(t, 12, defaults())
	r.prompt(1, 0, click(20, 20, true))
	if err := r.s.SetKnown(key(1, 6), rectMask(48, 36, 0, 0, 8, 8), true); err != nil {
		t.Fatal(err)
	}
	guided := r.track(r.request(inference.Forward, 1))
	for _, f := range []int{3, 7, 11} {
		if guided[key(1, f)] == free[key(1, f)] {
			t.Errorf("frame %d does not feel the accepted mask", f)
		}
	}
	if err := r.s.SetKnown(key(1, 6), annotate.Mask{}, true); err != nil {
		t.Fatal(err)
	}
	differ(t, "after lifting the protection", r.track(r.request(inference.Forward, 1)), free)
}

func TestCorrectionsAreKept(t *testing.T) {
	r := newRig(t, 14, defaults())
	r.prompt(1, 0, click(20, 20, true))
	before := r.track(r.request(inference.Both, 1))
	for _, frame := range []int{7, 0} { // a tracked frame, then a keyframe
		prompt := click(12, 9, frame != 7)
		if frame == 0 {
			prompt = click(20, 20, true).WithPoint(annotate.Point{X: 5, Y: 30, Positive: false})
		}
		want := shown(t, r.prompt(1, frame, prompt))
		if want == before[key(1, frame)] {
			t.Fatalf("frame %d: the correction changes nothing, the test proves nothing", frame)
		}
		after := r.track(r.request(inference.Both, 1))
		if after[key(1, frame)] != want {
			t.Errorf("frame %d: the correction is lost", frame)
		}
		if after[key(1, frame+1)] == before[key(1, frame+1)] {
			t.Errorf("frame %d: the correction does not guide the next frame", frame)
		}
		before = after
	}
}

// The reference loses a correction on a tracked frame when it tracks over it
// again; strict parity reproduces that.
func TestStrictParityLosesCorrections(t *testing.T) {
	settings := defaults()
	settings.StrictParity = true
	r := newRig(t, 14, settings)
	r.prompt(1, 0, click(20, 20, true))
	before := r.track(r.request(inference.Forward, 1))
	fixed := shown(t, r.prompt(1, 7, click(12, 9, false)))
	if fixed == before[key(1, 7)] {
		t.Fatal("the correction changes nothing, the test proves nothing")
	}
	differ(t, "tracked over", r.track(r.request(inference.Forward, 1)), before)
}

// What a prompt means must not depend on how it was entered.
func TestAnswersDependOnPromptsOnly(t *testing.T) {
	a, b, c := annotate.Point{X: 20, Y: 20, Positive: true}, annotate.Point{X: 30, Y: 10, Positive: false}, annotate.Point{X: 8, Y: 8, Positive: true}
	box := &annotate.Box{X0: 4, Y0: 5, X1: 40, Y1: 30}
	full := annotate.Prompt{Box: box, Points: []annotate.Point{a, b}}
	at := newRig(t, 5, defaults())
	want := shown(t, at.prompt(1, 2, full))

	stepwise := newRig(t, 5, defaults())
	stepwise.prompt(1, 2, annotate.Prompt{Box: box})
	stepwise.prompt(1, 2, annotate.Prompt{Box: box, Points: []annotate.Point{a}})
	if got := shown(t, stepwise.prompt(1, 2, full)); got != want {
		t.Errorf("click by click: %s, want %s", got, want)
	}
	undone := newRig(t, 5, defaults())
	undone.prompt(1, 2, annotate.Prompt{Points: []annotate.Point{c}})
	undone.prompt(1, 2, annotate.Prompt{Box: box, Points: []annotate.Point{a, c, b}})
	if got := shown(t, undone.prompt(1, 2, full)); got != want {
		t.Errorf("after undone clicks: %s, want %s", got, want)
	}
	other := newRig(t, 5, defaults())
	if got := shown(t, other.prompt(1, 2, annotate.Prompt{Box: box, Points: []annotate.Point{b, a}})); got == want {
		t.Error("the order of clicks has no effect: the prior mask is not used")
	}
}

func TestPreviewChangesNothing(t *testing.T) {
	for _, strict := range []bool{false, true} {
		settings := defaults()
		settings.StrictParity = strict
		r := newRig(t, 6, settings)
		r.prompt(1, 1, click(20, 20, true))
		r.track(r.request(inference.Forward, 1))
		before := r.state()
		for _, k := range []annotate.FrameKey{key(1, 1), key(1, 4), key(2, 0)} {
			prompt := click(9, 9, true)
			seen, err := r.s.Preview(context.Background(), k, prompt)
			if err != nil {
				t.Fatal(err)
			}
			if r.state() != before {
				t.Fatalf("a preview on %v changed the state", k)
			}
			probe := newRig(t, 6, settings)
			probe.prompt(1, 1, click(20, 20, true))
			probe.track(probe.request(inference.Forward, 1))
			if got := shown(t, probe.prompt(int(k.Object), k.Frame, prompt)); got != shown(t, seen) {
				t.Errorf("strict %v, %v: the preview differs from the prompt", strict, k)
			}
		}
	}
}

func TestClearPromptRestores(t *testing.T) {
	r := newRig(t, 10, defaults())
	r.prompt(1, 0, click(20, 20, true))
	before := r.track(r.request(inference.Both, 1))
	r.prompt(1, 5, click(9, 9, false))
	r.track(r.request(inference.Both, 1))
	if err := r.s.ClearPrompt(key(1, 5)); err != nil {
		t.Fatal(err)
	}
	differ(t, "after clearing a correction", r.track(r.request(inference.Both, 1)), before)

	r.prompt(2, 3, click(30, 12, true))
	if err := r.s.ClearPrompt(key(1, 0)); err != nil {
		t.Fatal(err)
	}
	if _, err := r.s.Propagate(r.request(inference.Both, 1, 2)); !errors.Is(err, inference.ErrUsage) {
		t.Errorf("an object without prompts was accepted: %v", err)
	}
	r.prompt(1, 0, click(20, 20, true))
	differ(t, "prompted anew", r.track(r.request(inference.Both, 1)), before)
}

func TestHiddenObjectComesBack(t *testing.T) {
	r := newRig(t, 8, defaults())
	r.g.shift = 50
	r.prompt(1, 0, click(20, 20, true))
	p, err := r.s.Propagate(r.request(inference.Forward, 1))
	if err != nil {
		t.Fatal(err)
	}
	for f := range 8 {
		r.g.shift = 50
		if f == 3 || f == 4 {
			r.g.shift = -50
		}
		res, err := p.Next(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		one := res.Results[1]
		hidden := f == 3 || f == 4
		if (one.Area == 0) != hidden || (one.Score <= 0) != hidden {
			t.Errorf("frame %d: area %d, score %g", f, one.Area, one.Score)
		}
		if one.Confidence < 0 || one.Confidence > 1 {
			t.Errorf("frame %d: confidence %g", f, one.Confidence)
		}
	}
}

func TestEmptyMaskMeansHidden(t *testing.T) {
	r := newRig(t, 4, defaults())
	empty := annotate.EmptyMask(48, 36)
	res := r.prompt(1, 1, annotate.Prompt{Mask: &empty})
	out := r.s.p.object(1).pendCond[1]
	if res.Area != 0 || out.score != -10 || !slices.Equal(out.ptr, r.g.m.NoObjPtr) {
		t.Errorf("area %d, score %g, pointer %v", res.Area, out.score, out.ptr)
	}
	mask := rectMask(48, 36, 10, 10, 30, 30)
	res = r.prompt(1, 2, annotate.Prompt{Mask: &mask})
	if got, _ := res.Mask.Load(); !got.Equal(mask) || res.Source != annotate.Painted || res.Score != 10 {
		t.Errorf("a painted mask came back as %+v", res)
	}
}

func TestBadInputChangesNothing(t *testing.T) {
	r := newRig(t, 6, defaults())
	r.prompt(1, 1, click(20, 20, true))
	r.track(r.request(inference.Forward, 1))
	before := r.state()
	small := rectMask(10, 10, 0, 0, 5, 5)
	ok := rectMask(48, 36, 0, 0, 5, 5)
	prompts := map[string]struct {
		key    annotate.FrameKey
		prompt annotate.Prompt
	}{
		"empty":              {key(1, 2), annotate.Prompt{}},
		"point outside":      {key(1, 2), click(48, 10, true)},
		"point negative":     {key(1, 2), click(-1, 10, true)},
		"box without area":   {key(1, 2), annotate.Prompt{Box: &annotate.Box{X0: 3, Y0: 4, X1: 3, Y1: 9}}},
		"frame beyond end":   {key(1, 6), click(20, 20, true)},
		"frame before zero":  {key(1, -1), click(20, 20, true)},
		"mask of wrong size": {key(1, 2), annotate.Prompt{Mask: &small}},
		"mask and box":       {key(1, 2), annotate.Prompt{Mask: &ok, Box: &annotate.Box{X0: 1, Y0: 1, X1: 9, Y1: 9}}},
	}
	for name, c := range prompts {
		if _, err := r.s.SetPrompt(context.Background(), c.key, c.prompt); !errors.Is(err, inference.ErrUsage) {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := r.s.Preview(context.Background(), c.key, c.prompt); !errors.Is(err, inference.ErrUsage) {
			t.Errorf("preview, %s: %v", name, err)
		}
	}
	for name, change := range map[string]func(*inference.PropagateRequest){
		"no object":      func(q *inference.PropagateRequest) { q.Objects = nil },
		"unknown object": func(q *inference.PropagateRequest) { q.Objects = []annotate.ObjectID{1, 9} },
		"range":          func(q *inference.PropagateRequest) { q.Range.Last = 6 },
		"empty range":    func(q *inference.PropagateRequest) { q.Range = annotate.Range{First: 4, Last: 2} },
		"direction":      func(q *inference.PropagateRequest) { q.Direction = "sideways" },
	} {
		req := r.request(inference.Both, 1)
		change(&req)
		if _, err := r.s.Propagate(req); !errors.Is(err, inference.ErrUsage) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, err := range map[string]error{
		"encode beyond end": r.s.Encode(context.Background(), 6),
		"clear beyond end":  r.s.ClearPrompt(key(1, 77)),
		"known beyond end":  r.s.SetKnown(key(1, 77), ok, true),
		"known wrong size":  r.s.SetKnown(key(1, 2), small, true),
	} {
		if !errors.Is(err, inference.ErrUsage) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if r.state() != before {
		t.Error("bad input changed the state")
	}
}

func TestBadSettings(t *testing.T) {
	g := &toyGraphs{m: toyModel()}
	for name, change := range map[string]func(*inference.Settings){
		"no memory":      func(s *inference.Settings) { s.MemoryFrames = 0 },
		"too much":       func(s *inference.Settings) { s.MemoryFrames = 8 },
		"pointers":       func(s *inference.Settings) { s.Pointers = 17 },
		"fewer than nil": func(s *inference.Settings) { s.Pointers = -1 },
	} {
		settings := defaults()
		change(&settings)
		if _, err := NewSession(g.m, g, &toyVideo{w: 48, h: 36, n: 3}, nil, settings); !errors.Is(err, inference.ErrUsage) {
			t.Errorf("%s: %v", name, err)
		}
	}
	broken := toyModel()
	broken.TPos = broken.TPos[:5]
	if _, err := NewSession(broken, g, &toyVideo{w: 48, h: 36, n: 3}, nil, defaults()); !errors.Is(err, ErrModel) {
		t.Errorf("a model with a short table: %v", err)
	}
}

func TestClosedSession(t *testing.T) {
	r := newRig(t, 3, defaults())
	r.prompt(1, 0, click(20, 20, true))
	p, err := r.s.Propagate(r.request(inference.Forward, 1))
	if err != nil {
		t.Fatal(err)
	}
	r.s.Close()
	_, e1 := r.s.SetPrompt(context.Background(), key(1, 0), click(1, 1, true))
	_, e2 := p.Next(context.Background())
	for _, err := range []error{e1, e2, r.s.Encode(context.Background(), 1), r.s.RemoveObject(1)} {
		if !errors.Is(err, inference.ErrClosed) {
			t.Errorf("after Close: %v", err)
		}
	}
}

// Undoing a run takes its results back: nothing of them may guide what follows.
func TestTakenBackResultsGuideNothing(t *testing.T) {
	fresh := newRig(t, 10, defaults())
	fresh.prompt(1, 0, click(20, 20, true))
	fresh.prompt(1, 6, click(9, 9, true))
	want := fresh.track(fresh.request(inference.Both, 1))

	r := newRig(t, 10, defaults())
	r.prompt(1, 0, click(20, 20, true))
	r.track(r.request(inference.Both, 1))
	for f := 1; f < 10; f++ {
		if err := r.s.SetKnown(key(1, f), annotate.Mask{}, false); err != nil {
			t.Fatal(err)
		}
	}
	r.prompt(1, 6, click(9, 9, true))
	differ(t, "after undo", r.track(r.request(inference.Both, 1)), want)
}
