package sam2

// What the reference fixes about the decoder's outputs.
const (
	hiddenLogit   = -1024 // logits of a mask whose object is not visible
	priorLimit    = 32    // prior logits are clamped to this
	maxMultiPts   = 1     // up to so many points the decoder's three masks compete
	stableDelta   = 0.05  // logit band of the stability score
	stableMin     = 0.98  // below it the single mask is replaced
	maskPromptVal = 10    // logits of a mask prompt
	holeArea      = 8     // holes up to this area are filled, in low-res pixels
)

// choice is the decoder's output after the choice between its masks.
type choice struct {
	low   []float32 // q x q logits
	ptr   []float32 // d
	score float32
	iou   float32 // predicted IoU of the chosen mask

	multi, fallback bool
	stability       float32
}

// decide picks one of the decoder's four masks and applies the gate for hidden
// objects. With multi, masks 1 to 3 compete by predicted IoU and the pointer is
// that of the winner. Without, mask 0 is taken unless it is unstable; the
// pointer stays that of mask 0 even then.
func (m *Model) decide(o *DecodeOutput, multi bool) choice {
	n := m.lowRes() * m.lowRes()
	best := 1
	for k := 2; k < 4; k++ {
		if o.IoU[k] > o.IoU[best] {
			best = k
		}
	}
	c := choice{score: o.Score, multi: multi, stability: stability(o.Masks[:n])}
	mask, token := 0, 0
	if multi {
		mask, token = best, best
	} else if c.stability < stableMin {
		mask, c.fallback = best, true
	}
	c.low = o.Masks[mask*n : (mask+1)*n : (mask+1)*n]
	c.iou = o.IoU[mask]
	c.ptr = o.Ptr[token*m.DModel : (token+1)*m.DModel : (token+1)*m.DModel]
	if !(o.Score > 0) {
		c.low = make([]float32, n)
		for i := range c.low {
			c.low[i] = hiddenLogit
		}
		c.ptr = m.NoObjPtr
	}
	return c
}

// stability is the IoU of the mask thresholded at +delta and at -delta.
func stability(low []float32) float32 {
	in, out := 0, 0
	for _, v := range low {
		if v > stableDelta {
			in++
		}
		if v > -stableDelta {
			out++
		}
	}
	if out == 0 {
		return 1
	}
	return float32(in) / float32(out)
}

// multimask reports whether n points (box corners included) let the decoder's
// masks compete.
func multimask(n int) bool { return n <= maxMultiPts }

// fillHoles sets the logits of small holes (8-connected areas of logits at or
// below 0 of up to holeArea pixels) slightly above 0, and returns a new plane
// if there are any.
func fillHoles(low []float32, side int) []float32 {
	seen := make([]bool, len(low))
	out := low
	var stack, part []int
	for start := range low {
		if seen[start] || low[start] > 0 {
			continue
		}
		seen[start] = true
		stack, part = append(stack[:0], start), part[:0]
		for len(stack) > 0 {
			at := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			part = append(part, at)
			x, y := at%side, at/side
			for ny := max(y-1, 0); ny <= min(y+1, side-1); ny++ {
				for nx := max(x-1, 0); nx <= min(x+1, side-1); nx++ {
					if i := ny*side + nx; !seen[i] && low[i] <= 0 {
						seen[i] = true
						stack = append(stack, i)
					}
				}
			}
		}
		if len(part) > holeArea {
			continue
		}
		if &out[0] == &low[0] {
			out = append([]float32(nil), low...)
		}
		for _, i := range part {
			out[i] = 0.1
		}
	}
	return out
}
