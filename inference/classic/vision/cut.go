package vision

/*
#include "opencv.h"
*/
import "C"

import (
	"fmt"
	"unsafe"
)

// Labels that GridCut leaves alone or decides.
const (
	Free            uint8 = 0 // to be decided
	FixedBackground uint8 = 1
	FixedObject     uint8 = 2
)

// CutOptions weigh the borders that a cut draws. The weight between two
// neighbours is Lambda·(Floor + (1-Floor)·exp(-Beta·|ΔLab|²)), a diagonal
// neighbour's 0.707 of it. Beta 0 means 1/(2·mean |ΔLab|²) of the image.
type CutOptions struct {
	Lambda float32
	Floor  float32
	Beta   float32
}

// GridCut labels the pixels of a w by h grid 1 (object) or 0 so that the sum
// of the weights it cuts is least: a pixel labelled 0 pays source, one
// labelled 1 pays sink, and each pair of neighbours with different labels pays
// the weight of CutOptions. fixed is nil or holds Free, FixedBackground or
// FixedObject for each pixel. Weights are rounded to 1/1024 and capped at 4096.
//
// Source: Boykov and Kolmogorov, "An Experimental Comparison of Min-Cut/
// Max-Flow Algorithms" (2004); OpenCV's imgproc/detail/gcgraph.hpp.
func GridCut(w, h int, source, sink []float32, lab Lab, o CutOptions, fixed []uint8) ([]uint8, error) {
	if err := check("cut", w, h, 1, len(source)); err != nil {
		return nil, err
	}
	if lab.W != w || lab.H != h || len(lab.Pix) != 3*w*h || len(sink) != w*h {
		return nil, fmt.Errorf("%w: cut of %dx%d with colours of %dx%d and %d weights", ErrSize, w, h, lab.W, lab.H, len(sink))
	}
	if fixed != nil && len(fixed) != w*h {
		return nil, fmt.Errorf("%w: cut of %dx%d with %d fixed labels", ErrSize, w, h, len(fixed))
	}
	if w*h > 1<<26 {
		return nil, fmt.Errorf("%w: a cut of %dx%d pixels is too large", ErrSize, w, h)
	}
	labels := make([]uint8, w*h)
	return labels, call("graph cut", func(e *C.char) C.int {
		return C.vision_grid_cut(C.int(w), C.int(h), floats(source), floats(sink), floats(lab.Pix), bytes(fixed),
			C.float(o.Lambda), C.float(o.Floor), C.float(o.Beta), bytes(labels), e)
	})
}

// RegionCut labels the nodes of a graph true (object) or false so that the sum
// of what they pay is least: a node pays its unary if it is false (minus it if
// it is true, up to a constant), and an edge its weight if its ends differ. Edge
// e joins the nodes ends[2e] and ends[2e+1]. Of several such labellings it is
// the one with the fewest true nodes. Weights are rounded to 1/64 and capped at 1e6.
func RegionCut(ends []int32, weight, unary []float32) ([]bool, error) {
	if len(ends) != 2*len(weight) {
		return nil, fmt.Errorf("%w: cut of %d ends with %d weights", ErrSize, len(ends), len(weight))
	}
	labels := make([]bool, len(unary))
	return labels, call("graph cut", func(e *C.char) C.int {
		return C.vision_region_cut(C.int(len(unary)), C.int(len(weight)), (*C.int32_t)(unsafe.Pointer(unsafe.SliceData(ends))),
			floats(weight), floats(unary), (*C.uint8_t)(unsafe.Pointer(unsafe.SliceData(labels))), e)
	})
}
