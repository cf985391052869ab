package vision

import (
	"errors"
	"fmt"
	"image"
)

// ErrSize is wrapped by every error about images whose sizes do not fit.
var ErrSize = errors.New("bad image size")

// maxSide is the longest side that this package accepts, in pixels.
const maxSide = 1 << 15

// Plane is one channel of floats, row-major, W*H long.
type Plane struct {
	W, H int
	Pix  []float32
}

// Lab is a CIE L*a*b* image (D65): L in 0..100, a and b about -128..127,
// interleaved, 3*W*H long.
type Lab struct {
	W, H int
	Pix  []float32
}

// Gray is one channel of bytes, row-major, W*H long.
type Gray struct {
	W, H int
	Pix  []uint8
}

// Flow is a dense motion field, interleaved dx, dy in pixels of its own size,
// 2*W*H long: what is at (x, y) in the first image is at (x+dx, y+dy) in the second.
type Flow struct {
	W, H int
	V    []float32
}

// NewPlane returns a plane of zeros.
func NewPlane(w, h int) Plane { return Plane{w, h, make([]float32, w*h)} }

// NewGray returns a black image.
func NewGray(w, h int) Gray { return Gray{w, h, make([]uint8, w*h)} }

// NewFlow returns a field without motion.
func NewFlow(w, h int) Flow { return Flow{w, h, make([]float32, 2*w*h)} }

// Crop returns a copy of the pixels inside r, which must lie inside the image.
func (p Plane) Crop(r image.Rectangle) Plane {
	return Plane{r.Dx(), r.Dy(), crop(p.Pix, p.W, 1, r)}
}

// Crop returns a copy of the pixels inside r, which must lie inside the image.
func (l Lab) Crop(r image.Rectangle) Lab {
	return Lab{r.Dx(), r.Dy(), crop(l.Pix, l.W, 3, r)}
}

// Crop returns a copy of the vectors inside r, which must lie inside the field.
func (f Flow) Crop(r image.Rectangle) Flow {
	return Flow{r.Dx(), r.Dy(), crop(f.V, f.W, 2, r)}
}

func crop(pix []float32, w, channels int, r image.Rectangle) []float32 {
	out := make([]float32, 0, r.Dx()*r.Dy()*channels)
	for y := r.Min.Y; y < r.Max.Y; y++ {
		at := (y*w + r.Min.X) * channels
		out = append(out, pix[at:at+r.Dx()*channels]...)
	}
	return out
}

// check reports an error unless w by h is a usable size with n values in it.
func check(what string, w, h, channels, n int) error {
	if w < 1 || h < 1 || w > maxSide || h > maxSide {
		return fmt.Errorf("%w: %s is %dx%d", ErrSize, what, w, h)
	}
	if n != w*h*channels {
		return fmt.Errorf("%w: %s of %dx%d holds %d values", ErrSize, what, w, h, n)
	}
	return nil
}

// checkRGBA accepts only tight images that start at (0, 0).
func checkRGBA(img *image.RGBA) (w, h int, err error) {
	if img == nil {
		return 0, 0, fmt.Errorf("%w: no image", ErrSize)
	}
	w, h = img.Rect.Dx(), img.Rect.Dy()
	if img.Rect.Min != (image.Point{}) || img.Stride != 4*w {
		return 0, 0, fmt.Errorf("%w: the image %v with stride %d is not tight", ErrSize, img.Rect, img.Stride)
	}
	return w, h, check("frame", w, h, 4, len(img.Pix))
}
