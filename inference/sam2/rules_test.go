package sam2

import (
	"context"
	"math"
	"slices"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// Values exactly on a threshold: which side they fall on decides about masks.

func TestPriorIsClamped(t *testing.T) {
	if got := clampPrior([]float32{-1024, -32, 31.5, 33}); !slices.Equal(got, []float32{-32, -32, 31.5, 32}) {
		t.Errorf("prior %v", got)
	}
}

// A stability of 0.98 to the last bit is stable.
func TestStabilityAtItsThreshold(t *testing.T) {
	m := &Model{ImageSize: 32 * 4, DModel: 8, NoObjPtr: make([]float32, 8)}
	n := m.lowRes() * m.lowRes()
	o := &DecodeOutput{Masks: make([]float32, 4*n), IoU: []float32{0, 1, 0, 0}, Ptr: make([]float32, 32), Score: 1}
	for i := range n {
		o.Masks[i] = -1
	}
	for i := range 50 {
		o.Masks[i] = 1
	}
	o.Masks[0] = 0 // on by -0.05, not by 0.05: 49 of 50
	if c := m.decide(o, false); c.fallback || c.stability != stableMin {
		t.Errorf("stability %v: fallback %v", c.stability, c.fallback)
	}
	o.Masks[1] = 0
	if c := m.decide(o, false); !c.fallback {
		t.Errorf("stability %v: no fallback", c.stability)
	}
	o.Masks[0], o.Masks[1] = 0.05, -0.05 // neither limit is counted
	if got := stability(o.Masks[:n]); got != float32(48)/49 {
		t.Errorf("stability %v, want %v", got, float32(48)/49)
	}
}

// plane is a mask of logits 1 with the given value at some places.
func plane(side int, v float32, holes ...[2]int) []float32 {
	out := make([]float32, side*side)
	for i := range out {
		out[i] = 1
	}
	for _, h := range holes {
		out[h[1]*side+h[0]] = v
	}
	return out
}

// Holes hang together in all eight directions; a logit of exactly 0 is not on
// the object.
func TestHolesAreEightConnected(t *testing.T) {
	const side = 16
	for name, step := range map[string][2]int{"down left": {-1, 1}, "down right": {1, 1}, "across": {1, 0}, "down": {0, 1}} {
		var chain [][2]int
		x, y := 3, 3
		if step[0] < 0 {
			x = 12
		}
		for range 9 {
			chain = append(chain, [2]int{x, y})
			x, y = x+step[0], y+step[1]
		}
		for _, v := range []float32{0, -5} {
			nine := plane(side, v, chain...)
			if got := fillHoles(nine, side); !slices.Equal(got, nine) {
				t.Errorf("%s: a hole of nine pixels with logit %g was filled", name, v)
			}
			if got := fillHoles(plane(side, v, chain[1:]...), side); !slices.Equal(got, plane(side, 0.1, chain[1:]...)) {
				t.Errorf("%s: a hole of eight pixels with logit %g was not filled with 0.1", name, v)
			}
		}
	}
	// From the right upwards: the pixel that is met first is not the leftmost.
	hook := [][2]int{{8, 2}, {7, 3}, {6, 4}, {7, 5}, {8, 6}, {9, 5}, {10, 4}, {9, 3}, {8, 4}}
	if got := fillHoles(plane(side, -1, hook...), side); !slices.Equal(got, plane(side, -1, hook...)) {
		t.Error("a ring of nine pixels was taken for several holes")
	}
}

// Half a pixel of a mask prompt is on; a logit of 0 is not.
func TestMaskThresholds(t *testing.T) {
	m := toyModel()
	// From 64 to 32 an edge between columns 32 and 33 halves column 16.
	input := m.maskInput(rectMask(64, 64, 33, 0, 64, 64))
	for x := range 32 {
		if want := float32(0); x >= 16 {
			want = 1
			if input[x] != want {
				t.Errorf("column %d is %g, want %g", x, input[x], want)
			}
		} else if input[x] != want {
			t.Errorf("column %d is %g, want %g", x, input[x], want)
		}
	}
	low := make([]float32, 64)
	for _, v := range m.memoryMask(low, true) {
		if v != -10 {
			t.Fatalf("logit 0 became %g", v)
		}
	}
	for _, v := range m.memoryMask(low, false) {
		if v != 0 {
			t.Fatalf("logit 0 of a tracked mask became %g", v)
		}
	}
	if got := videoMask(low, 8, 20, 10); !got.Empty() {
		t.Errorf("logit 0 is on for %d pixels", got.Area())
	}
}

// The memory around a prompt is dropped when it enters the bank: before frames
// are tracked from it, not only once it is passed.
func TestClearAroundACorrection(t *testing.T) {
	for _, allCond := range []bool{true, false} {
		m := toyModel()
		g := &toyGraphs{m: m}
		opt := ReferenceOptions(m)
		opt.ClearMemoryAround, opt.AllFramesAsCond = true, allCond
		p, err := NewPredictor(m, g, toySource{g, &toyVideo{w: 40, h: 30, n: 30}}, Video{40, 30, 30}, opt)
		if err != nil {
			t.Fatal(err)
		}
		ctx := context.Background()
		for _, obj := range []int{1, 2} {
			if err := p.AddPrompt(ctx, key(obj, 0), click(20, 20, true)); err != nil {
				t.Fatal(err)
			}
		}
		if err := propagateAll(ctx, p, 0, -1, false); err != nil {
			t.Fatal(err)
		}
		if err := p.AddPrompt(ctx, key(1, 15), click(9, 9, false)); err != nil {
			t.Fatal(err)
		}
		if err := p.Preflight(ctx); err != nil {
			t.Fatal(err)
		}
		want := []int{1, 2, 3, 4, 5, 6, 7, 23, 24, 25, 26, 27, 28, 29}
		if got := keys(p.object(1).non); !slices.Equal(got, want) {
			t.Errorf("conditioning %v: frames with memory %v, want %v", allCond, got, want)
		}
		if got := keys(p.object(2).non); len(got) != 29 {
			t.Errorf("the other object lost memory: %v", got)
		}
	}
}

// The setting reaches the predictor: frames after a correction are tracked
// without what was tracked around it.
func TestClearAroundIsASetting(t *testing.T) {
	attended := func(around bool, every int) []int {
		settings := defaults()
		settings.ClearMemoryAround, settings.Stride = around, every
		r, traces := traceRig(t, 36, settings)
		r.prompt(1, 0, click(20, 20, true))
		req := r.request(inference.Forward, 1)
		req.Skip = func(k annotate.FrameKey) bool { return k.Frame%max(1, every) != 0 }
		r.track(req)
		r.prompt(1, 30, click(9, 9, false))
		*traces = nil
		req.Range.First = 34
		req.Skip = func(k annotate.FrameKey) bool { return k.Frame != 34 }
		r.track(req)
		var out []int
		for _, s := range (*traces)[0].Selection.Spatial {
			out = append(out, s.Frame)
		}
		slices.Sort(out)
		return out
	}
	if got := attended(false, 1); !slices.Equal(got, []int{0, 28, 29, 30, 31, 32, 33}) {
		t.Errorf("by default frame 34 attends to %v", got)
	}
	if got := attended(true, 1); !slices.Equal(got, []int{0, 30}) {
		t.Errorf("with the memory around the correction dropped, frame 34 attends to %v", got)
	}
	// The same number of tracked frames on each side, whatever the stride.
	if got := attended(true, 2); !slices.Equal(got, []int{0, 30}) {
		t.Errorf("with a stride of 2, frame 34 attends to %v", got)
	}
}

func TestRemoveTellsWhereThePictureChanges(t *testing.T) {
	m := toyModel()
	g := &toyGraphs{m: m}
	p, err := NewPredictor(m, g, toySource{g, &toyVideo{w: 40, h: 30, n: 9}}, Video{40, 30, 9}, ReferenceOptions(m))
	if err != nil {
		t.Fatal(err)
	}
	mask := rectMask(40, 30, 5, 5, 20, 20)
	for k, prompt := range map[annotate.FrameKey]annotate.Prompt{
		key(1, 8): click(9, 9, true), key(1, 1): {Mask: &mask}, key(2, 4): click(9, 9, true),
	} {
		if err := p.AddPrompt(t.Context(), k, prompt); err != nil {
			t.Fatal(err)
		}
	}
	for id, want := range [][]int{1: {1, 8}, 2: nil} {
		if id == 0 {
			continue
		}
		got, err := p.RemoveTold(annotate.ObjectID(id))
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("object %d: frames %v (%v), want %v", id, got, err, want)
		}
	}
}

// Both ends are included, backwards from frame 0 there is nothing, and the
// default start is the first conditioning frame of any object.
func TestOrderOfFrames(t *testing.T) {
	m := toyModel()
	g := &toyGraphs{m: m}
	p, err := NewPredictor(m, g, toySource{g, &toyVideo{w: 40, h: 30, n: 8}}, Video{40, 30, 8}, ReferenceOptions(m))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Order(-1, -1, false); err == nil {
		t.Error("an order without prompts")
	}
	for _, k := range []annotate.FrameKey{key(1, 5), key(2, 3)} {
		if err := p.AddPrompt(t.Context(), k, click(9, 9, true)); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		start, n int
		reverse  bool
		want     []int
	}{
		{-1, -1, false, []int{3, 4, 5, 6, 7}},
		{-1, -1, true, []int{3, 2, 1, 0}},
		{2, 2, false, []int{2, 3, 4}},
		{6, 9, false, []int{6, 7}},
		{6, 2, true, []int{6, 5, 4}},
		{4, 0, false, []int{4}},
		{0, -1, true, nil},
		{7, -1, false, []int{7}},
	} {
		got, err := p.Order(c.start, c.n, c.reverse)
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("from %d, %d frames, reverse %v: %v (%v), want %v", c.start, c.n, c.reverse, got, err, c.want)
		}
	}
	if _, err := p.Order(8, 1, false); err == nil {
		t.Error("a start beyond the end")
	}
}

// Points that are added to a frame follow those it had, and its box stays.
func TestPointsAreAdded(t *testing.T) {
	m := toyModel()
	g := &toyGraphs{m: m}
	p, err := NewPredictor(m, g, toySource{g, &toyVideo{w: 40, h: 30, n: 4}}, Video{40, 30, 4}, ReferenceOptions(m))
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	box := annotate.Prompt{Box: &annotate.Box{X0: 10, Y0: 3, X1: 30, Y1: 27}}
	if err := p.AddPrompt(ctx, key(1, 2), box); err != nil {
		t.Fatal(err)
	}
	for i := range 2 {
		if err := p.AddPoints(ctx, key(1, 2), click(float64(5*(i+1)), 6, i == 0)); err != nil {
			t.Fatal(err)
		}
	}
	pts, labels := p.promptPoints(p.object(1).points[2])
	// S is 32: x by 32/40, y by 32/30.
	near(t, "points", pts, []float32{8, 3.2, 24, 28.8, 4, 6.4, 8, 6.4}, 1e-5)
	if !slices.Equal(labels, []float32{2, 3, 1, 0}) {
		t.Errorf("labels %v", labels)
	}
	if err := p.AddPoints(ctx, key(1, 2), box); err == nil {
		t.Error("a box was added to points")
	}
	if err := p.AddPrompt(ctx, key(1, 2), click(5, 6, true)); err != nil {
		t.Fatal(err)
	}
	if _, labels = p.promptPoints(p.object(1).points[2]); !slices.Equal(labels, []float32{1}) {
		t.Errorf("labels %v after old prompts were cleared", labels)
	}
	mask := rectMask(40, 30, 5, 5, 20, 20)
	if err := p.AddPrompt(ctx, key(1, 2), annotate.Prompt{Mask: &mask}); err != nil {
		t.Fatal(err)
	}
	if o := p.object(1); len(o.points) != 0 || !o.masks[2] {
		t.Errorf("a mask leaves points %v", o.points)
	}
	if err := p.AddPrompt(ctx, key(1, 2), click(5, 6, true)); err != nil {
		t.Fatal(err)
	}
	if o := p.object(1); len(o.points) != 1 || len(o.masks) != 0 {
		t.Errorf("points leave masks %v", o.masks)
	}
}

// A correction of a frame that waits rests on the mask that waits, whatever is
// stored: pending first, then conditioning, then tracked.
func TestLatestOutputOfAFrame(t *testing.T) {
	o := newObject(1)
	pending, cond, non := &output{score: 1}, &output{score: 2}, &output{score: 3}
	pend := map[int]*output{4: pending}
	o.cond[4], o.cond[5], o.non[5], o.non[6] = cond, cond, non, non
	for f, want := range map[int]*output{4: pending, 5: cond, 6: non, 7: nil} {
		if got := o.latest(pend, f); got != want {
			t.Errorf("frame %d: %+v, want %+v", f, got, want)
		}
	}
}

// A painted mask has its small holes filled like any other that is stored.
func TestHolesOfAMaskPrompt(t *testing.T) {
	for _, fill := range []bool{true, false} {
		settings := defaults()
		settings.FillHoles = fill
		g := &toyGraphs{m: toyModel()}
		r := openRig(t, g, &toyVideo{w: 32, h: 32, n: 1}, nil, settings)
		bits := annotate.FullMask(32, 32).Bitmap()
		for y := 12; y < 20; y++ { // two by two pixels of the logits
			for x := 12; x < 20; x++ {
				bits.Set(x, y, false)
			}
		}
		mask := annotate.MaskFromBitmap(bits)
		r.prompt(1, 0, annotate.Prompt{Mask: &mask})
		if low := r.s.p.object(1).pendCond[0].low; (slices.Min(low) > 0) != fill {
			t.Errorf("filling %v: logits go down to %g", fill, slices.Min(low))
		}
	}
}

// The confidence of a hidden object is that it is hidden.
func TestConfidence(t *testing.T) {
	for _, c := range []struct {
		score, iou float32
		want       float64
	}{{-1, 0.9, 0.7310586}, {0, 0.9, 0.5}, {1, 0.5, 0.3655293}, {1, 1.2, 0.7310586}, {1, -0.1, 0}} {
		if got := confidence(&output{score: c.score, iou: c.iou}); math.Abs(got-c.want) > 1e-6 {
			t.Errorf("score %g, IoU %g: confidence %g, want %g", c.score, c.iou, got, c.want)
		}
	}
}
