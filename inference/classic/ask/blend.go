package ask

import "github.com/masklet/masklet/inference/promptnet"

// blend returns the mean of answers to the same question in crops of different
// margins, in the crop of the first: what the network is not sure of differs
// from crop to crop, and evens out. Crops that do not reach a place have no say.
func blend(answers []promptnet.Answer) promptnet.Answer {
	out := answers[0]
	out.P = make([]float32, size*size)
	out.IoU = 0
	for i := range out.P {
		x, y := out.Crop.From(float64(i%size), float64(i/size))
		sum, n := answers[0].P[i], float32(1)
		for _, a := range answers[1:] {
			if p, inside := a.At(x, y); inside {
				sum += p
				n++
			}
		}
		out.P[i] = sum / n
	}
	for _, a := range answers {
		out.IoU += a.IoU / float64(len(answers))
	}
	return out
}
