package edges

import (
	"image"
	"math"

	"github.com/masklet/masklet/annotate"
)

// Alpha is how much of each pixel of a rectangle of a frame belongs to an object, row by
// row, 255 being all of it. Nothing outside the rectangle belongs to it.
type Alpha struct {
	image.Rectangle
	Pix []uint8
}

// At returns the share of a pixel of the frame.
func (a Alpha) At(x, y int) uint8 {
	if !(image.Point{X: x, Y: y}).In(a.Rectangle) {
		return 0
	}
	return a.Pix[(y-a.Min.Y)*a.Dx()+x-a.Min.X]
}

// Band returns how far from its outline a mask is taken for uncertain in frames of h rows.
func Band(h int) int { return max(3, h/120) }

// Matte returns how soft the edge of a mask is in the picture. Within band pixels of the
// outline, the share of a pixel is told from its colour between those of the surely
// inner and outer pixels around it; where these look alike, from the mask alone.
//
// Source: the matting equation of T. Porter and T. Duff, "Compositing Digital Images",
// 1984, solved with one colour on each side.
func Matte(img *image.RGBA, m annotate.Mask, band int) Alpha {
	r := m.Bounds().Inset(-2 * band).Intersect(img.Rect)
	if m.Empty() || r.Empty() {
		return Alpha{}
	}
	mt := newMatter(img, m.Part(r), r, band)
	out := Alpha{r, make([]uint8, r.Dx()*r.Dy())}
	for y := range r.Dy() {
		for x := range r.Dx() {
			out.Pix[y*r.Dx()+x] = mt.share(x, y)
		}
	}
	return out
}

// matter holds what is needed to tell a pixel's share: sums over rectangles of how many
// pixels there are and their colours, for the sure inside, the sure outside and the mask.
type matter struct {
	img     *image.RGBA
	r       image.Rectangle
	band    int
	on      *annotate.Bitmap
	mask    sums
	inside  sums // farther than band pixels inside the mask
	outside sums
}

func newMatter(img *image.RGBA, on *annotate.Bitmap, r image.Rectangle, band int) *matter {
	m := &matter{img: img, r: r, band: band, on: on}
	m.mask = newSums(img, r, func(x, y int) bool { return on.Pix[y*on.W+x] != 0 })
	m.inside = newSums(img, r, func(x, y int) bool { return m.mask.count(x, y, band) == m.mask.size(x, y, band) })
	m.outside = newSums(img, r, func(x, y int) bool { return m.mask.count(x, y, band) == 0 })
	return m
}

// apart is the square of a difference of colour from which two sides are told apart well.
const apart = 30 * 30

// share returns the share of the pixel (x, y) of the rectangle.
func (m *matter) share(x, y int) uint8 {
	switch m.mask.count(x, y, m.band) {
	case 0:
		return 0
	case m.mask.size(x, y, m.band):
		return 255
	}
	soft := float64(m.mask.count(x, y, 1)) / float64(m.mask.size(x, y, 1)) // of the mask alone
	fn, f := m.inside.around(x, y, 3*m.band)
	if fn == 0 { // a part too thin to have a sure inside
		fn, f = m.mask.around(x, y, 2*m.band)
	}
	bn, b := m.outside.around(x, y, 3*m.band)
	if fn == 0 || bn == 0 {
		return uint8(255 * soft)
	}
	p := m.img.Pix[(y+m.r.Min.Y)*m.img.Stride+4*(x+m.r.Min.X):]
	dot, gap := 0.0, 0.0
	for c := range 3 {
		fore, back := f[c]/float64(fn), b[c]/float64(bn)
		dot += (float64(p[c]) - back) * (fore - back)
		gap += (fore - back) * (fore - back)
	}
	trust := gap / (gap + apart)
	alpha := 0.0
	if gap > 0 {
		alpha = min(1, max(0, dot/gap))
	}
	return uint8(math.Round(255 * min(1, trust*alpha+(1-trust)*soft)))
}

// sums are sums of the pixels of a kind over all rectangles from the upper left corner.
type sums struct {
	w, h int
	n    []int32
	rgb  [][3]uint32 // which may run over: what lies between two of them does not
}

func newSums(img *image.RGBA, r image.Rectangle, is func(x, y int) bool) sums {
	w, h := r.Dx(), r.Dy()
	s := sums{w, h, make([]int32, (w+1)*(h+1)), make([][3]uint32, (w+1)*(h+1))}
	for y := range h {
		n, row := int32(0), [3]uint32{}
		for x := range w {
			if is(x, y) {
				p := img.Pix[(y+r.Min.Y)*img.Stride+4*(x+r.Min.X):]
				n++
				for c := range row {
					row[c] += uint32(p[c])
				}
			}
			above, at := y*(w+1)+x+1, (y+1)*(w+1)+x+1
			s.n[at] = s.n[above] + n
			for c := range row {
				s.rgb[at][c] = s.rgb[above][c] + row[c]
			}
		}
	}
	return s
}

// around returns how many pixels of the kind lie within reach of (x, y), and the sum of
// their colours.
func (s sums) around(x, y, reach int) (n int, rgb [3]float64) {
	a, b, c, d := s.corners(x, y, reach)
	for i := range rgb {
		rgb[i] = float64(s.rgb[d][i] - s.rgb[b][i] - s.rgb[c][i] + s.rgb[a][i])
	}
	return int(s.n[d] - s.n[b] - s.n[c] + s.n[a]), rgb
}

// count returns how many pixels of the kind lie within reach of (x, y).
func (s sums) count(x, y, reach int) int {
	a, b, c, d := s.corners(x, y, reach)
	return int(s.n[d] - s.n[b] - s.n[c] + s.n[a])
}

// size returns how many pixels lie within reach of (x, y).
func (s sums) size(x, y, reach int) int {
	return (min(s.w, x+reach+1) - max(0, x-reach)) * (min(s.h, y+reach+1) - max(0, y-reach))
}

// corners returns the places of the sums at the corners of a square around (x, y).
func (s sums) corners(x, y, reach int) (a, b, c, d int) {
	x0, y0, x1, y1 := max(0, x-reach), max(0, y-reach), min(s.w, x+reach+1), min(s.h, y+reach+1)
	return y0*(s.w+1) + x0, y0*(s.w+1) + x1, y1*(s.w+1) + x0, y1*(s.w+1) + x1
}
