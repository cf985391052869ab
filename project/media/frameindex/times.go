package frameindex

import "slices"

// Shown returns the presentation times of all frames in milliseconds, from
// the times that the decoder gave. It gives none (0) for the frames that it
// still held when the file ended, and for some broken ones. later returns the
// times after a given one from the container.
func Shown(raw []float64, later func(after float64) []float64) []float64 {
	out := slices.Clone(raw)
	known := len(out)
	for known > 1 && out[known-1] <= 0 {
		known--
	}
	if missing := len(out) - known; missing > 0 {
		// Times of frames that the decoder dropped may be among them; then it
		// is not known which, and the frames are spaced evenly below.
		if times := later(out[known-1]); len(times) == missing {
			copy(out[known:], times)
		}
	}
	fillGaps(out)
	neverBack(out)
	return out
}

// neverBack gives frames whose time lies after that of a later one, as the
// decoder says of files with several edits, a time before it: times grow with
// the frames.
func neverBack(msec []float64) {
	n := len(msec)
	for i := n - 2; i >= 0; i-- {
		if msec[i] < msec[i+1] {
			continue
		}
		step := 40.0
		if i+2 < n && msec[i+2] > msec[i+1] {
			step = msec[i+2] - msec[i+1]
		}
		msec[i] = msec[i+1] - step
	}
	if n > 0 && msec[0] < 0 { // an earlier start only moves what lies before it
		first := msec[0]
		for i := range msec {
			msec[i] -= first
		}
	}
}

// fillGaps gives frames without a time the distance of the frames before them.
func fillGaps(msec []float64) {
	step := 40.0 // 25 frames a second, if nothing better is known
	for i := 1; i < len(msec); i++ {
		if msec[i] > 0 {
			if d := msec[i] - msec[i-1]; d > 0 {
				step = d
			}
			continue
		}
		msec[i] = msec[i-1] + step
	}
}
