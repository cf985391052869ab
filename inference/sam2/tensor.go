package sam2

import (
	"image"

	"github.com/masklet/masklet/inference/sam2/resample"
)

// ImageTensor turns a frame into the encoder's input: scaled to S x S with
// Pillow's bicubic filter (the aspect ratio is not kept), each channel
// (v/255-mean)/std, channels first (3 x S x S).
func (m *Model) ImageTensor(img *image.RGBA) []float32 {
	s := m.ImageSize
	rgb := resample.RGB(img, s, s, resample.Bicubic)
	var table [3][256]float32
	for c := range table {
		for v := range table[c] {
			table[c][v] = (float32(v)/255 - m.Mean[c]) / m.Std[c]
		}
	}
	out := make([]float32, 3*s*s)
	for c := range 3 {
		plane := out[c*s*s:][:s*s]
		for i := range plane {
			plane[i] = table[c][rgb[3*i+c]]
		}
	}
	return out
}
