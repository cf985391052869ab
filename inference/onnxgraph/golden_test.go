package onnxgraph_test

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/masklet/masklet/inference/checkpoint"
	"github.com/masklet/masklet/inference/onnxgraph"
	"github.com/masklet/masklet/inference/ort"
	"github.com/masklet/masklet/inference/ort/orttest"
)

// goldenRoot returns the folder of golden data and whether it was named by the
// environment, which asks for the heavy models too.
func goldenRoot(t testing.TB) (dir string, explicit bool) {
	if dir = os.Getenv("MASKLET_GOLDEN"); dir != "" {
		explicit = true
	} else {
		dir = filepath.Join("..", "..", "..", "shared", "golden")
	}
	if _, err := os.Stat(filepath.Join(dir, "manifests")); err != nil {
		if explicit {
			t.Fatalf("MASKLET_GOLDEN: %v", err)
		}
		t.Skip("no golden data: set MASKLET_GOLDEN")
	}
	return dir, explicit
}

// goldenTensor is an input or output of a golden case.
type goldenTensor struct {
	Name   string
	Shape  []int
	PRNG   *prng
	Values []float32
	Offset *int64
	Count  int
	TolAbs float64 `json:"tol_abs"`
	Sample *struct {
		Name string
		N    int
	}
}

type goldenCase struct {
	Graph, Case     string
	Inputs, Outputs []goldenTensor
}

type goldenIndex struct {
	Cases  []goldenCase
	Config struct {
		Model string
		S, T  int
	}
	data []byte
}

func readIndex(t testing.TB, dir string) goldenIndex {
	var ix goldenIndex
	readJSON(t, filepath.Join(dir, "index.json"), &ix)
	var err error
	if ix.data, err = os.ReadFile(filepath.Join(dir, "data.bin")); err != nil {
		t.Fatal(err)
	}
	return ix
}

func readJSON(t testing.TB, path string, v any) {
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func (g goldenTensor) input() ort.Tensor {
	shape, n := make([]int64, len(g.Shape)), 1
	for i, d := range g.Shape {
		shape[i] = int64(d)
		n *= d
	}
	if g.PRNG != nil {
		return ort.Floats(g.PRNG.values(n), shape...)
	}
	return ort.Floats(g.Values, shape...)
}

// compare checks the values of an output, or those elements that the golden
// data has, and returns the largest difference as a part of the tolerance.
func (g goldenTensor) compare(t testing.TB, data []byte, got []float32) float64 {
	n := 1
	for _, d := range g.Shape {
		n *= d
	}
	if len(got) != n {
		t.Errorf("%s: %d values, want %d", g.Name, len(got), n)
		return math.Inf(1)
	}
	worst := 0.0
	for j := range g.Count {
		at := j
		if g.Sample != nil {
			at = int(mix(fnv1a(g.Sample.Name)+uint64(j)) % uint64(n))
		}
		want := math.Float32frombits(binary.LittleEndian.Uint32(data[*g.Offset+int64(4*j):]))
		if d := math.Abs(float64(got[at]) - float64(want)); !(d <= worst) {
			worst = d
		}
	}
	if !(worst <= g.TolAbs) {
		t.Errorf("%s: differs by %.3g, more than %.3g", g.Name, worst, g.TolAbs)
	}
	return worst / g.TolAbs
}

// TestGolden builds the graphs of every model and input size that the golden
// data has and compares all outputs with those of the reference.
func TestGolden(t *testing.T) {
	root, explicit := goldenRoot(t)
	dirs, _ := filepath.Glob(filepath.Join(root, "*", "graphs_*"))
	if len(dirs) == 0 {
		t.Fatalf("%s has no graphs_* folder", root)
	}
	for _, dir := range dirs {
		rel, _ := filepath.Rel(root, dir)
		t.Run(filepath.ToSlash(rel), func(t *testing.T) {
			ix := readIndex(t, dir)
			if !strings.HasPrefix(ix.Config.Model, "nano") && !explicit {
				t.Skip("a full-size model: set MASKLET_GOLDEN to test it")
			}
			checkGolden(t, ix, goldenWeights(t, root, ix.Config.Model))
		})
	}
}

// goldenWeights returns the weights of a model: its checkpoint where the
// golden data has one, or those that follow from its manifest.
func goldenWeights(t *testing.T, root, model string) onnxgraph.Weights {
	found, _ := filepath.Glob(filepath.Join(root, model, "ckpt", model+".*"))
	if len(found) == 0 {
		return modelWeights(t, root, model)
	}
	file, err := checkpoint.Open(found[0])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { file.Close() })
	return file
}

func checkGolden(t *testing.T, ix goldenIndex, w onnxgraph.Weights) {
	for _, plain := range []bool{false, true} {
		b := newBuilder(t, w, onnxgraph.Options{ImageSize: ix.Config.S, Plain: plain})
		if b.MemoryTokens() != ix.Config.T {
			t.Errorf("MemoryTokens is %d, want %d", b.MemoryTokens(), ix.Config.T)
		}
		for _, g := range onnxgraph.Graphs() {
			name := string(g)
			if plain {
				name += "_plain"
			}
			t.Run(name, func(t *testing.T) {
				s := session(t, b, g)
				for _, c := range ix.Cases {
					if c.Graph == string(g) {
						checkCase(t, s, ix, c)
					}
				}
			})
		}
		if !plain {
			t.Run("constants", func(t *testing.T) { checkConstants(t, ix, b) })
		}
	}
}

func checkCase(t *testing.T, s *ort.Session, ix goldenIndex, c goldenCase) {
	t.Run(c.Case, func(t *testing.T) {
		in := make(map[string]ort.Tensor)
		for _, g := range c.Inputs {
			in[g.Name] = g.input()
		}
		out, err := s.Run(context.Background(), in)
		if err != nil {
			t.Fatal(err)
		}
		compared := 0
		for _, g := range c.Outputs {
			if o, ok := out[g.Name]; ok {
				t.Logf("%-6s %.3f of the tolerance", g.Name, g.compare(t, ix.data, o.F32))
				compared++
			}
		}
		if compared != len(out) {
			t.Errorf("%d of %d outputs compared", compared, len(out))
		}
	})
}

// goldenConstants maps the names in the golden data to those of the builder.
var goldenConstants = map[string]string{
	"no_mem": "no_mem", "tpos": "tpos", "memPos": "mem_pos", "no_obj_ptr": "no_obj_ptr",
	"mask_downsample.weight": "mask_down_w", "mask_downsample.bias": "mask_down_b",
	"obj_ptr_tpos_proj.weight": "ptr_proj_w", "obj_ptr_tpos_proj.bias": "ptr_proj_b",
}

func checkConstants(t *testing.T, ix goldenIndex, b *onnxgraph.Builder) {
	constants, err := b.Constants()
	if err != nil {
		t.Fatal(err)
	}
	seen := 0
	for _, c := range ix.Cases {
		if c.Graph != "constants" {
			continue
		}
		for _, g := range c.Outputs {
			if name, ok := goldenConstants[g.Name]; ok {
				g.compare(t, ix.data, constants[name].Data)
				seen++
			}
		}
	}
	if seen != len(constants) {
		t.Errorf("%d of %d constants compared", seen, len(constants))
	}
}

func newBuilder(t testing.TB, w onnxgraph.Weights, opt onnxgraph.Options) *onnxgraph.Builder {
	t.Helper()
	cfg, err := onnxgraph.Recognize(w)
	if err != nil {
		t.Fatal(err)
	}
	b, err := onnxgraph.NewBuilder(w, cfg, opt)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// session writes a graph and loads it into ONNX Runtime.
func session(t testing.TB, b *onnxgraph.Builder, g onnxgraph.Graph) *ort.Session {
	t.Helper()
	orttest.Library(t)
	rt, err := ort.Load()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), string(g)+".onnx")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(b.Write(context.Background(), g, f), f.Close())
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Size() != b.Size(g) {
		t.Errorf("%s: Size says %d (%v)", g, b.Size(g), err)
	}
	in, out := b.IO(g)
	s, err := rt.NewSession(ort.Graph{Name: path, Inputs: ports(in), Outputs: ports(out)}, ort.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func ports(infos []onnxgraph.ValueInfo) []ort.IO {
	var out []ort.IO
	for _, v := range infos {
		io := ort.IO{Name: v.Name}
		for _, d := range v.Shape {
			io.Shape = append(io.Shape, int64(d))
		}
		out = append(out, io)
	}
	return out
}

// describe prints names and shapes.
func describe(infos []onnxgraph.ValueInfo) string {
	var parts []string
	for _, v := range infos {
		parts = append(parts, v.Name+fmt.Sprint(v.Shape))
	}
	return strings.Join(parts, " ")
}
