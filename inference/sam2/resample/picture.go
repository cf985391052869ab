// Package resample scales pictures and planes of numbers exactly as the tools do
// that the models were trained with: Pillow for pictures, PyTorch for masks and
// logits.
//
// It exists apart from the session logic because it is pure arithmetic, which is
// compared number by number with those tools.
package resample

import (
	"image"
	"math"
)

// Kernel is a resampling filter and its radius at scale 1.
type Kernel struct {
	radius float64
	weight func(x float64) float64
}

// Bicubic is Keys' cubic convolution with a = -0.5, Pillow's default filter.
var Bicubic = Kernel{2, func(x float64) float64 {
	const a = -0.5
	x = math.Abs(x)
	switch {
	case x < 1:
		return ((a+2)*x-(a+3))*x*x + 1
	case x < 2:
		return (((x-5)*x+8)*x - 4) * a
	}
	return 0
}}

// Triangle is Pillow's bilinear filter.
var Triangle = Kernel{1, func(x float64) float64 { return max(0, 1-math.Abs(x)) }}

// fixedBits is the number of fraction bits of the integer filter weights:
// Pillow keeps 32 bits for 8-bit samples and two bits of headroom.
const fixedBits = 32 - 8 - 2

// tap is the stretch of input samples that one output sample is made of.
type tap struct {
	first   int
	weights []int32 // fixed point, sum close to 1<<fixedBits
}

// taps computes the integer filter of Pillow for one axis.
func (k Kernel) taps(in, out int) []tap {
	scale := float64(in) / float64(out)
	stretch := max(scale, 1)
	support := k.radius * stretch
	list := make([]tap, out)
	for i := range list {
		centre := (float64(i) + 0.5) * scale
		first := max(int(centre-support+0.5), 0)
		last := min(int(centre+support+0.5), in)
		w := make([]float64, last-first)
		sum := 0.0
		for j := range w {
			w[j] = k.weight((float64(first+j) - centre + 0.5) / stretch)
			sum += w[j]
		}
		list[i] = tap{first, make([]int32, len(w))}
		for j, v := range w {
			if sum != 0 {
				v /= sum
			}
			list[i].weights[j] = int32(math.Round(v * (1 << fixedBits)))
		}
	}
	return list
}

// RGB scales the image to w by h pixels exactly as Pillow's Image.resize
// does with the given filter: per axis, across first, each pass rounded to 8
// bits. The result is RGB, 3 bytes per pixel, row-major; alpha is ignored.
func RGB(img *image.RGBA, w, h int, k Kernel) []uint8 {
	iw, ih := img.Rect.Dx(), img.Rect.Dy()
	across, down := k.taps(iw, w), k.taps(ih, h)
	mid := make([]uint8, 3*w*ih)
	for y := range ih {
		row := img.Pix[y*img.Stride:]
		for x, t := range across {
			r, g, b := int64(1<<(fixedBits-1)), int64(1<<(fixedBits-1)), int64(1<<(fixedBits-1))
			p := 4 * t.first
			for _, c := range t.weights {
				c := int64(c)
				r += c * int64(row[p])
				g += c * int64(row[p+1])
				b += c * int64(row[p+2])
				p += 4
			}
			o := 3 * (y*w + x)
			mid[o], mid[o+1], mid[o+2] = clamp8(r), clamp8(g), clamp8(b)
		}
	}
	out := make([]uint8, 3*w*h)
	sums := make([]int64, 3*w)
	for y, t := range down {
		for i := range sums {
			sums[i] = 1 << (fixedBits - 1)
		}
		for j, c := range t.weights {
			row := mid[3*w*(t.first+j):][:3*w]
			for i, v := range row {
				sums[i] += int64(c) * int64(v)
			}
		}
		o := out[3*w*y:][:3*w]
		for i, s := range sums {
			o[i] = clamp8(s)
		}
	}
	return out
}

func clamp8(v int64) uint8 { return uint8(min(max(v>>fixedBits, 0), 255)) }
