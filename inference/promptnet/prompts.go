package promptnet

import (
	"math"

	"github.com/masklet/masklet/annotate"
)

// Soft is a mask on a grid over a picture or a part of it, 0..255; it is off
// outside of the grid. Value (i, j) belongs to the place (X + i·Step, Y + j·Step).
type Soft struct {
	W, H int
	Pix  []uint8 // row-major
	X, Y float64 // in video pixels, whose centres are at whole numbers
	Step float64 // video pixels from one value to the next
}

// Hard returns the mask of a bitmap as large as the picture. The bitmap's bytes
// must be 0 and 255; they are not copied.
func Hard(b *annotate.Bitmap) *Soft { return &Soft{W: b.W, H: b.H, Pix: b.Pix, Step: 1} }

// radius is that of the disc that stands for a click, in crop pixels.
const radius = 5

// paintPoints draws the clicks into the channels 3 and 4 of a crop.
func paintPoints(dst []float32, pts []annotate.Point, c Crop) {
	for _, p := range pts {
		ch := 4
		if p.Positive {
			ch = 3
		}
		u, v := c.To(p.X-0.5, p.Y-0.5)
		disc(dst[ch*area:(ch+1)*area], int(math.RoundToEven(u)), int(math.RoundToEven(v)))
	}
}

// halfWidths are those of the rows of the disc that the network was trained
// with, from its middle row outwards.
var halfWidths = [radius + 1]int{5, 4, 4, 4, 3, 0}

func disc(channel []float32, u, v int) {
	for dy := -radius; dy <= radius; dy++ {
		y, half := v+dy, halfWidths[max(dy, -dy)]
		if y < 0 || y >= Size {
			continue
		}
		for x := max(u-half, 0); x <= min(u+half, Size-1); x++ {
			channel[y*Size+x] = 1
		}
	}
}

// paintBox fills the box in channel 6 of a crop.
func paintBox(dst []float32, b annotate.Box, c Crop) {
	edge := func(u, v float64) (int, int) {
		return int(min(max(math.RoundToEven(u), -1), Size)), int(min(max(math.RoundToEven(v), -1), Size))
	}
	u0, v0 := edge(c.To(b.X0-0.5, b.Y0-0.5))
	u1, v1 := edge(c.To(b.X1-0.5, b.Y1-0.5))
	for v := max(v0, 0); v <= min(v1, Size-1); v++ {
		for u := max(u0, 0); u <= min(u1, Size-1); u++ {
			dst[6*area+v*Size+u] = 1
		}
	}
}

// paintPrior warps a mask into one channel.
func paintPrior(channel []float32, m *Soft, c Crop) {
	xs := samples((c.X-m.X)/m.Step, c.Step()/m.Step, m.W)
	ys := samples((c.Y-m.Y)/m.Step, c.Step()/m.Step, m.H)
	at := func(x, y int) float32 {
		if x < 0 || y < 0 || x >= m.W || y >= m.H {
			return 0
		}
		return float32(m.Pix[y*m.W+x])
	}
	for v, sv := range ys {
		line := channel[v*Size : (v+1)*Size]
		if !sv.inside {
			clear(line)
			continue
		}
		for u, su := range xs {
			if !su.inside {
				line[u] = 0
				continue
			}
			top := mix(at(su.at, sv.at), at(su.at+1, sv.at), su.part)
			bottom := mix(at(su.at, sv.at+1), at(su.at+1, sv.at+1), su.part)
			line[u] = roundByte(mix(top, bottom, sv.part)) / 255
		}
	}
}
