package sam2

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"

	"github.com/masklet/masklet/annotate"
)

type traceScenario struct {
	Name   string `json:"name"`
	Frames int    `json:"num_frames"`
	Config struct {
		AllCond           bool `json:"all_cond"`
		ClearMemoryAround bool `json:"clear_around"`
		Stride            int  `json:"stride"`
		MaxCond           int  `json:"max_cond"`
	} `json:"config"`
	Steps []struct {
		Op    []json.RawMessage     `json:"op"`
		Calls []traceCall           `json:"attn_calls"`
		Error *string               `json:"error"`
		State map[string]traceState `json:"state"`
	} `json:"steps"`
}

type traceCall struct {
	Obj      int      `json:"obj"`
	Frame    int      `json:"frame"`
	Reverse  bool     `json:"reverse"`
	Spatial  [][2]int `json:"spatial_frame_tposrow"`
	Pointers [][2]int `json:"ptr_frame_tdiff"`
	Norm     int      `json:"ptr_norm"`
}

type traceState struct {
	Cond     []int `json:"cond"`
	Non      []int `json:"non"`
	PendCond []int `json:"pending_cond"`
	PendNon  []int `json:"pending_non"`
	Tracked  []int `json:"tracked"`
}

// The traces were recorded from the reference predictor: which frames and
// pointers each call attends to, and what the stores hold after each step.
func TestGoldenSelectionTraces(t *testing.T) {
	var scenarios []traceScenario
	if err := json.Unmarshal(goldenFile(t, "traces.json"), &scenarios); err != nil {
		t.Fatal(err)
	}
	if len(scenarios) < 10 {
		t.Fatalf("%d scenarios", len(scenarios))
	}
	for _, s := range scenarios {
		t.Run(s.Name, func(t *testing.T) { replayTrace(t, s) })
	}
}

func replayTrace(t *testing.T, s traceScenario) {
	m := toyModel()
	g := &toyGraphs{m: m}
	var calls []traceCall
	opt := ReferenceOptions(m)
	opt.AllFramesAsCond, opt.ClearMemoryAround = s.Config.AllCond, s.Config.ClearMemoryAround
	if s.Config.Stride > 0 {
		opt.Stride = s.Config.Stride
	}
	if s.Config.MaxCond > 0 {
		opt.MaxCond = s.Config.MaxCond
	}
	opt.Trace = func(tr Trace) {
		if tr.Selection != nil {
			calls = append(calls, call(tr))
		}
	}
	p, err := NewPredictor(m, g, toySource{g, &toyVideo{w: 40, h: 30, n: s.Frames}}, Video{40, 30, s.Frames}, opt)
	if err != nil {
		t.Fatal(err)
	}
	for i, step := range s.Steps {
		calls = nil
		err := runOp(p, step.Op)
		if (err != nil) != (step.Error != nil) {
			t.Fatalf("step %d %s: error %v", i, step.Op, err)
		}
		if len(calls) != len(step.Calls) {
			t.Fatalf("step %d %s: %d attention calls, want %d", i, step.Op, len(calls), len(step.Calls))
		}
		for k, want := range step.Calls {
			if !slices.Equal(calls[k].Spatial, want.Spatial) || !slices.Equal(calls[k].Pointers, want.Pointers) ||
				calls[k].Obj != want.Obj || calls[k].Frame != want.Frame || calls[k].Reverse != want.Reverse || calls[k].Norm != want.Norm {
				t.Errorf("step %d %s: call %d is %+v, want %+v", i, step.Op, k, calls[k], want)
			}
		}
		if len(p.objects) != len(step.State) {
			t.Errorf("step %d %s: %d objects, want %d", i, step.Op, len(p.objects), len(step.State))
		}
		for id, want := range step.State {
			n, _ := strconv.Atoi(id)
			o := p.object(annotate.ObjectID(n))
			if o == nil {
				t.Fatalf("step %d %s: object %s is missing", i, step.Op, id)
			}
			got := traceState{keys(o.cond), keys(o.non), keys(o.pendCond), keys(o.pendNon), keys(o.tracked)}
			if fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("step %d %s: object %s has %v, want %v", i, step.Op, id, got, want)
			}
		}
	}
}

func call(tr Trace) traceCall {
	c := traceCall{Obj: int(tr.Object), Frame: tr.Frame, Reverse: tr.Reverse, Norm: tr.Selection.Norm}
	for _, r := range tr.Selection.Spatial {
		c.Spatial = append(c.Spatial, [2]int{r.Frame, r.Row})
	}
	for _, r := range tr.Selection.Pointers {
		c.Pointers = append(c.Pointers, [2]int{r.Frame, r.Delta})
	}
	return c
}

func keys[V any](m map[int]V) []int { return slices.Sorted(maps.Keys(m)) }

func runOp(p *Predictor, op []json.RawMessage) error {
	ctx := context.Background()
	var name string
	if err := json.Unmarshal(op[0], &name); err != nil {
		return err
	}
	num := func(i int) int {
		var n int
		if err := json.Unmarshal(op[i], &n); err != nil {
			panic(err)
		}
		return n
	}
	switch name {
	case "pts":
		var pts [][2]float64
		var labels []int
		if err := json.Unmarshal(op[3], &pts); err != nil {
			return err
		}
		if err := json.Unmarshal(op[4], &labels); err != nil {
			return err
		}
		var prompt annotate.Prompt
		for i, pt := range pts {
			prompt = prompt.WithPoint(annotate.Point{X: pt[0], Y: pt[1], Positive: labels[i] == 1})
		}
		return p.AddPrompt(ctx, annotate.FrameKey{Object: annotate.ObjectID(num(2)), Frame: num(1)}, prompt)
	case "mask":
		mask := rectMask(40, 30, 5, 5, 20, 20)
		return p.AddPrompt(ctx, annotate.FrameKey{Object: annotate.ObjectID(num(2)), Frame: num(1)}, annotate.Prompt{Mask: &mask})
	case "clear":
		return p.Clear(annotate.FrameKey{Object: annotate.ObjectID(num(2)), Frame: num(1)})
	case "remove":
		_, err := p.RemoveTold(annotate.ObjectID(num(1)))
		return err
	case "prop":
		arg := struct {
			Start *int `json:"start"`
			N     *int `json:"n"`
			Rev   bool `json:"rev"`
		}{}
		if err := json.Unmarshal(op[1], &arg); err != nil {
			return err
		}
		return propagateAll(ctx, p, or(arg.Start, -1), or(arg.N, -1), arg.Rev)
	}
	return fmt.Errorf("unknown operation %q", name)
}

func or(v *int, otherwise int) int {
	if v == nil {
		return otherwise
	}
	return *v
}

func propagateAll(ctx context.Context, p *Predictor, start, n int, reverse bool) error {
	if err := p.Preflight(ctx); err != nil {
		return err
	}
	order, err := p.Order(start, n, reverse)
	if err != nil {
		return err
	}
	for _, t := range order {
		if _, err := p.Track(ctx, t, reverse); err != nil {
			return err
		}
	}
	return nil
}
