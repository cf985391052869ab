package vision

import (
	"fmt"

	"gocv.io/x/gocv"
)

// Distance returns, for each pixel that is on (not 0), the Euclidean distance
// in pixels to the nearest pixel that is off, and 0 for the others. If no
// pixel is off, every distance is w+h.
func Distance(on []uint8, w, h int) (Plane, error) {
	if err := check("mask", w, h, 1, len(on)); err != nil {
		return Plane{}, err
	}
	out := NewPlane(w, h)
	src, dst, zones := gocv.NewMatWithSize(h, w, gocv.MatTypeCV8UC1), gocv.NewMat(), gocv.NewMat()
	defer src.Close()
	defer dst.Close()
	defer zones.Close()
	pix, err := src.DataPtrUint8()
	if err != nil {
		return Plane{}, fmt.Errorf("%w: distance transform: %v", ErrOpenCV, err)
	}
	anyOff := false
	for i, v := range on {
		pix[i] = 0
		if v != 0 {
			pix[i] = 255
		} else {
			anyOff = true
		}
	}
	if !anyOff {
		for i := range out.Pix {
			out.Pix[i] = float32(w + h)
		}
		return out, nil
	}
	gocv.DistanceTransform(src, &dst, &zones, gocv.DistL2, gocv.DistanceMask5, gocv.DistanceLabelPixel)
	far, err := dst.DataPtrFloat32()
	if err != nil {
		return Plane{}, fmt.Errorf("%w: distance transform: %v", ErrOpenCV, err)
	}
	copy(out.Pix, far)
	return out, nil
}

// SignedDistance returns the distance to the border of a mask in pixels,
// positive inside and negative outside: +0.5 for a pixel of the mask that
// touches the background, -0.5 for its neighbour outside.
func SignedDistance(on []uint8, w, h int) (Plane, error) {
	inside, err := Distance(on, w, h)
	if err != nil {
		return Plane{}, err
	}
	off := make([]uint8, len(on))
	for i, v := range on {
		if v == 0 {
			off[i] = 1
		}
	}
	outside, err := Distance(off, w, h)
	if err != nil {
		return Plane{}, err
	}
	for i, v := range on {
		if v != 0 {
			inside.Pix[i] -= 0.5
		} else {
			inside.Pix[i] = 0.5 - outside.Pix[i]
		}
	}
	return inside, nil
}
