package onnxgraph

import (
	"fmt"
	"slices"
)

// val names a value of a graph.
type val = string

// graph collects nodes and constants. The first mistake (a missing tensor) is
// kept in err; later calls go on with what they have, so that the code that
// describes a model reads like the model.
type graph struct {
	w     Weights
	name  string
	plain bool

	scope   string
	nodes   []node
	inits   []initializer
	known   map[string]bool
	inputs  []ValueInfo
	outputs []ValueInfo
	err     error
}

// in says to which part of the model, by its key prefix, the next nodes
// belong: their names start with it.
func (g *graph) in(scope string) *graph {
	g.scope = scope
	return g
}

// op adds a node of the ONNX domain with one output.
func (g *graph) op(name string, in []val, attrs ...attr) val {
	return g.add(node{op: name, in: in, attrs: attrs})
}

// contrib adds a node of ONNX Runtime's own domain with one output.
func (g *graph) contrib(name string, in []val, attrs ...attr) val {
	return g.add(node{op: name, domain: contribDomain, in: in, attrs: attrs})
}

func (g *graph) add(n node) val {
	n.name = fmt.Sprintf("%s/%s_%d", g.scope, n.op, len(g.nodes))
	n.out = []val{n.name}
	g.nodes = append(g.nodes, n)
	return n.out[0]
}

// input declares an input. Dynamic sizes are given as names, others as ints.
func (g *graph) input(name string, dims ...any) val {
	g.inputs = append(g.inputs, valueInfo(name, dims))
	return name
}

// output declares an output and gives v its name.
func (g *graph) output(name string, v val, dims ...any) {
	g.outputs = append(g.outputs, valueInfo(name, dims))
	for _, n := range g.nodes {
		for _, names := range [][]string{n.in, n.out} {
			for i := range names {
				if names[i] == v {
					names[i] = name
				}
			}
		}
	}
}

func valueInfo(name string, dims []any) ValueInfo {
	v := ValueInfo{Name: name}
	for _, d := range dims {
		switch d := d.(type) {
		case int:
			v.Shape, v.Dims = append(v.Shape, d), append(v.Dims, "")
		case string:
			v.Shape, v.Dims = append(v.Shape, -1), append(v.Dims, d)
		}
	}
	return v
}

// weight returns a tensor of the checkpoint, which must have the given shape.
func (g *graph) weight(name string, dims ...int) tensor {
	have, ok := g.w.Shape(name)
	switch {
	case g.err != nil:
	case !ok:
		g.err = fmt.Errorf("%w: tensor %s is missing", ErrIncomplete, name)
	case !slices.Equal(have, dims):
		g.err = fmt.Errorf("%w: tensor %s has the shape %v, not %v", ErrIncomplete, name, have, dims)
	}
	return tensor{name: name, dims: dims, load: func() ([]float32, error) {
		v, err := g.w.Float32(name)
		if err == nil && len(v) != product(dims) {
			err = fmt.Errorf("tensor %s: %d values for the shape %v", name, len(v), dims)
		}
		return v, err
	}}
}

// affine returns the map stored as name.weight [out, in] and name.bias.
func (g *graph) affine(name string, out, in int) affine {
	return affine{g.weight(name+".weight", out, in), g.weight(name+".bias", out)}
}

// pointwise returns the map of a 1x1 convolution.
func (g *graph) pointwise(name string, out, in int) affine {
	w := g.weight(name+".weight", out, in, 1, 1).shaped(out, in)
	return affine{w, g.weight(name+".bias", out)}
}

// tensor adds a constant, once for each name.
func (g *graph) tensor(t tensor) val {
	return g.constant(initializer{tensor: t})
}

// ints adds a constant vector of integers, once for each content.
func (g *graph) ints(v ...int) val {
	return g.longInts(fmt.Sprint("ints", v), v)
}

// longInts adds a named constant vector of integers.
func (g *graph) longInts(name string, v []int) val {
	t := initializer{ints: make([]int64, len(v)), tensor: tensor{name: name, dims: []int{len(v)}}}
	for i, x := range v {
		t.ints[i] = int64(x)
	}
	return g.constant(t)
}

// float adds a constant vector of one number.
func (g *graph) float(v float32) val {
	return g.tensor(values(fmt.Sprint("float ", v), []float32{v}, 1))
}

func (g *graph) constant(t initializer) val {
	if !g.known[t.name] {
		if g.known == nil {
			g.known = make(map[string]bool)
		}
		g.known[t.name] = true
		g.inits = append(g.inits, t)
	}
	return t.name
}

// dim returns one size of a tensor of the checkpoint, for widths that follow
// from nothing else.
func (g *graph) dim(name string, axis int) int {
	shape, ok := g.w.Shape(name)
	if !ok || axis >= len(shape) {
		if g.err == nil {
			g.err = fmt.Errorf("%w: tensor %s is missing", ErrIncomplete, name)
		}
		return 1
	}
	return shape[axis]
}
