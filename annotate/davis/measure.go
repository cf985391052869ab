// Package davis measures masks against true masks as the DAVIS benchmark does:
// region similarity J, contour accuracy F and their statistics over a sequence.
//
// It exists so that the command line, the simulated annotator and the tests
// judge quality by the field's own definitions.
//
// Source: F. Perazzi et al., "A Benchmark Dataset and Evaluation Methodology
// for Video Object Segmentation", CVPR 2016, section 4, and the definitions of
// the benchmark's public evaluation.
package davis

import (
	"fmt"
	"math"

	"github.com/masklet/masklet/annotate"
)

// BoundaryTolerance is the distance, as a share of the image diagonal, within
// which two contours match.
const BoundaryTolerance = 0.008

// J returns the region similarity of a predicted and a true mask: their
// intersection over union, 1 if both are empty.
func J(pred, truth annotate.Mask) (float64, error) {
	return annotate.IoU(pred, truth)
}

// F returns the contour accuracy of a predicted and a true mask: the harmonic
// mean of contour precision and recall within BoundaryTolerance.
func F(pred, truth annotate.Mask) (float64, error) {
	w, h := truth.Size()
	if pw, ph := pred.Size(); pw != w || ph != h {
		return 0, fmt.Errorf("%w: sizes %dx%d and %dx%d differ", annotate.ErrMask, pw, ph, w, h)
	}
	if pred.IsZero() {
		return 1, nil
	}
	p, t := contour(pred.Bitmap()), contour(truth.Bitmap())
	np, nt := count(p), count(t)
	switch {
	case np == 0 && nt == 0:
		return 1, nil
	case np == 0 || nt == 0:
		return 0, nil
	}
	r := math.Ceil(BoundaryTolerance * math.Hypot(float64(w), float64(h)))
	precision := float64(within(p, t, w, h, r)) / float64(np)
	recall := float64(within(t, p, w, h, r)) / float64(nt)
	if precision+recall == 0 {
		return 0, nil
	}
	return 2 * precision * recall / (precision + recall), nil
}

// contour marks the pixels that differ from their right, lower or lower right
// neighbour; the last row looks only right, the last column only down.
func contour(b *annotate.Bitmap) []bool {
	out := make([]bool, len(b.Pix))
	for y := range b.H {
		for x := range b.W {
			v := b.At(x, y)
			right, down := x+1 < b.W, y+1 < b.H
			out[y*b.W+x] = right && v != b.At(x+1, y) ||
				down && v != b.At(x, y+1) ||
				right && down && v != b.At(x+1, y+1)
		}
	}
	return out
}

func count(b []bool) int {
	n := 0
	for _, v := range b {
		if v {
			n++
		}
	}
	return n
}

// within counts the marked pixels of a that have a marked pixel of b at a
// Euclidean distance of at most r.
func within(a, b []bool, w, h int, r float64) int {
	d := annotate.SquaredDistance(b, w, h)
	n := 0
	for i, v := range a {
		if v && d[i] <= r*r {
			n++
		}
	}
	return n
}
