package ort

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/masklet/masklet/inference/ort/orttest"
)

func runtimeForTest(t testing.TB) *Runtime {
	t.Helper()
	orttest.Library(t)
	rt, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return rt
}

func addGraph() Graph {
	open := []int64{-1, 2}
	return Graph{
		Name: "add", Model: addModel(),
		Inputs:  []IO{{"a", open}, {"b", open}, {"i", []int64{-1}}},
		Outputs: []IO{{"sum", open}, {"product", open}, {"same", []int64{-1}}},
	}
}

func addModel() []byte {
	return model(
		[]node{{"Add", []string{"a", "b"}, "sum"}, {"Mul", []string{"a", "b"}, "product"}, {"Identity", []string{"i"}, "same"}},
		[]port{{"a", 1, []any{"n", 2}}, {"b", 1, []any{"n", 2}}, {"i", 1, []any{"m"}}},
		[]port{{"sum", 1, []any{"n", 2}}, {"product", 1, []any{"n", 2}}, {"same", 1, []any{"m"}}},
	)
}

// slowGraph multiplies a matrix by itself k times in a row.
func slowGraph(k int) Graph {
	nodes := []node{{"Identity", []string{"x"}, "y0"}}
	last := "y0"
	for i := range k {
		next := "y" + string(rune('A'+i/26)) + string(rune('a'+i%26))
		nodes = append(nodes, node{"MatMul", []string{last, "x"}, next})
		last = next
	}
	nodes = append(nodes, node{"Identity", []string{last}, "out"})
	m := model(nodes, []port{{"x", 1, []any{"n", "n"}}}, []port{{"out", 1, []any{"n", "n"}}})
	return Graph{Name: "slow", Model: m, Inputs: []IO{{"x", []int64{-1, -1}}}, Outputs: []IO{{"out", []int64{-1, -1}}}}
}

func TestRunWithDynamicShapes(t *testing.T) {
	rt := runtimeForTest(t)
	path := filepath.Join(t.TempDir(), "add.onnx")
	if err := os.WriteFile(path, addModel(), 0o600); err != nil {
		t.Fatal(err)
	}
	file := addGraph()
	file.Name, file.Model = path, nil
	fromFile, err := rt.NewSession(file, Options{Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer fromFile.Close()
	fromBytes, err := rt.NewSession(addGraph(), Options{Threads: 2, Spin: true})
	if err != nil {
		t.Fatal(err)
	}
	defer fromBytes.Close()
	for _, s := range []*Session{fromFile, fromBytes} {
		for _, n := range []int64{1, 3, 0, 7} {
			a, b := make([]float32, 2*n), make([]float32, 2*n)
			for i := range a {
				a[i], b[i] = float32(i)+0.5, float32(2*i)
			}
			out, err := s.Run(context.Background(), map[string]Tensor{"a": Floats(a, n, 2), "b": Floats(b, n, 2), "i": Floats([]float32{float32(n), -float32(n)}, 2)})
			if err != nil {
				t.Fatalf("n=%d: %v", n, err)
			}
			if got := out["sum"].Shape; !slices.Equal(got, []int64{n, 2}) {
				t.Fatalf("n=%d: shape of sum %v", n, got)
			}
			for i := range a {
				if out["sum"].F32[i] != a[i]+b[i] || out["product"].F32[i] != a[i]*b[i] {
					t.Fatalf("n=%d: element %d: %g, %g", n, i, out["sum"].F32[i], out["product"].F32[i])
				}
			}
			if got := out["same"].F32; !slices.Equal(got, []float32{float32(n), -float32(n)}) {
				t.Fatalf("n=%d: output %v", n, got)
			}
		}
		if st := s.Stats(); st.Runs != 4 || st.Time <= 0 {
			t.Errorf("stats %+v after 4 runs", st)
		}
	}
}

// What the caller says of a graph and is not so ends in an error, not in
// tensors of other sizes.
func TestGraphIsNotAsDescribed(t *testing.T) {
	rt := runtimeForTest(t)
	for name, change := range map[string]func(*Graph){
		"input":        func(g *Graph) { g.Inputs[0].Name = "z" },
		"output":       func(g *Graph) { g.Outputs[0].Name = "z" },
		"output size":  func(g *Graph) { g.Outputs[0].Shape = []int64{-1, 3} },
		"output rank":  func(g *Graph) { g.Outputs[2].Shape = []int64{-1, 1} },
		"input rank":   func(g *Graph) { g.Inputs[2].Shape = []int64{-1, 1} },
		"input unsaid": func(g *Graph) { g.Inputs = g.Inputs[:2] },
	} {
		g := addGraph()
		change(&g)
		s, err := rt.NewSession(g, Options{Threads: 1})
		if err == nil {
			in := map[string]Tensor{}
			for _, port := range g.Inputs {
				in[port.Name] = Floats([]float32{1, 2}, []int64{1, 2, 1}[:len(port.Shape)]...)
				if port.Name == "i" {
					in["i"] = Floats([]float32{1, 2}, []int64{2, 1}[:len(port.Shape)]...)
				}
			}
			_, err = s.Run(t.Context(), in)
			s.Close()
		}
		if !errors.Is(err, ErrGraph) || !strings.Contains(err.Error(), "add") || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRunRefusesWrongTensors(t *testing.T) {
	s, err := runtimeForTest(t).NewSession(addGraph(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	good := func() map[string]Tensor {
		return map[string]Tensor{"a": Floats(make([]float32, 2), 1, 2), "b": Floats(make([]float32, 2), 1, 2), "i": Floats([]float32{1}, 1)}
	}
	cases := map[string]struct {
		change func(map[string]Tensor)
		says   string
	}{
		"missing":  {func(m map[string]Tensor) { delete(m, "b") }, `no tensor for its input "b"`},
		"unknown":  {func(m map[string]Tensor) { m["c"] = Floats([]float32{1}, 1) }, `no input "c"`},
		"rank":     {func(m map[string]Tensor) { m["a"] = Floats(make([]float32, 2), 2) }, `input "a" is [-1 2]`},
		"size":     {func(m map[string]Tensor) { m["a"] = Floats(make([]float32, 3), 1, 3) }, `the tensor [1 3]`},
		"short":    {func(m map[string]Tensor) { m["a"] = Floats(make([]float32, 3), 2, 2) }, `needs 4 elements, it has 3`},
		"no dims":  {func(m map[string]Tensor) { m["a"] = Floats([]float32{1}) }, `the tensor []`},
		"negative": {func(m map[string]Tensor) { m["a"] = Floats(nil, -1, 2) }, `shape is [-1 2]`},
		"overflow": {func(m map[string]Tensor) { m["a"] = Floats(nil, 1<<40, 1<<40) }, `its shape is`},
		"disagreement": {func(m map[string]Tensor) {
			m["a"] = Floats(make([]float32, 6), 3, 2)
			m["b"] = Floats(make([]float32, 4), 2, 2)
		}, `running add`},
	}
	for name, c := range cases {
		in := good()
		c.change(in)
		if _, err := s.Run(context.Background(), in); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one with %q", name, err, c.says)
		}
	}
	if _, err := s.Run(context.Background(), good()); err != nil {
		t.Errorf("good tensors after bad ones: %v", err)
	}
}

func TestBadGraphs(t *testing.T) {
	rt := runtimeForTest(t)
	dir := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	g := addModel()
	cases := []string{
		filepath.Join(dir, "missing.onnx"),
		write("empty.onnx", nil),
		write("text.onnx", []byte("this is not a graph")),
		write("cut.onnx", g[:len(g)/2]),
		write("op.onnx", model([]node{{"NoSuchOperator", []string{"a"}, "b"}}, []port{{"a", 1, []any{1}}}, []port{{"b", 1, []any{1}}})),
		dir,
	}
	for _, path := range cases {
		s, err := rt.NewSession(Graph{Name: path}, Options{})
		if err == nil {
			s.Close()
			t.Errorf("%s was loaded", path)
			continue
		}
		if !errors.Is(err, ErrGraph) || !strings.Contains(err.Error(), path) {
			t.Errorf("error %q does not wrap ErrGraph or name %s", err, path)
		}
		if strings.Contains(err.Error(), "\n") {
			t.Errorf("error for %s has more than one line: %q", path, err)
		}
	}
	if _, err := rt.NewSession(Graph{Name: "nothing", Model: []byte{}}, Options{}); !errors.Is(err, ErrGraph) {
		t.Errorf("no bytes: %v", err)
	}
}

func TestProviderThatIsNotThere(t *testing.T) {
	rt := runtimeForTest(t)
	for _, p := range []string{"coreml", "directml", "openvino", "cuda", "tensorrt", "quantum"} {
		s, err := rt.NewSession(addGraph(), Options{Provider: p})
		if err == nil {
			s.Close()
			t.Logf("%s is there", p)
			continue
		}
		if !errors.Is(err, ErrProvider) || !strings.Contains(err.Error(), p) {
			t.Errorf("%s: error %q does not wrap ErrProvider and name it", p, err)
		}
		t.Log(err)
	}
}

func TestCancelStopsARunningGraph(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds of all cores")
	}
	s, err := runtimeForTest(t).NewSession(slowGraph(400), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	const n = 1500
	x := Floats(make([]float32, n*n), n, n)
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		time.Sleep(300 * time.Millisecond)
		cancel()
	}()
	if _, err := s.Run(ctx, map[string]Tensor{"x": x}); !errors.Is(err, context.Canceled) {
		t.Fatalf("cancelled run: %v", err)
	}
	if st := s.Stats(); st.Runs != 0 {
		t.Errorf("a cancelled run was counted: %+v", st)
	}
	small := Floats([]float32{0, 1, 1, 0}, 2, 2)
	out, err := s.Run(context.Background(), map[string]Tensor{"x": small})
	if err != nil {
		t.Fatalf("run after a cancelled one: %v", err)
	}
	if got := out["out"].F32; !slices.Equal(got, []float32{0, 1, 1, 0}) {
		t.Errorf("x^401 = %v", got)
	}
}

func TestEndedContextRunsNothing(t *testing.T) {
	s, err := runtimeForTest(t).NewSession(slowGraph(1), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := s.Run(ctx, map[string]Tensor{"x": Floats([]float32{1}, 1, 1)}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

func TestConcurrentUseAndClose(t *testing.T) {
	for _, o := range []Options{{Threads: 1}, {Alone: true}} {
		t.Run(fmt.Sprintf("%+v", o), func(t *testing.T) { concurrentUseAndClose(t, o) })
	}
}

func concurrentUseAndClose(t *testing.T, o Options) {
	s, err := runtimeForTest(t).NewSession(slowGraph(3), o)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 20 {
				_, err := s.Run(context.Background(), map[string]Tensor{"x": Floats(make([]float32, 64), 8, 8)})
				if err != nil && !errors.Is(err, ErrClosed) {
					t.Errorf("run: %v", err)
				}
			}
		})
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	wg.Wait()
	if err := s.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
	if _, err := s.Run(context.Background(), map[string]Tensor{"x": Floats([]float32{1}, 1, 1)}); !errors.Is(err, ErrClosed) {
		t.Errorf("run after close: %v", err)
	}
}

func BenchmarkRunOverhead(b *testing.B) {
	s, err := runtimeForTest(b).NewSession(addGraph(), Options{Threads: 1})
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	in := map[string]Tensor{"a": Floats(make([]float32, 2), 1, 2), "b": Floats(make([]float32, 2), 1, 2), "i": Floats([]float32{1}, 1)}
	for b.Loop() {
		if _, err := s.Run(context.Background(), in); err != nil {
			b.Fatal(err)
		}
	}
}
