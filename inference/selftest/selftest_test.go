package selftest

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/masklet/masklet/inference/sam2"
)

// graphs answer something that depends on all of their inputs. wrong, if set,
// is the graph whose answer is off by the factor of by.
type graphs struct {
	wrong string
	by    float32
	fails error
}

func model() *sam2.Model {
	return &sam2.Model{
		ImageSize: 32, DModel: 4, MemDim: 2, MemoryTokens: 4, HighResDims: [2]int{1, 2},
		Std: [3]float32{1, 1, 1}, MemPos: make([]float32, 8),
	}
}

func (g graphs) answer(graph string, n int, in ...[]float32) []float32 {
	sum := float32(0)
	for _, values := range in {
		for i, v := range values {
			sum += v * float32(1+i%7) / float32(len(values))
		}
	}
	out := make([]float32, n)
	for i := range out {
		out[i] = sum + float32(i%5)
		if graph == g.wrong {
			out[i] *= g.by
		}
	}
	return out
}

func (g graphs) Encode(_ context.Context, image []float32) (*sam2.Features, error) {
	a := func(n int) []float32 { return g.answer("encoder", n, image) }
	return &sam2.Features{HR0: a(64), HR1: a(32), Feat: a(16)}, g.fails
}

func (g graphs) MemoryAttention(_ context.Context, feat []float32, b *sam2.Bank) ([]float32, error) {
	return g.answer("memory attention", len(feat), feat, b.Spat, b.SpatPos, b.Ptr, b.PtrPos), nil
}

func (g graphs) Decode(_ context.Context, in sam2.DecodeInput) (*sam2.DecodeOutput, error) {
	a := func(n int) []float32 { return g.answer("decoder", n, in.Emb, in.Feat.HR0, in.Points, in.Labels) }
	return &sam2.DecodeOutput{Masks: a(256), IoU: a(4), Ptr: a(16), Score: a(1)[0]}, nil
}

func (g graphs) MemoryEncode(_ context.Context, feat, mask []float32, score float32) ([]float32, error) {
	return g.answer("memory encoder", 8, feat, mask, []float32{score}), nil
}

// A provider whose answers differ in one graph is noticed, and the graph named.
func TestWrongProvider(t *testing.T) {
	ctx := context.Background()
	v, err := Make(ctx, model(), graphs{})
	if err != nil {
		t.Fatal(err)
	}
	if err := v.Check(ctx, graphs{}); err != nil {
		t.Errorf("the reference itself: %v", err)
	}
	for _, graph := range []string{"encoder", "memory attention", "decoder", "memory encoder"} {
		if err := v.Check(ctx, graphs{wrong: graph, by: 1.004}); err != nil {
			t.Errorf("%s as half precision has it: %v", graph, err)
		}
		for _, by := range []float32{1.05, 0, -1, float32(math.NaN()), float32(math.Inf(1))} {
			err := v.Check(ctx, graphs{wrong: graph, by: by})
			if !errors.Is(err, ErrWrong) || !strings.Contains(err.Error(), "the "+graph+" is") {
				t.Errorf("%s times %g: %v", graph, by, err)
			}
		}
	}
}

func TestProviders(t *testing.T) {
	missing, broken := errors.New("not in the library"), errors.New("out of memory")
	answers := map[string]graphs{"cpu": {}, "right": {}, "wrong": {wrong: "decoder", by: 2}, "broken": {fails: broken}}
	open := func(name string) (*sam2.Model, sam2.Graphs, error) {
		g, ok := answers[name]
		if !ok {
			return nil, nil, missing
		}
		return model(), g, nil
	}
	got, err := Providers(context.Background(), []string{"cpu", "missing", "wrong", "broken", "right"}, open)
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []error{nil, missing, ErrWrong, broken, nil} {
		r := got[i]
		if !errors.Is(r.Err, want) || (r.Err != nil && r.Seconds != 0) || (r.Err == nil) != (r.Error == "") {
			t.Errorf("%s: %v after %g s, want %v", r.Provider, r.Err, r.Seconds, want)
		}
	}
	if name := Fastest(got); name != "cpu" && name != "right" {
		t.Errorf("%q is the fastest", name)
	}
}

func TestReferenceThatFails(t *testing.T) {
	broken := errors.New("out of memory")
	_, err := Providers(context.Background(), []string{"cpu", "right"}, func(string) (*sam2.Model, sam2.Graphs, error) {
		return model(), graphs{fails: broken}, nil
	})
	if !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Providers(ctx, []string{"cpu"}, func(string) (*sam2.Model, sam2.Graphs, error) { return model(), graphs{}, nil }); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func TestFastest(t *testing.T) {
	slow, fast := Result{Provider: "slow", Seconds: 2}, Result{Provider: "fast", Seconds: 1}
	wrong := Result{Provider: "wrong", Err: ErrWrong}
	if got := Fastest([]Result{slow, wrong, fast}); got != "fast" {
		t.Errorf("%q is the fastest", got)
	}
	if got := Fastest([]Result{wrong}); got != "" {
		t.Errorf("%q is the fastest of none", got)
	}
}
