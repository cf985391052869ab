package davis

import "math"

// Statistics summarise one measure over the frames of a sequence.
type Statistics struct {
	Mean   float64
	Recall float64 // share of frames above 0.5
	Decay  float64 // mean of the first quarter less mean of the last
}

// Summarise returns the statistics of per-frame values; of none, all are NaN.
func Summarise(values []float64) Statistics {
	if len(values) == 0 {
		return Statistics{math.NaN(), math.NaN(), math.NaN()}
	}
	above := 0
	for _, v := range values {
		if v > 0.5 {
			above++
		}
	}
	return Statistics{
		Mean:   mean(values),
		Recall: float64(above) / float64(len(values)),
		Decay:  mean(quarter(values, 0)) - mean(quarter(values, 3)),
	}
}

// quarter returns part i of 4 as the benchmark cuts them: the bounds are
// rounded positions (halves up) of an even division and belong to both neighbours.
func quarter(values []float64, i int) []float64 {
	at := func(i int) int {
		return int(math.Floor(float64(i)/4*float64(len(values)-1) + 0.5 + 1e-10))
	}
	return values[at(i) : at(i+1)+1]
}

func mean(values []float64) float64 {
	s := 0.0
	for _, v := range values {
		s += v
	}
	return s / float64(len(values))
}
