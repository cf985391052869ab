package click

import (
	"image"
	"math"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/classic/vision"
)

// outlineBand is how far, in working pixels, the outline may move from the
// regions' borders when it is cut pixel by pixel.
const outlineBand = 5

// outline cuts the border of a working mask again pixel by pixel, with colours
// and motion learned from the regions nearby. Clicks keep their label.
func (s *Scene) outline(work []uint8, pts []annotate.Point, clip *annotate.Box) ([]uint8, error) {
	w, h := s.reg.w, s.reg.h
	if clip != nil {
		s.clipTo(work, *clip)
	}
	dist, err := vision.SignedDistance(work, w, h)
	if err != nil {
		return nil, err
	}
	return s.outlineWhere(work, dist, pts, func(p int) bool {
		return math.Abs(float64(dist.Pix[p])) <= outlineBand
	})
}

// outlineWhere cuts the pixels that open names and keeps all others.
func (s *Scene) outlineWhere(work []uint8, dist vision.Plane, pts []annotate.Point, open func(p int) bool) ([]uint8, error) {
	w, h := s.reg.w, s.reg.h
	box := image.Rectangle{}
	for p := range work {
		if open(p) {
			box = box.Union(image.Rect(p%w-2, p/w-2, p%w+3, p/w+3))
		}
	}
	if box = box.Intersect(image.Rect(0, 0, w, h)); box.Empty() {
		return work, nil
	}
	bw, bh := box.Dx(), box.Dy()
	source, sink := make([]float32, bw*bh), make([]float32, bw*bh)
	fixed := make([]uint8, bw*bh)
	near := s.nearby(work)
	parallel(bh, func(from, to int) {
		for y := from; y < to; y++ {
			for x := range bw {
				p, q := (y+box.Min.Y)*w+x+box.Min.X, y*bw+x
				if !open(p) {
					fixed[q] = 1 + work[p]
					continue
				}
				u := near.logRatio(p) + 0.8*min(max(dist.Pix[p]/4, -1), 1)
				if u > 0 {
					source[q] = u
				} else {
					sink[q] = -u
				}
			}
		}
	})
	for _, c := range pts {
		x, y := s.workPixel(c)
		if (image.Point{X: x, Y: y}).In(box) {
			fixed[(y-box.Min.Y)*bw+x-box.Min.X] = vision.FixedBackground
			if c.Positive {
				fixed[(y-box.Min.Y)*bw+x-box.Min.X] = vision.FixedObject
			}
		}
	}
	cut, err := vision.GridCut(bw, bh, source, sink, s.lab.Crop(box), vision.CutOptions{Lambda: 2, Floor: 0.05}, fixed)
	if err != nil {
		return nil, err
	}
	out := append([]uint8(nil), work...)
	for y := range bh {
		copy(out[(y+box.Min.Y)*w+box.Min.X:], cut[y*bw:(y+1)*bw])
	}
	return out, nil
}

// clipTo empties a working mask outside a box of the frame.
func (s *Scene) clipTo(work []uint8, b annotate.Box) {
	sx, sy := float64(s.w)/float64(s.reg.w), float64(s.h)/float64(s.reg.h)
	for p := range work {
		x, y := (float64(p%s.reg.w)+0.5)*sx, (float64(p/s.reg.w)+0.5)*sy
		if x < b.X0 || x > b.X1 || y < b.Y0 || y > b.Y1 {
			work[p] = 0
		}
	}
}

// surroundings tells object from background by the regions near a pixel.
type surroundings struct {
	s     *Scene
	share []float32 // of each region's pixels that are object
	cell  int
	nx    int
	cells [][]int32 // regions by place
}

func (s *Scene) nearby(work []uint8) *surroundings {
	n := &surroundings{s: s, share: s.shares(work), cell: 12}
	n.nx = s.reg.w/n.cell + 1
	n.cells = make([][]int32, n.nx*(s.reg.h/n.cell+1))
	for i := range s.reg.area {
		c := int(s.reg.y[i])/n.cell*n.nx + int(s.reg.x[i])/n.cell
		n.cells[c] = append(n.cells[c], int32(i))
	}
	return n
}

// shares returns the share of each region's pixels that are on.
func (s *Scene) shares(work []uint8) []float32 {
	share := make([]float32, len(s.reg.area))
	for p, r := range s.reg.of {
		share[r] += float32(work[p])
	}
	for i := range share {
		share[i] /= s.reg.area[i]
	}
	return share
}

// logRatio compares a pixel with the regions up to two cells away.
func (n *surroundings) logRatio(p int) float32 {
	r := n.s.reg
	x, y := p%r.w, p/r.w
	v := n.s.feat.at(x, y)
	var o, b, so, sb float64
	for cy := max(y/n.cell-2, 0); cy <= min(y/n.cell+2, len(n.cells)/n.nx-1); cy++ {
		for cx := max(x/n.cell-2, 0); cx <= min(x/n.cell+2, n.nx-1); cx++ {
			for _, i := range n.cells[cy*n.nx+cx] {
				c, m := apart(v, r.feat[i])
				d := c/(2*6*6) + m/(2*4*4)
				var k float64
				if d < 12 {
					k = math.Exp(-float64(d))
				}
				a, in := float64(r.area[i]), float64(n.share[i])
				// Mixed regions lie on the outline and say little.
				in, out := in*in*in, (1-in)*(1-in)*(1-in)
				o, so = o+a*in*k, so+a*in
				b, sb = b+a*out*k, sb+a*out
			}
		}
	}
	l := math.Log((o/max(so, 1) + 0.01) / (b/max(sb, 1) + 0.01))
	return float32(min(max(l, -3), 3))
}

// sharpen brings a working mask to the frame's size along its colour edges.
func (s *Scene) sharpen(work []uint8) (*annotate.Bitmap, error) {
	soft := vision.NewPlane(s.reg.w, s.reg.h)
	for p, v := range work {
		soft.Pix[p] = float32(v)
	}
	return vision.FineMask(s.in.Frame, soft, vision.DefaultFine())
}
