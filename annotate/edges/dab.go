package edges

import (
	"image"
	"math"

	"github.com/masklet/masklet/annotate"
)

// Patch is a set of pixels within a rectangle of a frame, row by row.
type Patch struct {
	image.Rectangle
	Pixels []bool
}

// alike is the difference of colour below which two grounds cannot be told apart.
const alike = 24

// Dab returns the pixels under a round brush that hang together with the middle of it
// and have its colour rather than another that is under the brush too: a dab that does
// not go over an edge. Where there is but one colour it is the whole disc.
func Dab(img *image.RGBA, at annotate.Pt, radius float64) Patch {
	radius = max(radius, math.Sqrt2/2) // covers the pixel that it is on
	r := image.Rect(int(math.Floor(at.X-radius)), int(math.Floor(at.Y-radius)), int(math.Ceil(at.X+radius)), int(math.Ceil(at.Y+radius))).Intersect(img.Rect)
	d := dab{img: img, at: at, radius: radius, Patch: Patch{r, make([]bool, r.Dx()*r.Dy())}}
	if len(d.Pixels) > 0 {
		d.fill()
	}
	return d.Patch
}

type dab struct {
	Patch
	img    *image.RGBA
	at     annotate.Pt
	radius float64
}

// far returns how far the middle of a pixel is from the dab's, in pixels.
func (d dab) far(x, y int) float64 {
	return math.Hypot(float64(x)+0.5-d.at.X, float64(y)+0.5-d.at.Y)
}

func (d dab) fill() {
	mean := d.middle()
	off := make([]uint8, len(d.Pixels)) // difference from the middle's colour
	var counts [256]int
	for i := range d.Pixels {
		x, y := d.Min.X+i%d.Dx(), d.Min.Y+i/d.Dx()
		if d.far(x, y) <= d.radius {
			p := d.img.Pix[y*d.img.Stride+4*x:]
			off[i] = difference(mean, p)
			counts[off[i]]++
		}
	}
	d.flood(off, parting(counts))
}

// middle returns the mean colour in the inner part of the dab.
func (d dab) middle() [3]float64 {
	var sum [3]float64
	n := 0.0
	for y := d.Min.Y; y < d.Max.Y; y++ {
		for x := d.Min.X; x < d.Max.X; x++ {
			if d.far(x, y) > max(1, d.radius/4) {
				continue
			}
			p := d.img.Pix[y*d.img.Stride+4*x:]
			for c := range sum {
				sum[c] += float64(p[c])
			}
			n++
		}
	}
	for c := range sum {
		sum[c] /= max(1, n)
	}
	return sum
}

// difference is the greatest of the channels'.
func difference(mean [3]float64, p []uint8) uint8 {
	most := 0.0
	for c := range mean {
		most = max(most, math.Abs(mean[c]-float64(p[c])))
	}
	return uint8(most)
}

// parting returns the difference that parts two grounds best; 255 where there is one.
//
// Source: N. Otsu, "A Threshold Selection Method from Gray-Level Histograms", 1979.
func parting(counts [256]int) uint8 {
	total, sum := 0, 0
	for v, n := range counts {
		total, sum = total+n, sum+v*n
	}
	best, at := 0.0, 255
	below, belowSum := 0, 0
	for v, n := range counts[:255] {
		below, belowSum = below+n, belowSum+v*n
		if below == 0 || below == total {
			continue
		}
		gap := float64(sum-belowSum)/float64(total-below) - float64(belowSum)/float64(below)
		if s := float64(below) * float64(total-below) * gap * gap; s > best && gap >= alike {
			best, at = s, v
		}
	}
	return uint8(at)
}

// flood takes the pixels of little difference in that hang together with the middle.
func (d dab) flood(off []uint8, most uint8) {
	todo := make([]int, 0, len(off))
	try := func(x, y int) {
		if !(image.Point{X: x, Y: y}).In(d.Rectangle) || d.far(x, y) > d.radius {
			return
		}
		if i := (y-d.Min.Y)*d.Dx() + x - d.Min.X; !d.Pixels[i] && off[i] <= most {
			d.Pixels[i] = true
			todo = append(todo, i)
		}
	}
	core := int(max(1, d.radius/4))
	for y := int(d.at.Y) - core; y <= int(d.at.Y)+core; y++ {
		for x := int(d.at.X) - core; x <= int(d.at.X)+core; x++ {
			try(x, y)
		}
	}
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		x, y := d.Min.X+i%d.Dx(), d.Min.Y+i/d.Dx()
		try(x-1, y)
		try(x+1, y)
		try(x, y-1)
		try(x, y+1)
	}
}
