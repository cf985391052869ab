package promptnet

import (
	"image"
	"math"

	"github.com/masklet/masklet/annotate"
)

// Answer is the network's mask in one crop.
type Answer struct {
	Crop Crop
	P    []float32 // probabilities, Size x Size
	IoU  float64   // as the network predicts it, 0..1
	W, H int       // of the picture
}

// Field holds probabilities for the pixels of a part of a grid over the picture.
type Field struct {
	W, H int             // of the whole grid
	R    image.Rectangle // the part that P is of; zero elsewhere
	P    []float32       // row-major, R.Dx() x R.Dy()
}

// Bounds returns the pixels of a w by h grid over the picture that the answer
// may be above zero on.
func (a Answer) Bounds(w, h int) image.Rectangle {
	return a.on(w, h).Bounds(w, h)
}

// on returns the crop in the pixels of a w by h grid over the picture; of its
// two steps the one along x.
func (a Answer) on(w, h int) Crop {
	sx, sy := a.scale(w, h)
	return Crop{(a.Crop.X+0.5)*sx - 0.5, (a.Crop.Y+0.5)*sy - 0.5, a.Crop.Side * max(sx, sy)}
}

func (a Answer) scale(w, h int) (sx, sy float64) {
	return float64(w) / float64(a.W), float64(h) / float64(a.H)
}

// Project brings the answer to a grid of w by h pixels over the picture (the
// picture's own size, or a working size): bilinear, 0 outside of the crop.
func (a Answer) Project(w, h int) Field { return a.ProjectPart(w, h, a.Bounds(w, h)) }

// ProjectPart is Project for the part r of the grid alone.
func (a Answer) ProjectPart(w, h int, r image.Rectangle) Field {
	r = r.Intersect(image.Rect(0, 0, w, h))
	f := Field{w, h, r, make([]float32, r.Dx()*r.Dy())}
	sx, sy := a.scale(w, h)
	us := back(r.Min.X, r.Max.X, a.Crop.X, a.Crop.Step(), sx)
	vs := back(r.Min.Y, r.Max.Y, a.Crop.Y, a.Crop.Step(), sy)
	for j, v := range vs {
		if !v.inside {
			continue
		}
		line := f.P[j*len(us) : (j+1)*len(us)]
		for i, u := range us {
			if u.inside {
				line[i] = a.at(u, v)
			}
		}
	}
	return f
}

// back returns where the pixels from to to-1 of one side of a grid lie in a crop.
func back(from, to int, centre, step, scale float64) []sample {
	out := make([]sample, max(to-from, 0))
	first := math.RoundToEven(1024 * ((0.5/scale-0.5-centre)/step + Size/2))
	for i := range out {
		out[i] = sampleAt(first+math.RoundToEven(1024*float64(from+i)/scale/step), Size)
	}
	return out
}

func (a Answer) at(u, v sample) float32 {
	if u.at >= 0 && v.at >= 0 && u.at < Size-1 && v.at < Size-1 {
		p := a.P[v.at*Size+u.at:]
		return mix(mix(p[0], p[1], u.part), mix(p[Size], p[Size+1], u.part), v.part)
	}
	get := func(x, y int) float32 {
		if x < 0 || y < 0 || x >= Size || y >= Size {
			return 0
		}
		return a.P[y*Size+x]
	}
	return mix(mix(get(u.at, v.at), get(u.at+1, v.at), u.part), mix(get(u.at, v.at+1), get(u.at+1, v.at+1), u.part), v.part)
}

// At returns the probability at a place in the video, bilinear; inside is false
// beyond the crop.
func (a Answer) At(x, y float64) (p float32, inside bool) {
	u, v := a.Crop.To(x, y)
	if u < 0 || v < 0 || u > Size-1 || v > Size-1 {
		return 0, false
	}
	return a.at(sampleAt(1024*u, Size), sampleAt(1024*v, Size)), true
}

// At returns the probability on a pixel of the grid.
func (f Field) At(x, y int) float32 {
	if !(image.Point{X: x, Y: y}).In(f.R) {
		return 0
	}
	return f.P[(y-f.R.Min.Y)*f.R.Dx()+x-f.R.Min.X]
}

// Bitmap returns the pixels of the grid with a probability above 0.5.
func (f Field) Bitmap() *annotate.Bitmap {
	b := annotate.NewBitmap(f.W, f.H)
	for y := f.R.Min.Y; y < f.R.Max.Y; y++ {
		from := f.P[(y-f.R.Min.Y)*f.R.Dx():][:f.R.Dx()]
		to := b.Pix[y*f.W+f.R.Min.X:]
		for i, p := range from {
			if p > 0.5 {
				to[i] = 255
			}
		}
	}
	return b
}
