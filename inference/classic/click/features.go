package click

import (
	"math"

	"github.com/masklet/masklet/inference/classic/vision"
)

// motionWeight is the weight of squared differences of relative motion (mean
// over the flows) against squared Lab differences.
const motionWeight = 2

// features holds one vector per working pixel: Lab, then the relative motions
// scaled so that squared distances of the whole vector are meaningful.
type features struct {
	w, h, n int // n channels; the first three are Lab
	v       []float32
}

func makeFeatures(lab vision.Lab, motions []vision.Flow) *features {
	f := &features{w: lab.W, h: lab.H, n: 3 + 2*len(motions)}
	f.v = make([]float32, f.w*f.h*f.n)
	scale := float32(0)
	if len(motions) > 0 {
		scale = float32(math.Sqrt(motionWeight / float64(len(motions))))
	}
	for p := range f.w * f.h {
		v := f.v[p*f.n : (p+1)*f.n]
		copy(v, lab.Pix[3*p:3*p+3])
		for i, m := range motions {
			v[3+2*i], v[4+2*i] = scale*m.V[2*p], scale*m.V[2*p+1]
		}
	}
	return f
}

func (f *features) at(x, y int) []float32 {
	p := (y*f.w + x) * f.n
	return f.v[p : p+f.n]
}

// apart returns the squared distances of two vectors in colour and in motion.
func apart(a, b []float32) (colour, motion float32) {
	for i, v := range a {
		d := v - b[i]
		if i < 3 {
			colour += d * d
		} else {
			motion += d * d
		}
	}
	return colour, motion
}
