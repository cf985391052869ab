package track

import (
	"image"
	"math"

	"github.com/masklet/masklet/inference/classic/vision"
)

// pose is where an object is and how large: the mean of its pixels and their
// root mean square distance from it, the same in all directions, so that an
// object that turns or bends keeps its frame of reference.
type pose struct {
	x, y, sigma float32
}

// poseOf returns the pose of a mask; ok is false for an empty one.
func poseOf(mask vision.Gray) (p pose, ok bool) {
	var n, sx, sy, sxx, syy float64
	for y := range mask.H {
		for x, v := range mask.Pix[y*mask.W : (y+1)*mask.W] {
			if v != 0 {
				fx, fy := float64(x), float64(y)
				n, sx, sy, sxx, syy = n+1, sx+fx, sy+fy, sxx+fx*fx, syy+fy*fy
			}
		}
	}
	if n == 0 {
		return pose{}, false
	}
	mx, my := sx/n, sy/n
	variance := sxx/n - mx*mx + syy/n - my*my
	return pose{float32(mx), float32(my), float32(math.Sqrt(max(variance, 1)))}, true
}

// The object's own frame reaches 2.2 such distances to each side of its
// centroid and has 10 cells each way.
const (
	reach     = 2.2
	poseCells = 10
)

// toCell returns the place of a pixel in the object's own frame, in cells; it
// lies outside 0..poseCells for a pixel out of reach.
func (p pose) toCell(x, y float32) (cx, cy float32) {
	scale := poseCells / (2 * reach * p.sigma)
	return (x-p.x)*scale + poseCells/2, (y-p.y)*scale + poseCells/2
}

// window returns the pixels of a w by h image within the object's own frame.
func (p pose) window(w, h int) image.Rectangle {
	r := image.Rect(
		int(math.Ceil(float64(p.x-reach*p.sigma))), int(math.Ceil(float64(p.y-reach*p.sigma))),
		int(math.Floor(float64(p.x+reach*p.sigma)))+1, int(math.Floor(float64(p.y+reach*p.sigma)))+1)
	return r.Intersect(image.Rect(0, 0, w, h))
}

// appearanceOf counts the colours of a frame over the object's own frame, so
// scaled that the object weighs 1000, and blurs the counts.
func appearanceOf(table *colourTable, lab vision.Lab, mask vision.Gray, p pose) *grid {
	const objectWeight = 1000
	area := areaOf(mask)
	g := newGrid(table, poseCells+1, poseCells+1)
	if area == 0 {
		return g
	}
	win := p.window(lab.W, lab.H)
	weight := float32(objectWeight) / float32(area)
	for y := win.Min.Y; y < win.Max.Y; y++ {
		for x := win.Min.X; x < win.Max.X; x++ {
			i := y*lab.W + x
			cx, cy := p.toCell(float32(x), float32(y))
			g.add(cx, cy, locate(lab.Pix[3*i:3*i+3]), mask.Pix[i], weight)
		}
	}
	return g.blurred()
}

// appearanceRatio is the log ratio object : background of an appearance grid.
func appearanceRatio(g *grid, cx, cy float32, k *corners) float32 {
	o, b := g.read(cx, cy, k)
	return clip(logRatio(o, b, 0.6), 3)
}

func logRatio(o, b, floor float32) float32 {
	return float32(math.Log(float64((o + floor) / (b + floor))))
}

// keyModel is what the key frame says about the object for good.
type keyModel struct {
	colour     globalColour
	appearance *grid
	pose       pose
	area       int
	score      float32 // of the object where it is on the key frame
}

func newKeyModel(table *colourTable, lab vision.Lab, mask vision.Gray) keyModel {
	k := keyModel{colour: newGlobalColour(locateAll(lab), mask), area: areaOf(mask)}
	var ok bool
	if k.pose, ok = poseOf(mask); !ok {
		k.appearance = newGrid(table, poseCells+1, poseCells+1)
		return k
	}
	k.appearance = appearanceOf(table, lab, mask, k.pose)
	k.score = k.scoreAt(table, lab, k.pose, scoreStride)
	return k
}

// scoreStride is the step in pixels between the samples of a score.
const scoreStride = 3

// scoreAt says how much an image at some pose looks like the object on the key
// frame: the mean of the positive log ratios over the object's own frame, at
// every stride-th pixel.
func (k keyModel) scoreAt(table *colourTable, lab vision.Lab, p pose, stride int) float32 {
	sum, n := float32(0), 0
	span := int(2*reach*p.sigma)/stride + 1
	for j := range span {
		for i := range span {
			n++
			x, y := int(p.x-reach*p.sigma)+i*stride, int(p.y-reach*p.sigma)+j*stride
			if x < 0 || y < 0 || x >= lab.W || y >= lab.H {
				continue
			}
			at := y*lab.W + x
			c := table.corners(locate(lab.Pix[3*at : 3*at+3]))
			cx, cy := p.toCell(float32(x), float32(y))
			sum += max(appearanceRatio(k.appearance, cx, cy, &c), 0)
		}
	}
	return sum / float32(max(n, 1))
}

func areaOf(mask vision.Gray) int {
	n := 0
	for _, v := range mask.Pix {
		n += int(v)
	}
	return n
}

// boundsOf returns the smallest rectangle around the pixels of a mask.
func boundsOf(mask vision.Gray) image.Rectangle {
	r := image.Rectangle{Min: image.Pt(mask.W, mask.H)}
	for y := range mask.H {
		row := mask.Pix[y*mask.W : (y+1)*mask.W]
		for x, v := range row {
			if v != 0 {
				r.Min.X, r.Min.Y = min(r.Min.X, x), min(r.Min.Y, y)
				r.Max.X, r.Max.Y = max(r.Max.X, x+1), y+1
			}
		}
	}
	if r.Max.X == 0 {
		return image.Rectangle{}
	}
	return r
}
