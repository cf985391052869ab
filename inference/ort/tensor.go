package ort

import (
	"fmt"
	"slices"
)

// Type is the element type of a tensor.
type Type string

// The element types that graphs may use for inputs and outputs.
const (
	Float32 Type = "float32"
	Int64   Type = "int64"
)

// Tensor is a dense array in row-major (C) order. Either F32 or I64 holds the
// elements; for a tensor without elements both may be nil, and it counts as
// float32 unless I64 is not nil. A tensor without dimensions holds one number.
type Tensor struct {
	Shape []int64
	F32   []float32
	I64   []int64
}

// Floats returns a float32 tensor over data, which is not copied.
func Floats(data []float32, shape ...int64) Tensor { return Tensor{Shape: shape, F32: data} }

// Ints returns an int64 tensor over data, which is not copied.
func Ints(data []int64, shape ...int64) Tensor { return Tensor{Shape: shape, I64: data} }

// Type returns the element type.
func (t Tensor) Type() Type {
	if t.I64 != nil {
		return Int64
	}
	return Float32
}

// check reports whether the data fits the shape.
func (t Tensor) check() error {
	if t.F32 != nil && t.I64 != nil {
		return fmt.Errorf("it holds both float32 and int64 elements")
	}
	want := int64(1)
	for _, d := range t.Shape {
		if d < 0 || d > 0 && want > (1<<40)/d {
			return fmt.Errorf("its shape is %v", t.Shape)
		}
		want *= d
	}
	if have := int64(len(t.F32) + len(t.I64)); have != want {
		return fmt.Errorf("its shape %v needs %d elements, it has %d", t.Shape, want, have)
	}
	return nil
}

// IO describes one input or output of a graph.
type IO struct {
	Name  string
	Type  Type    // empty for element types other than float32 and int64
	Shape []int64 // -1 where the size is dynamic
}

// Fits reports whether a tensor of the given shape may be passed: the ranks
// agree, and every size that is not dynamic.
func (io IO) Fits(shape []int64) bool {
	return len(io.Shape) == len(shape) && !slices.ContainsFunc(zip(io.Shape, shape), func(d [2]int64) bool {
		return d[0] >= 0 && d[0] != d[1]
	})
}

func zip(a, b []int64) [][2]int64 {
	out := make([][2]int64, len(a))
	for i := range a {
		out[i] = [2]int64{a[i], b[i]}
	}
	return out
}
