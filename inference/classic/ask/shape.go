package ask

import (
	"math"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/promptnet"
)

const (
	size = promptnet.Size
	// shortSide is that of the videos on which lengths in pixels were found.
	shortSide = 480
)

// shape is a binary mask in the pixels of a crop.
type shape [size * size]bool

// above returns where the probabilities are above one half.
func above(p []float32) *shape {
	var s shape
	for i, v := range p {
		s[i] = v > 0.5
	}
	return &s
}

func (s *shape) count() int {
	n := 0
	for _, on := range s {
		if on {
			n++
		}
	}
	return n
}

// touching returns the connected parts (of eight neighbours) of the shape that
// hold one of the seeds.
func (s *shape) touching(seeds []int) *shape {
	var out shape
	var stack []int
	visit := func(i int) {
		if s[i] && !out[i] {
			out[i] = true
			stack = append(stack, i)
		}
	}
	for _, i := range seeds {
		visit(i)
	}
	for len(stack) > 0 {
		i := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		x, y := i%size, i/size
		for v := max(y-1, 0); v <= min(y+1, size-1); v++ {
			for u := max(x-1, 0); u <= min(x+1, size-1); u++ {
				visit(v*size + u)
			}
		}
	}
	return &out
}

// bounds returns the first and last column and row that are on; ok is false if
// there is none.
func (s *shape) bounds() (u0, v0, u1, v1 int, ok bool) {
	u0, v0, u1, v1 = size, size, -1, -1
	for i, on := range s {
		if on {
			u0, v0, u1, v1 = min(u0, i%size), min(v0, i/size), max(u1, i%size), max(v1, i/size)
		}
	}
	return u0, v0, u1, v1, u1 >= 0
}

// grown returns the shape with all neighbours of its pixels.
func (s *shape) grown() *shape {
	out := *s
	for i, on := range s {
		if !on {
			continue
		}
		x, y := i%size, i/size
		for v := max(y-1, 0); v <= min(y+1, size-1); v++ {
			for u := max(x-1, 0); u <= min(x+1, size-1); u++ {
				out[v*size+u] = true
			}
		}
	}
	return &out
}

// pixelOf returns the crop's pixel under a click; ok is false outside of it.
func pixelOf(c promptnet.Crop, p annotate.Point) (i int, ok bool) {
	u, v := c.To(p.X-0.5, p.Y-0.5)
	x, y := int(math.Round(u)), int(math.Round(v))
	return y*size + x, x >= 0 && y >= 0 && x < size && y < size
}

// disc returns the crop's pixels within r video pixels of a click, its own
// pixel included.
func disc(c promptnet.Crop, p annotate.Point, r float64) []int {
	cu, cv := c.To(p.X-0.5, p.Y-0.5)
	r /= c.Step()
	var out []int
	for v := max(int(cv-r), 0); v <= min(int(cv+r)+1, size-1); v++ {
		for u := max(int(cu-r), 0); u <= min(int(cu+r)+1, size-1); u++ {
			if math.Hypot(float64(u)-cu, float64(v)-cv) <= r {
				out = append(out, v*size+u)
			}
		}
	}
	if i, ok := pixelOf(c, p); ok {
		out = append(out, i)
	}
	return out
}

// candidate is one answer of the network that may be taken.
type candidate struct {
	answer promptnet.Answer
	on     *shape
	worth  float64
}

// area returns how many video pixels the candidate covers.
func (c candidate) area() float64 {
	step := c.answer.Crop.Step()
	return float64(c.on.count()) * step * step
}

// overlap returns the IoU of two candidates of crops of different sizes, as seen
// in the pixels of the smaller crop.
func overlap(a, b candidate) float64 {
	if a.answer.Crop.Side > b.answer.Crop.Side {
		a, b = b, a
	}
	step := a.answer.Crop.Step()
	both := 0.0
	for i, on := range a.on {
		if !on {
			continue
		}
		x, y := a.answer.Crop.From(float64(i%size), float64(i/size))
		u, v := b.answer.Crop.To(x, y)
		px, py := int(math.Round(u)), int(math.Round(v))
		if px >= 0 && py >= 0 && px < size && py < size && b.on[py*size+px] {
			both += step * step
		}
	}
	return both / max(a.area()+b.area()-both, 1e-9)
}

// cutOff returns the share of the crop's border, where it lies inside a picture
// of w by h pixels, that the candidate touches.
func (c candidate) cutOff(w, h int) float64 {
	crop := c.answer.Crop
	step := crop.Step()
	px := float64(min(w, h)) / shortSide / step // a pixel of a small video, in crop pixels
	from := int(math.Round(px))
	to := max(int(math.Round(3*px)), from+1)
	x0, y0 := crop.X-crop.Side/2, crop.Y-crop.Side/2
	x1, y1 := x0+crop.Side, y0+crop.Side
	inPicture := func(x, y float64) bool { return x >= -0.5 && y >= -0.5 && x < float64(w)-0.5 && y < float64(h)-0.5 }
	length, touched := 0, 0
	side := func(at func(along, depth int) (u, v int)) {
		for along := range size {
			u, v := at(along, from)
			if x, y := crop.From(float64(u), float64(v)); !inPicture(x, y) {
				continue
			}
			length++
			for depth := from; depth < to; depth++ {
				if u, v = at(along, depth); c.on[v*size+u] {
					touched++
					break
				}
			}
		}
	}
	near := 2 * float64(min(w, h)) / shortSide
	if y0 > near {
		side(func(a, d int) (int, int) { return a, d })
	}
	if y1 < float64(h)-near {
		side(func(a, d int) (int, int) { return a, size - 1 - d })
	}
	if x0 > near {
		side(func(a, d int) (int, int) { return d, a })
	}
	if x1 < float64(w)-near {
		side(func(a, d int) (int, int) { return size - 1 - d, a })
	}
	if length == 0 {
		return 0
	}
	return float64(touched) / float64(length)
}
