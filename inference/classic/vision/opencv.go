package vision

/*
#cgo pkg-config: opencv4
#cgo CXXFLAGS: -std=c++11 -O3
#include "opencv.h"
*/
import "C"

import (
	"errors"
	"fmt"
	"image"
	"math"
	"unsafe"
)

// ErrOpenCV is wrapped by every error that OpenCV itself reported.
var ErrOpenCV = errors.New("OpenCV")

// Dense flow splits its work by the number of threads and its result depends
// on the split. One thread makes masks the same on every machine; the cores
// are used by encoding several frames at a time.
func init() { C.vision_single_thread() }

// call runs one function of the C interface and turns its message into an error.
func call(what string, f func(err *C.char) C.int) error {
	var buf [C.ERR_LEN]C.char
	if f(&buf[0]) == 0 {
		return nil
	}
	return fmt.Errorf("%w: %s: %s", ErrOpenCV, what, C.GoString(&buf[0]))
}

func floats(s []float32) *C.float { return (*C.float)(unsafe.Pointer(unsafe.SliceData(s))) }
func bytes(s []uint8) *C.uint8_t  { return (*C.uint8_t)(unsafe.Pointer(unsafe.SliceData(s))) }

// WorkingSize returns the size at which the engine works on a video of w by h
// pixels: the short side scaled down to short. Small videos keep their size,
// and very long ones are scaled further, so that the cost of a frame is bounded.
func WorkingSize(w, h, short int) (int, int) {
	if w < 1 || h < 1 || short < 1 {
		return max(w, 1), max(h, 1)
	}
	const maxArea = 6 // in units of short*short
	scale := min(1, float64(short)/float64(min(w, h)))
	if area := scale * scale * float64(w) * float64(h); area > maxArea*float64(short*short) {
		scale *= math.Sqrt(maxArea * float64(short*short) / area)
	}
	fit := func(v int) int { return max(1, int(math.Round(scale*float64(v)))) }
	return fit(w), fit(h)
}

// ResizeRGBA returns the image scaled to w by h pixels; each new pixel is the
// mean of the area it covers. An image that has the size already is returned as it is.
func ResizeRGBA(img *image.RGBA, w, h int) (*image.RGBA, error) {
	sw, sh, err := checkRGBA(img)
	if err != nil {
		return nil, err
	}
	if sw == w && sh == h {
		return img, nil
	}
	if err := check("resized frame", w, h, 1, w*h); err != nil {
		return nil, err
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	return out, call("resize", func(e *C.char) C.int {
		return C.vision_resize_rgba(bytes(img.Pix), C.int(sw), C.int(sh), bytes(out.Pix), C.int(w), C.int(h), e)
	})
}

// LabOf converts sRGB pixels to CIE L*a*b*. Alpha is ignored.
func LabOf(img *image.RGBA) (Lab, error) {
	w, h, err := checkRGBA(img)
	if err != nil {
		return Lab{}, err
	}
	out := Lab{w, h, make([]float32, 3*w*h)}
	return out, call("convert to Lab", func(e *C.char) C.int {
		return C.vision_lab(bytes(img.Pix), C.int(w), C.int(h), floats(out.Pix), e)
	})
}

// GrayOf returns the luma (ITU-R BT.601) of sRGB pixels. Alpha is ignored.
func GrayOf(img *image.RGBA) (Gray, error) {
	w, h, err := checkRGBA(img)
	if err != nil {
		return Gray{}, err
	}
	out := NewGray(w, h)
	return out, call("convert to grey", func(e *C.char) C.int {
		return C.vision_gray(bytes(img.Pix), C.int(w), C.int(h), bytes(out.Pix), e)
	})
}

// Blur returns p smoothed by a Gaussian of standard deviation sigma pixels.
func Blur(p Plane, sigma float64) (Plane, error) {
	pix, err := blur(p.Pix, p.W, p.H, 1, sigma)
	return Plane{p.W, p.H, pix}, err
}

// BlurLab is Blur for all three channels of a Lab image.
func BlurLab(l Lab, sigma float64) (Lab, error) {
	pix, err := blur(l.Pix, l.W, l.H, 3, sigma)
	return Lab{l.W, l.H, pix}, err
}

// BlurFlow is Blur for both components of a motion field.
func BlurFlow(f Flow, sigma float64) (Flow, error) {
	v, err := blur(f.V, f.W, f.H, 2, sigma)
	return Flow{f.W, f.H, v}, err
}

func blur(pix []float32, w, h, channels int, sigma float64) ([]float32, error) {
	if err := check("image to blur", w, h, channels, len(pix)); err != nil {
		return nil, err
	}
	if !(sigma > 0 && sigma < 1000) {
		return nil, fmt.Errorf("%w: blur of %g pixels", ErrSize, sigma)
	}
	out := make([]float32, len(pix))
	return out, call("blur", func(e *C.char) C.int {
		return C.vision_blur(floats(pix), C.int(w), C.int(h), C.int(channels), C.double(sigma), floats(out), e)
	})
}

// ShrinkMask returns a mask (0 off, anything else on) scaled to w by h pixels:
// 1 where at least half of the area is on, 0 elsewhere.
func ShrinkMask(m Gray, w, h int) (Gray, error) {
	if err := check("mask", m.W, m.H, 1, len(m.Pix)); err != nil {
		return Gray{}, err
	}
	if err := check("scaled mask", w, h, 1, w*h); err != nil {
		return Gray{}, err
	}
	out := NewGray(w, h)
	return out, call("scale mask", func(e *C.char) C.int {
		return C.vision_shrink_mask(bytes(m.Pix), C.int(m.W), C.int(m.H), bytes(out.Pix), C.int(w), C.int(h), e)
	})
}
