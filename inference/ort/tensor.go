package ort

import (
	"fmt"
	"slices"
)

// Tensor is a dense float32 array in row-major (C) order.
type Tensor struct {
	Shape []int64
	F32   []float32
}

// Floats returns a tensor over data, which is not copied.
func Floats(data []float32, shape ...int64) Tensor { return Tensor{shape, data} }

// check reports whether the data fits the shape.
func (t Tensor) check() error {
	want := int64(1)
	for _, d := range t.Shape {
		if d < 0 || d > 0 && want > (1<<40)/d {
			return fmt.Errorf("its shape is %v", t.Shape)
		}
		want *= d
	}
	if have := int64(len(t.F32)); have != want {
		return fmt.Errorf("its shape %v needs %d elements, it has %d", t.Shape, want, have)
	}
	return nil
}

// IO describes one input or output of a graph; its elements are float32.
type IO struct {
	Name  string
	Shape []int64 // -1 where the size may differ from call to call
}

// Fits reports whether a tensor of the given shape may be passed: the ranks
// agree, and every size that is not dynamic.
func (io IO) Fits(shape []int64) bool {
	return slices.EqualFunc(io.Shape, shape, func(want, have int64) bool { return want < 0 || want == have })
}
