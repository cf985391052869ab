package track

import (
	"math"

	"github.com/masklet/masklet/inference/classic/vision"
)

// globalColour is the log ratio object : background of each colour bin on the
// key frame, without regard to place.
type globalColour struct {
	ratio []float32
}

func newGlobalColour(at []colourAt, mask vision.Gray) globalColour {
	const bins = binsL * binsAB * binsAB
	var count [2][]float32
	var area [2]float32
	for side := range count {
		count[side] = make([]float32, bins)
	}
	for i, c := range at {
		side := mask.Pix[i]
		count[side][c.nearest()]++
		area[side]++
	}
	for side := range count {
		count[side] = blur121(count[side])
	}
	g := globalColour{make([]float32, bins)}
	for i := range g.ratio {
		o := float64(count[1][i]/max(area[1], 1)) + 1e-5
		b := float64(count[0][i]/max(area[0], 1)) + 1e-5
		g.ratio[i] = clip(float32(math.Log(o/b)), 3)
	}
	return g
}

// blur121 smooths a colour histogram by 1-2-1 in its three dimensions.
func blur121(h []float32) []float32 {
	for _, stride := range []int{strideL, strideA, strideB} {
		out := make([]float32, len(h))
		for i, v := range h {
			if v == 0 {
				continue
			}
			out[i] += v / 2
			if i >= stride {
				out[i-stride] += v / 4
			}
			if i+stride < len(h) {
				out[i+stride] += v / 4
			}
		}
		h = out
	}
	return h
}

func clip(v, limit float32) float32 { return min(max(v, -limit), limit) }
