package track

import (
	"image"

	"github.com/masklet/masklet/inference/classic/vision"
)

// doubtDecay is the share of a doubt that is left after a frame: who is who
// does not clear up by itself.
const doubtDecay = 0.97

// mistaken returns the factor of the confidence of an object that something in
// its own colours touched: from then on the two may be taken for each other. Up
// to a tenth of its surroundings is usual, a quarter is a like object of its size.
func mistaken(doubt float32) float64 {
	return float64(1 - min(4*max(doubt-0.1, 0), 0.6))
}

// alikeReach is how far outside a mask, in working pixels, look-alikes matter.
const alikeReach = 10

// alikeAround returns the share of the pixels just outside a mask whose colours
// are the object's own on the key frame: something that looks like the object
// touches it, or a part of the object is missing.
func (k keyModel) alikeAround(lab vision.Lab, mask vision.Gray) (float32, error) {
	r := boundsOf(mask).Inset(-alikeReach - 1).Intersect(image.Rect(0, 0, mask.W, mask.H))
	if r.Empty() {
		return 0, nil
	}
	dist, err := vision.SignedDistance(cropGray(mask, r), r.Dx(), r.Dy())
	if err != nil {
		return 0, err
	}
	alike, n := 0, 0
	for i, d := range dist.Pix {
		if d >= -1 || d < -alikeReach {
			continue
		}
		n++
		at := (r.Min.Y+i/dist.W)*lab.W + r.Min.X + i%dist.W
		if k.colour.ratio[locate(lab.Pix[3*at:3*at+3]).nearest()] > 1 {
			alike++
		}
	}
	return float32(alike) / float32(max(n, 1)), nil
}
