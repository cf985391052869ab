package onnxgraph_test

import (
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"testing"

	"github.com/masklet/masklet/inference/onnxgraph"
)

// prng is a rule by which values follow from a name and an index; it is
// described in the golden data's weights.md.
type prng struct {
	Name string
	Kind string
	A, B float64
}

func fnv1a(s string) uint64 {
	h := uint64(0xcbf29ce484222325)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 0x100000001b3
	}
	return h
}

func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func (p prng) values(n int) []float32 {
	h := fnv1a(p.Name)
	u := func(i uint64) float64 { return float64(mix(h+i)>>40)*0x1p-23 - 1 }
	out := make([]float32, n)
	for i := range out {
		var v float64
		switch k := uint64(i); p.Kind {
		case "u":
			v = u(k)
		case "n":
			v = (u(3*k) + u(3*k+1)) + u(3*k+2)
		}
		scaled := float64(p.B * v) // the conversion forbids a fused multiply-add
		out[i] = float32(p.A + scaled)
	}
	return out
}

// generated are the deterministic weights of a manifest.
type generated struct {
	names  []string
	shapes map[string][]int
	rules  map[string]prng
}

func (g *generated) Names() []string { return g.names }

func (g *generated) Shape(name string) ([]int, bool) {
	s, ok := g.shapes[name]
	return s, ok
}

func (g *generated) Float32(name string) ([]float32, error) {
	shape, ok := g.shapes[name]
	if !ok {
		return nil, fmt.Errorf("no tensor %s", name)
	}
	n := 1
	for _, d := range shape {
		n *= d
	}
	return g.rules[name].values(n), nil
}

// modelWeights returns the deterministic weights of a model.
func modelWeights(t testing.TB, root, model string) onnxgraph.Weights {
	var m struct {
		Tensors []struct {
			Name  string
			Shape []int
			Rule  prng
		}
	}
	readJSON(t, filepath.Join(root, "manifests", model+".json"), &m)
	g := &generated{shapes: make(map[string][]int), rules: make(map[string]prng)}
	for _, s := range m.Tensors {
		s.Rule.Name = s.Name
		g.names = append(g.names, s.Name)
		g.shapes[s.Name], g.rules[s.Name] = s.Shape, s.Rule
	}
	return g
}

// makeUp returns values for a tensor that suit its name: all differ, and
// signals keep their size through the layers.
func makeUp(name string, dims []int) []float32 {
	n, fan := 1, 1
	for i, d := range dims {
		n *= d
		if i > 0 {
			fan *= d
		}
	}
	p := prng{Name: name, Kind: "u", B: 0.5}
	switch {
	case strings.HasSuffix(name, ".running_var"):
		p.A, p.B = 1, 0.3
	case strings.HasSuffix(name, "gaussian_matrix"):
		p.Kind, p.B = "n", 1
	case strings.HasSuffix(name, ".bias"), strings.HasSuffix(name, ".running_mean"):
		p.B = 0.1
	case strings.HasSuffix(name, ".weight") && len(dims) == 1:
		p.A, p.B = 1, 0.2
	case strings.Contains(name, "_proj.weight"), strings.Contains(name, "qkv.weight"):
		p.B = 1.5 * math.Sqrt(3/float64(fan))
	case strings.HasSuffix(name, ".weight") && dims[0] > 5:
		p.B = math.Sqrt(3 / float64(fan))
	}
	return p.values(n)
}
