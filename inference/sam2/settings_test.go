package sam2

import (
	"context"
	"slices"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference"
)

// traceRig is a session whose decoder calls are recorded.
func traceRig(t *testing.T, frames int, settings inference.Settings) (*rig, *[]Trace) {
	r := newRig(t, frames, settings)
	var traces []Trace
	r.s.p.opt.Trace = func(tr Trace) { traces = append(traces, tr) }
	return r, &traces
}

// Presets shrink the memory bank: conditioning frames keep the last row, recent
// frames the first ones, and pointers keep the trained scale of distances.
func TestPresetsShrinkTheBank(t *testing.T) {
	for _, c := range []struct {
		preset   string
		rows     []int
		pointers int
	}{
		{"accurate", []int{6, 5, 4, 3, 2, 1, 0}, 16},
		{"balanced", []int{6, 2, 1, 0}, 4},
		{"fast", []int{6, 1, 0}, 3},
		{"preview", []int{6, 0}, 2},
	} {
		settings, err := inference.Preset(c.preset)
		if err != nil {
			t.Fatal(err)
		}
		r, traces := traceRig(t, 40, settings)
		r.prompt(1, 0, click(20, 20, true))
		r.track(r.request(inference.Forward, 1))
		last := (*traces)[len(*traces)-1].Selection
		var rows []int
		for i, ref := range last.Spatial {
			rows = append(rows, ref.Row)
			if want := 39 - 1 - ref.Row; ref.Row < 6 && ref.Frame != want {
				t.Errorf("%s: row %d is frame %d, want %d", c.preset, ref.Row, last.Spatial[i].Frame, want)
			}
		}
		if !slices.Equal(rows, c.rows) || len(last.Pointers) != c.pointers || last.Norm != 15 {
			t.Errorf("%s: rows %v, %d pointers over %d; want %v, %d over 15", c.preset, rows, len(last.Pointers), last.Norm, c.rows, c.pointers)
		}
	}
}

func TestNoPointersAtAll(t *testing.T) {
	settings := defaults()
	settings.Pointers = 0
	r, traces := traceRig(t, 10, settings)
	r.prompt(1, 3, click(20, 20, true))
	if got := r.track(r.request(inference.Both, 1)); len(got) != 10 {
		t.Errorf("%d frames", len(got))
	}
	for _, tr := range *traces {
		if tr.Tokens[1] != 0 {
			t.Fatalf("frame %d attends to %d pointer tokens", tr.Frame, tr.Tokens[1])
		}
	}
}

// The reference tracks objects over frames before their first prompt, where
// there is memory but no pointer.
func TestFramesBeforeTheFirstPrompt(t *testing.T) {
	settings := defaults()
	settings.StrictParity = true
	r, traces := traceRig(t, 8, settings)
	r.prompt(1, 0, click(20, 20, true))
	r.prompt(2, 4, click(30, 12, true))
	got := r.track(r.request(inference.Forward, 1, 2))
	if got[key(2, 0)] == "" {
		t.Error("object 2 has no result on frame 0")
	}
	without := 0
	for _, tr := range *traces {
		if tr.Object == 2 && tr.Selection != nil && tr.Tokens[1] == 0 {
			without++
		}
	}
	if without == 0 {
		t.Error("no frame was tracked without pointers")
	}
}

func TestFillHoles(t *testing.T) {
	const side = 8
	plane := func(off ...int) []float32 {
		out := make([]float32, side*side)
		for i := range out {
			out[i] = 1
		}
		for _, i := range off {
			out[i] = -3
		}
		return out
	}
	at := func(x, y int) int { return y*side + x }
	small := []int{at(1, 1), at(2, 2), at(3, 1), at(4, 2)}    // joined by corners: one hole of 4
	eight := []int{0, 1, 2, 3, 8, 9, 10, 11}                  // exactly 8, at the edge
	nine := append([]int{at(4, 7)}, 0, 1, 2, 3, 8, 9, 10, 11) // 8 and a single one
	large := []int{0, 1, 2, 3, 8, 9, 10, 11, 16}              // 9 in one piece
	for name, c := range map[string]struct {
		in    []float32
		holes []int
	}{
		"none": {plane(), nil}, "corners": {plane(small...), small}, "eight": {plane(eight...), eight},
		"two": {plane(nine...), nine}, "nine stay": {plane(large...), nil}, "all background": {make([]float32, side*side), nil},
	} {
		before := slices.Clone(c.in)
		got := fillHoles(c.in, side)
		if !slices.Equal(c.in, before) {
			t.Errorf("%s: the input was changed", name)
		}
		for i, v := range got {
			want := before[i]
			if slices.Contains(c.holes, i) {
				want = 0.1
			}
			if v != want {
				t.Errorf("%s: logit %d is %g, want %g", name, i, v, want)
			}
		}
	}
}

// holeGraphs answers every decoder call with a mask that has one small hole,
// and keeps the masks that memories are made from.
type holeGraphs struct {
	*toyGraphs
	memories [][]float32
}

func (g *holeGraphs) Decode(context.Context, DecodeInput) (*DecodeOutput, error) {
	out := &DecodeOutput{Masks: make([]float32, 4*64), IoU: make([]float32, 4), Ptr: make([]float32, 4*8), Score: 3}
	for i := range out.Masks {
		out.Masks[i] = 9
		if i%64 == 3*8+3 {
			out.Masks[i] = -9
		}
	}
	return out, nil
}

func (g *holeGraphs) MemoryEncode(ctx context.Context, feat, mask []float32, score float32) ([]float32, error) {
	g.memories = append(g.memories, mask)
	return g.toyGraphs.MemoryEncode(ctx, feat, mask, score)
}

// Holes are filled in what is shown and stored, and so in the memory of a
// prompt, but never in the memory of a tracked frame.
func TestHoleFillingIsASwitch(t *testing.T) {
	for _, fill := range []bool{true, false} {
		settings := defaults()
		settings.FillHoles = fill
		g := &holeGraphs{toyGraphs: &toyGraphs{m: toyModel()}}
		s, err := NewSession(g.m, g, &toyVideo{w: 32, h: 32, n: 2}, nil, settings)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		r := &rig{t, g.toyGraphs, &toyVideo{w: 32, h: 32, n: 2}, s}
		if res := r.prompt(1, 0, click(20, 20, true)); (res.Area == 32*32) != fill {
			t.Errorf("filling %v: the prompt's mask has %d pixels", fill, res.Area)
		}
		r.track(r.request(inference.Forward, 1))
		if low := s.p.object(1).non[1].low; (slices.Min(low) > 0) != fill {
			t.Errorf("filling %v: the tracked logits go down to %g", fill, slices.Min(low))
		}
		if len(g.memories) != 2 {
			t.Fatalf("%d memories", len(g.memories))
		}
		if (slices.Min(g.memories[0]) == 10) != fill {
			t.Errorf("filling %v: the prompt's memory was made from %g", fill, slices.Min(g.memories[0]))
		}
		if slices.Min(g.memories[1]) > -9 {
			t.Errorf("filling %v: a tracked memory was made from a filled mask", fill)
		}
	}
}

func TestClearAroundConditioningFrames(t *testing.T) {
	m := toyModel()
	g := &toyGraphs{m: m}
	opt := ReferenceOptions(m)
	opt.ClearMemoryAround = true
	p, err := NewPredictor(m, g, toySource{g, &toyVideo{w: 40, h: 30, n: 30}}, Video{40, 30, 30}, opt)
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	if err := p.AddPrompt(ctx, key(1, 15), click(20, 20, true)); err != nil {
		t.Fatal(err)
	}
	if err := propagateAll(ctx, p, 0, -1, false); err != nil {
		t.Fatal(err)
	}
	want := []int{0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29}
	if got := keys(p.object(1).non); !slices.Equal(got, want) {
		t.Errorf("frames with memory: %v, want %v (7 before the conditioning frame are dropped)", got, want)
	}
}

func TestExclusiveMasks(t *testing.T) {
	planes := [][]float32{{5, -3, 1, -20}, {4, 2, 1, -15}, {-12, -3, 0.5, 3}}
	makeExclusive(planes)
	want := [][]float32{{5, -10, 1, -20}, {-10, 2, -10, -15}, {-12, -10, -10, 3}}
	for k := range want {
		if !slices.Equal(planes[k], want[k]) {
			t.Errorf("object %d: %v, want %v", k, planes[k], want[k])
		}
	}
}

// The choice between the decoder's masks, on made-up outputs.
func TestDecide(t *testing.T) {
	m := toyModel()
	out := func(score float32, iou ...float32) *DecodeOutput {
		o := &DecodeOutput{Masks: make([]float32, 4*64), IoU: iou, Ptr: make([]float32, 4*8), Score: score}
		for k := range 4 {
			for i := range 64 {
				o.Masks[k*64+i] = float32(10*(k+1)-i) + 0.5
			}
			for i := range 8 {
				o.Ptr[k*8+i] = float32(k)
			}
		}
		return o
	}
	unstable := out(1, .1, .2, .9, .3)
	for i := range 32 {
		unstable.Masks[i] = 0.01
	}
	blank := out(1, .1, .2, .9, .3)
	for i := range 64 {
		blank.Masks[i] = -1
	}
	for name, c := range map[string]struct {
		out       *DecodeOutput
		multi     bool
		mask, ptr int // -1: hidden
		iou       float32
	}{
		"best of three":          {out(1, .99, .2, .3, .25), true, 2, 2, .3},
		"first of equals":        {out(1, 0, .3, .3, .3), true, 1, 1, .3},
		"single, stable":         {out(1, .1, .2, .9, .3), false, 0, 0, .1},
		"single, unstable":       {unstable, false, 2, 0, .9},
		"single, blank is calm":  {blank, false, 0, 0, .1},
		"hidden at exactly zero": {out(0, .1, .2, .9, .3), true, -1, -1, .9},
		"hidden, single":         {out(-4, .1, .2, .9, .3), false, -1, -1, .1},
	} {
		got := m.decide(c.out, c.multi)
		if got.iou != c.iou || got.score != c.out.Score {
			t.Errorf("%s: IoU %g, score %g", name, got.iou, got.score)
		}
		if c.mask < 0 {
			if !slices.Equal(got.ptr, m.NoObjPtr) || slices.Max(got.low) != -1024 || slices.Min(got.low) != -1024 {
				t.Errorf("%s: not gated", name)
			}
			continue
		}
		if !slices.Equal(got.low, c.out.Masks[c.mask*64:][:64]) || got.ptr[0] != float32(c.ptr) {
			t.Errorf("%s: wrong mask or pointer %g", name, got.ptr[0])
		}
	}
}

func TestMultimaskOnlyForOnePoint(t *testing.T) {
	r, traces := traceRig(t, 3, defaults())
	box := &annotate.Box{X0: 4, Y0: 4, X1: 30, Y1: 30}
	for name, c := range map[string]struct {
		prompt annotate.Prompt
		want   bool
	}{
		"click":         {click(20, 20, true), true},
		"negative":      {click(20, 20, false), true},
		"two clicks":    {click(20, 20, true).WithPoint(annotate.Point{X: 5, Y: 5}), false},
		"box":           {annotate.Prompt{Box: box}, false},
		"box and click": {annotate.Prompt{Box: box, Points: click(20, 20, true).Points}, false},
	} {
		*traces = nil
		r.s.keys = map[annotate.FrameKey]*keyframe{}
		r.prompt(1, 1, c.prompt)
		if got := (*traces)[len(*traces)-1].Multimask; got != c.want {
			t.Errorf("%s: multimask %v", name, got)
		}
	}
	*traces = nil
	r.track(r.request(inference.Forward, 1))
	for _, tr := range *traces {
		if tr.Frame == 2 && !tr.Multimask {
			t.Error("tracking must let the masks compete")
		}
	}
}
