package onnxgraph

import (
	"errors"
	"fmt"
	"slices"
)

// Errors that callers test for with errors.Is.
var (
	// ErrUnknownModel: the tensors are not those of a model that can be built.
	ErrUnknownModel = errors.New("not a SAM 2 or EdgeTAM checkpoint")
	// ErrIncomplete: a tensor is missing or has another shape than the
	// architecture asks for.
	ErrIncomplete = errors.New("checkpoint is incomplete")
	// ErrSize: the input size cannot be used with the model.
	ErrSize = errors.New("input size cannot be used")
)

// Weights gives the tensors of a checkpoint by their official names.
// Implementations must be safe for reading one tensor at a time; nothing is
// read before a graph is written.
type Weights interface {
	// Shape returns a tensor's shape and whether the tensor exists. A scalar
	// has the shape of length 0.
	Shape(name string) ([]int, bool)
	// Float32 returns a tensor's values in C order, converted to float32. The
	// caller may keep and change them.
	Float32(name string) ([]float32, error)
	// Names returns the names of all tensors, in any order.
	Names() []string
}

// tensor is an array whose values are computed when a graph is written, so
// that at most a few of them are in memory at a time.
type tensor struct {
	name string
	dims []int
	load func() ([]float32, error)
}

func (t tensor) count() int { return product(t.dims) }

func product(dims []int) int {
	n := 1
	for _, d := range dims {
		n *= d
	}
	return n
}

// derive returns a tensor computed from t. f may change its argument.
func (t tensor) derive(suffix string, dims []int, f func([]float32) []float32) tensor {
	return tensor{name: t.name + suffix, dims: dims, load: func() ([]float32, error) {
		v, err := t.load()
		if err != nil {
			return nil, err
		}
		return f(v), nil
	}}
}

// with returns a tensor computed from t and u.
func (t tensor) with(u tensor, name string, dims []int, f func(t, u []float32) []float32) tensor {
	return tensor{name: name, dims: dims, load: func() ([]float32, error) {
		v, err := t.load()
		if err != nil {
			return nil, err
		}
		w, err := u.load()
		if err != nil {
			return nil, err
		}
		return f(v, w), nil
	}}
}

// shaped returns t with other dims of the same count.
func (t tensor) shaped(dims ...int) tensor {
	t.name += fmt.Sprint(dims) // a constant of its own in a graph
	t.dims = dims
	return t
}

// rows returns the part [from, to) of the first axis.
func (t tensor) rows(from, to int) tensor {
	per := t.count() / t.dims[0]
	dims := append([]int{to - from}, t.dims[1:]...)
	return t.derive(fmt.Sprintf("[%d:%d]", from, to), dims, func(v []float32) []float32 {
		return v[from*per : to*per]
	})
}

// scaled returns t times a number.
func (t tensor) scaled(by float32) tensor {
	return t.derive(fmt.Sprintf("*%g", by), t.dims, func(v []float32) []float32 {
		for i := range v {
			v[i] *= by
		}
		return v
	})
}

// transposed returns a matrix with rows and columns exchanged.
func (t tensor) transposed() tensor {
	r, c := t.dims[0], t.dims[1]
	return t.derive(".T", []int{c, r}, func(v []float32) []float32 {
		out := make([]float32, len(v))
		for i := range r {
			for j := range c {
				out[j*r+i] = v[i*c+j]
			}
		}
		return out
	})
}

// permuted returns t with its axes in another order.
func (t tensor) permuted(perm ...int) tensor {
	dims := make([]int, len(perm))
	for i, p := range perm {
		dims[i] = t.dims[p]
	}
	from := t.dims
	return t.derive(fmt.Sprint(".perm", perm), dims, func(v []float32) []float32 {
		return permute(v, from, perm)
	})
}

func permute(v []float32, dims, perm []int) []float32 {
	stride := make([]int, len(dims))
	for i, s := len(dims)-1, 1; i >= 0; i-- {
		stride[i] = s
		s *= dims[i]
	}
	out := make([]float32, 0, len(v))
	index := make([]int, len(dims))
	for range v {
		at := 0
		for i, p := range perm {
			at += index[i] * stride[p]
		}
		out = append(out, v[at])
		for i := len(perm) - 1; i >= 0; i-- {
			if index[i]++; index[i] < dims[perm[i]] {
				break
			}
			index[i] = 0
		}
	}
	return out
}

// values returns a tensor over a few numbers.
func values(name string, v []float32, dims ...int) tensor {
	return table(name, func() []float32 { return slices.Clone(v) }, dims...)
}

// table returns a tensor that is computed.
func table(name string, compute func() []float32, dims ...int) tensor {
	return tensor{name: name, dims: dims, load: func() ([]float32, error) { return compute(), nil }}
}

// affine is a linear map: w is [out, in], b is [out].
type affine struct{ w, b tensor }

// after returns the single map that does first and then a, computed in
// float64.
func (a affine) after(first affine) affine {
	out, mid, in := a.w.dims[0], a.w.dims[1], first.w.dims[1]
	name := a.w.name + " after " + first.w.name
	w := a.w.with(first.w, name, []int{out, in}, func(v, u []float32) []float32 {
		return matmul64(v, u, out, mid, in)
	})
	b := a.w.with(first.b, name+" shift", []int{out}, func(v, u []float32) []float32 {
		return matmul64(v, u, out, mid, 1)
	}).with(a.b, name+" bias", []int{out}, func(v, u []float32) []float32 {
		for i := range v {
			v[i] += u[i]
		}
		return v
	})
	return affine{w, b}
}

func matmul64(a, b []float32, m, k, n int) []float32 {
	out := make([]float32, m*n)
	sum := make([]float64, n)
	for i := range m {
		clear(sum)
		for l := range k {
			x := float64(a[i*k+l])
			for j, y := range b[l*n : (l+1)*n] {
				sum[j] += x * float64(y)
			}
		}
		for j, s := range sum {
			out[i*n+j] = float32(s)
		}
	}
	return out
}

// stacked returns tensors one after the other along the first axis, with the
// given dims.
func stacked(name string, dims []int, parts ...tensor) tensor {
	return tensor{name: name, dims: dims, load: func() ([]float32, error) {
		out := make([]float32, 0, product(dims))
		for _, p := range parts {
			v, err := p.load()
			if err != nil {
				return nil, err
			}
			out = append(out, v...)
		}
		return out, nil
	}}
}
