package vision

/*
#include "opencv.h"
*/
import "C"

import (
	"image"
	"math"

	"github.com/masklet/masklet/annotate"
)

// FineOptions say how a soft mask becomes a sharp one at the video's size.
type FineOptions struct {
	Blur      float64 // smoothing of the soft mask at working size, standard deviation in pixels; 0: none
	Low, High float32 // values at or beyond these are decided; between them the colours help
	Unary     float32 // weight of the soft value: Unary·(value - 0.5)
	Lambda    float32 // weight of the colour edges
}

// DefaultFine returns the options of the classic engine.
func DefaultFine() FineOptions {
	return FineOptions{Blur: 1, Low: 0.07, High: 0.93, Unary: 6, Lambda: 2}
}

// FineMask returns the mask at the size of full that a soft mask (0..1, above
// 0.5 is object) at working size stands for: its undecided band is cut once
// more along the colour edges of the full frame (of very large frames reduced by
// a whole number). Its cost grows with the object's border, not with the frame.
func FineMask(full *image.RGBA, soft Plane, o FineOptions) (*annotate.Bitmap, error) {
	part, r, err := FinePart(full, soft, o)
	if err != nil {
		return nil, err
	}
	out := annotate.NewBitmap(full.Rect.Dx(), full.Rect.Dy())
	for y := range r.Dy() {
		copy(out.Pix[(r.Min.Y+y)*out.W+r.Min.X:], part[y*r.Dx():(y+1)*r.Dx()])
	}
	return out, nil
}

// FinePart is FineMask without the empty surroundings: it returns the pixels
// (0 or 255, row-major) of the part r of the frame; all others are off. r is
// empty if there is no object.
func FinePart(full *image.RGBA, soft Plane, o FineOptions) (pix []uint8, r image.Rectangle, err error) {
	w, h, err := checkRGBA(full)
	if err != nil {
		return nil, r, err
	}
	if err := check("soft mask", soft.W, soft.H, 1, len(soft.Pix)); err != nil {
		return nil, r, err
	}
	if o.Blur > 0 {
		if soft, err = Blur(soft, o.Blur); err != nil {
			return nil, r, err
		}
	}
	if by := reduction(w, soft.W); by > 1 {
		return finePartReduced(full, soft, o, by)
	}
	if r = o.region(w, h, soft); r.Empty() {
		return nil, r, nil
	}
	pix, err = o.cut(full, soft, r)
	return pix, r, err
}

// cut decides the part r at the size of full; soft is smoothed already.
func (o FineOptions) cut(full *image.RGBA, soft Plane, r image.Rectangle) ([]uint8, error) {
	w, h := full.Rect.Dx(), full.Rect.Dy()
	low, high := o.band(float64(w) / float64(soft.W))
	pix := make([]uint8, r.Dx()*r.Dy())
	return pix, call("fine mask", func(e *C.char) C.int {
		return C.vision_fine_mask(bytes(full.Pix), C.int(w), C.int(h), floats(soft.Pix), C.int(soft.W), C.int(soft.H),
			C.float(low), C.float(high), C.float(o.Unary), C.float(o.Lambda),
			C.int(r.Min.X), C.int(r.Min.Y), C.int(r.Max.X), C.int(r.Max.Y), bytes(pix), e)
	})
}

// region returns the part of a frame of w by h pixels where a soft mask is not
// decided to be background.
func (o FineOptions) region(w, h int, soft Plane) image.Rectangle {
	low, _ := o.band(float64(w) / float64(soft.W))
	r := occupied(soft, low)
	if r.Empty() {
		return r
	}
	// One cell more on each side: bilinear reading spreads values that far.
	r = image.Rect((r.Min.X-1)*w/soft.W-1, (r.Min.Y-1)*h/soft.H-1, (r.Max.X+1)*w/soft.W+1, (r.Max.Y+1)*h/soft.H+1)
	return r.Intersect(image.Rect(0, 0, w, h))
}

// maxScale is how many times the working size a frame is cut at. The border of
// an object has ever more pixels on larger frames and shows no more of it.
const maxScale = 4.6

// reduction returns the whole number by which a frame of w pixels is reduced
// for the cut.
func reduction(w, soft int) int {
	return int(math.Ceil(float64(w) / float64(soft) / maxScale))
}

// finePartReduced cuts on the frame reduced by a whole number and enlarges the
// result, with the border between pixels where it runs smoothly.
func finePartReduced(full *image.RGBA, soft Plane, o FineOptions, by int) (pix []uint8, r image.Rectangle, err error) {
	w, h := full.Rect.Dx(), full.Rect.Dy()
	sw, sh := max(1, w/by), max(1, h/by)
	inner := o.region(sw, sh, soft)
	if inner.Empty() {
		return nil, image.Rectangle{}, nil
	}
	small, err := reduce(full, sw, sh, inner)
	if err != nil {
		return nil, r, err
	}
	part, err := o.cut(small, soft, inner)
	if err != nil {
		return nil, r, err
	}
	whole := make([]uint8, sw*sh)
	for y := range inner.Dy() {
		copy(whole[(inner.Min.Y+y)*sw+inner.Min.X:], part[y*inner.Dx():(y+1)*inner.Dx()])
	}
	r = image.Rect((inner.Min.X-1)*w/sw, (inner.Min.Y-1)*h/sh, (inner.Max.X+1)*w/sw+1, (inner.Max.Y+1)*h/sh+1)
	r = r.Intersect(full.Rect)
	pix = make([]uint8, r.Dx()*r.Dy())
	err = call("enlarge a mask", func(e *C.char) C.int {
		return C.vision_enlarge_mask(bytes(whole), C.int(sw), C.int(sh), C.int(w), C.int(h),
			C.int(r.Min.X), C.int(r.Min.Y), C.int(r.Max.X), C.int(r.Max.Y), bytes(pix), e)
	})
	return pix, r, err
}

// reduce returns the frame area-averaged to sw by sh pixels. Where they divide
// the frame's, only the part r is computed, with a border of one pixel.
func reduce(full *image.RGBA, sw, sh int, r image.Rectangle) (*image.RGBA, error) {
	w, h := full.Rect.Dx(), full.Rect.Dy()
	if w%sw != 0 || h%sh != 0 {
		return ResizeRGBA(full, sw, sh)
	}
	out := image.NewRGBA(image.Rect(0, 0, sw, sh))
	r = r.Inset(-1).Intersect(out.Rect)
	return out, call("reduce a part of a frame", func(e *C.char) C.int {
		return C.vision_reduce_rgba(bytes(full.Pix), C.int(w), C.int(h), bytes(out.Pix), C.int(sw), C.int(sh),
			C.int(r.Min.X), C.int(r.Min.Y), C.int(r.Max.X), C.int(r.Max.Y), e)
	})
}

// maxBand is how many pixels of the frame to each side of the border are
// decided anew at most: it bounds the cost on very large frames.
const maxBand = 8

// band returns the values between which a soft mask is undecided on a frame
// that is scale times as large: those of the options, or narrower.
func (o FineOptions) band(scale float64) (low, high float32) {
	if o.Blur <= 0 || scale <= 0 {
		return o.Low, o.High
	}
	// A blurred straight border has the profile of a normal distribution.
	reach := float32(0.5 * math.Erfc(maxBand/scale/o.Blur/math.Sqrt2))
	return max(o.Low, reach), min(o.High, 1-reach)
}

// occupied returns the smallest rectangle around the values above a limit.
func occupied(p Plane, limit float32) image.Rectangle {
	var r image.Rectangle
	for y := range p.H {
		for x, v := range p.Pix[y*p.W : (y+1)*p.W] {
			if v > limit {
				r = r.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	return r
}
