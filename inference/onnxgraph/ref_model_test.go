package onnxgraph_test

import (
	"fmt"

	"github.com/masklet/masklet/inference/onnxgraph"
)

// refModel is the reference for one model and input size. Facts that do not
// follow from the tensors are given here, not taken from the package.
type refModel struct {
	s, d, m                   int // input size, channels, channels of memory
	layers, ffn, mlpDim       int // memory attention; MLPs of the decoder
	noObjSpatial, projectsPtr bool

	embed, heads, posGrid int
	stages, windows       [4]int
	global                map[int]bool

	repDims, repDepths [4]int
	latents, latents2D int // EdgeTAM; 0 otherwise
	latentSide         int
	store              *refStore
}

// refStore gives weights by name. If it is open, it makes up any that it is
// asked for; closed, it reads those of a checkpoint.
type refStore struct {
	closed onnxgraph.Weights
	made   map[string][]float32
	shapes map[string][]int
	names  []string
	read   map[string][]float64
}

func newStore(closed onnxgraph.Weights) *refStore {
	return &refStore{closed: closed, made: map[string][]float32{}, shapes: map[string][]int{}, read: map[string][]float64{}}
}

func (s *refStore) Names() []string { return s.names }

func (s *refStore) Shape(name string) ([]int, bool) {
	d, ok := s.shapes[name]
	return d, ok
}

func (s *refStore) Float32(name string) ([]float32, error) {
	v, ok := s.made[name]
	if !ok {
		return nil, fmt.Errorf("no tensor %s", name)
	}
	return append([]float32(nil), v...), nil
}

// get returns a tensor for the reference.
func (s *refStore) get(name string, dims ...int) []float64 {
	if v, ok := s.read[name]; ok {
		return v
	}
	var v []float32
	if s.closed != nil {
		var err error
		if v, err = s.closed.Float32(name); err != nil {
			panic(err)
		}
	} else {
		v = makeUp(name, dims)
		s.made[name], s.shapes[name] = v, dims
		s.names = append(s.names, name)
	}
	n := 1
	for _, d := range dims {
		n *= d
	}
	if len(v) != n {
		panic(fmt.Sprintf("%s: %d values for %v", name, len(v), dims))
	}
	out := make([]float64, n)
	for i, x := range v {
		out[i] = float64(x)
	}
	s.read[name] = out
	return out
}

func (r *refModel) w(name string, dims ...int) []float64 { return r.store.get(name, dims...) }

func (r *refModel) linear(x mat, name string, out int) mat {
	y := r.linearNoBias(x, name, out)
	b := r.w(name+".bias", out)
	for i := range y.v {
		y.v[i] += b[i%out]
	}
	return y
}

func (r *refModel) linearNoBias(x mat, name string, out int) mat {
	w := r.w(name+".weight", out, x.c)
	y := newMat(x.r, out)
	for i := range x.r {
		for o := range out {
			y.v[i*out+o] = dot(x.row(i), w[o*x.c:(o+1)*x.c])
		}
	}
	return y
}

func (r *refModel) norm(x mat, name string, eps float64) mat {
	w, b := r.w(name+".weight", x.c), r.w(name+".bias", x.c)
	y := mat{x.r, x.c, append([]float64(nil), x.v...)}
	for i := range y.r {
		normalise(y.row(i), w, b, eps)
	}
	return y
}

func (r *refModel) norm2D(x grid, name string) grid {
	return r.norm(x.tokens(), name, 1e-6).toGrid(x.h, x.w)
}

func (r *refModel) conv(x grid, name string, out, k, stride, pad, groups int) grid {
	y := convolve(x, r.w(name+".weight", out, x.c/groups, k, k), out, k, stride, pad, groups)
	return y.addBias(r.w(name+".bias", out))
}

// mlp is a chain of linear layers with an activation between them.
func (r *refModel) mlp(x mat, name string, act func(float64) float64, outs ...int) mat {
	for i, out := range outs {
		if i > 0 {
			x = x.each(act)
		}
		x = r.linear(x, fmt.Sprintf("%s.layers.%d", name, i), out)
	}
	return x
}

// hostOnly asks for the tensors that no graph uses but the host does.
func (r *refModel) hostOnly() {
	r.w("no_mem_embed", 1, 1, r.d)
	r.w("maskmem_tpos_enc", 7, 1, 1, r.m)
	r.w("no_obj_ptr", 1, r.d)
	r.w("mask_downsample.weight", 1, 1, 4, 4)
	r.w("mask_downsample.bias", 1)
	if r.projectsPtr {
		r.w("obj_ptr_tpos_proj.weight", r.m, r.d)
		r.w("obj_ptr_tpos_proj.bias", r.m)
	}
}
