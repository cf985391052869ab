package vision

import (
	"fmt"
	"image"

	"gocv.io/x/gocv"
)

// Version returns the version of the OpenCV library in use, for example "4.6.0".
func Version() string { return gocv.OpenCVVersion() }

// Labels of a GrabCut mask, as OpenCV numbers them.
const (
	SureBackground     uint8 = 0
	SureObject         uint8 = 1
	ProbableBackground uint8 = 2
	ProbableObject     uint8 = 3
)

// minGrabCutSamples is how many pixels OpenCV needs on each side to start its
// five-component colour models; it ends the process when there are fewer.
const minGrabCutSamples = 5

// GrabCut relabels the probable pixels of trimap, which holds the four labels
// above for every pixel of img, and returns the labels after the given number
// of rounds (1..20). Where one side has fewer than five pixels nothing can be
// learnt, and the trimap comes back unchanged.
//
// Source: Rother et al., "GrabCut" (2004), as in OpenCV.
func GrabCut(img *image.RGBA, trimap []uint8, rounds int) ([]uint8, error) {
	w, h, err := checkRGBA(img)
	if err != nil {
		return nil, err
	}
	if len(trimap) != w*h || rounds < 1 || rounds > 20 {
		return nil, fmt.Errorf("%w: GrabCut of %dx%d with %d labels and %d rounds", ErrSize, w, h, len(trimap), rounds)
	}
	out := append([]uint8(nil), trimap...)
	var sides [2]int
	for _, v := range trimap {
		if v > ProbableObject {
			return nil, fmt.Errorf("%w: GrabCut label %d", ErrSize, v)
		}
		sides[v&1]++
	}
	if min(sides[0], sides[1]) < minGrabCutSamples {
		return out, nil
	}

	bgr, mask := gocv.NewMatWithSize(h, w, gocv.MatTypeCV8UC3), gocv.NewMatWithSize(h, w, gocv.MatTypeCV8UC1)
	defer bgr.Close()
	defer mask.Close()
	background, object := gocv.NewMat(), gocv.NewMat()
	defer background.Close()
	defer object.Close()
	pix, err := bgr.DataPtrUint8()
	if err != nil {
		return nil, fmt.Errorf("%w: GrabCut: %v", ErrOpenCV, err)
	}
	labels, err := mask.DataPtrUint8()
	if err != nil {
		return nil, fmt.Errorf("%w: GrabCut: %v", ErrOpenCV, err)
	}
	for i := range w * h {
		pix[3*i], pix[3*i+1], pix[3*i+2] = img.Pix[4*i+2], img.Pix[4*i+1], img.Pix[4*i]
	}
	copy(labels, trimap)
	gocv.GrabCut(bgr, &mask, image.Rectangle{}, &background, &object, rounds, gocv.GCInitWithMask)
	copy(out, labels)
	return out, nil
}

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
