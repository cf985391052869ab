package vision

/*
#include "opencv.h"
*/
import "C"

import (
	"image"

	"masklet/annotate"
)

// FineOptions say how a soft mask becomes a sharp one at the video's size.
type FineOptions struct {
	Blur      float64 // smoothing of the soft mask at working size, standard deviation in pixels; 0: none
	Low, High float32 // values at or beyond these are decided; between them the colours help
	Unary     float32 // weight of the soft value: Unary·(value - 0.5)
	Lambda    float32 // weight of the colour edges
}

// DefaultFine returns the options of the classic engine.
func DefaultFine() FineOptions {
	return FineOptions{Blur: 1, Low: 0.07, High: 0.93, Unary: 6, Lambda: 2}
}

// FineMask returns the mask at the size of full that a soft mask (0..1, above
// 0.5 is object) at working size stands for: its undecided band is cut once
// more along the colour edges of the full frame. Its cost grows with the
// object's border, not with the frame.
func FineMask(full *image.RGBA, soft Plane, o FineOptions) (*annotate.Bitmap, error) {
	w, h, err := checkRGBA(full)
	if err != nil {
		return nil, err
	}
	if err := check("soft mask", soft.W, soft.H, 1, len(soft.Pix)); err != nil {
		return nil, err
	}
	if o.Blur > 0 {
		if soft, err = Blur(soft, o.Blur); err != nil {
			return nil, err
		}
	}
	out := annotate.NewBitmap(w, h)
	err = call("fine mask", func(e *C.char) C.int {
		return C.vision_fine_mask(bytes(full.Pix), C.int(w), C.int(h), floats(soft.Pix), C.int(soft.W), C.int(soft.H),
			C.float(o.Low), C.float(o.High), C.float(o.Unary), C.float(o.Lambda), bytes(out.Pix), e)
	})
	return out, err
}
