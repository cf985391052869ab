package sam2

import (
	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/sam2/resample"
)

// maskInput scales a mask of any size to the S x S input of a mask prompt: 0 or
// 1 per pixel, row-major. The same antialiased filter serves for shrinking and
// growing.
func (m *Model) maskInput(mask annotate.Mask) []float32 {
	w, h := mask.Size()
	bits := mask.Bitmap()
	plane := make([]float32, w*h)
	for i, v := range bits.Pix {
		if v != 0 {
			plane[i] = 1
		}
	}
	s := m.ImageSize
	if w == s && h == s {
		return plane
	}
	plane = resample.BilinearAA(plane, w, h, s, s)
	for i, v := range plane {
		plane[i] = 0
		if v >= 0.5 {
			plane[i] = 1
		}
	}
	return plane
}

// maskLow turns a mask input into the q x q logits that are stored and shown.
func (m *Model) maskLow(input []float32) []float32 {
	high := make([]float32, len(input))
	for i, v := range input {
		high[i] = 2*maskPromptVal*v - maskPromptVal
	}
	return resample.BilinearAA(high, m.ImageSize, m.ImageSize, m.lowRes(), m.lowRes())
}

// maskPrior is the learned 4 x 4 convolution with stride 4 that turns a mask
// input into the decoder's prior mask.
func (m *Model) maskPrior(input []float32) []float32 {
	s, q := m.ImageSize, m.lowRes()
	out := make([]float32, q*q)
	for y := range q {
		for x := range q {
			sum := m.MaskDownB
			for j := range 4 {
				for i := range 4 {
					sum += m.MaskDownW[4*j+i] * input[(4*y+j)*s+4*x+i]
				}
			}
			out[y*q+x] = sum
		}
	}
	return out
}

// memoryMask is the memory encoder's mask input (S x S) for stored logits: for
// prompts binarised, for tracked masks through a sigmoid; both to -10..10.
func (m *Model) memoryMask(low []float32, binarise bool) []float32 {
	q, s := m.lowRes(), m.ImageSize
	out := make([]float32, s*s)
	resample.BilinearRows(low, q, q, s, s, func(y int, row []float32) {
		for x, v := range row {
			p := float32(0)
			if !binarise {
				p = sigmoid(v)
			} else if v > 0 {
				p = 1
			}
			out[y*s+x] = 20*p - 10
		}
	})
	return out
}

// videoMask scales logits to the video and keeps what is above 0.
func videoMask(low []float32, q, w, h int) annotate.Mask {
	bits := annotate.NewBitmap(w, h)
	resample.BilinearRows(low, q, q, w, h, func(y int, row []float32) {
		for x, v := range row {
			if v > 0 {
				bits.Pix[y*w+x] = 255
			}
		}
	})
	return annotate.MaskFromBitmap(bits)
}
