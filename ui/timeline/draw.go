package timeline

import (
	"image"
	"image/color"
	"math"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/controller/lanes"
)

// Sizes in screen units.
const (
	rulerHeight = 20
	laneHeight  = 24
	barHeight   = 11
	stripHeight = 3
	dotSize     = 11
)

// palette is the part of the theme that the raster needs.
type palette struct {
	back, ruler, lane, selected, grid, text, cut, mark, accepted, hidden color.NRGBA
}

// plot is the picture of the lanes in device pixels.
type plot struct {
	img   *image.RGBA
	px    float64 // device pixels per unit
	span  span
	pal   palette
	model Model
	top   float64 // units that are scrolled off above
}

func (p *plot) draw() {
	w, h := float64(p.img.Rect.Dx())/p.px, float64(p.img.Rect.Dy())/p.px
	p.rect(0, 0, w, h, p.pal.back)
	for i, l := range p.model.Lanes {
		y := rulerHeight + float64(i*laneHeight) - p.top
		if y+laneHeight < rulerHeight || y > h {
			continue
		}
		c := p.pal.lane
		if l.Selected {
			c = p.pal.selected
		}
		p.rect(0, y+1, w, laneHeight-2, c)
		p.lane(l, y)
	}
	p.outside(h)
	p.cuts(h)
	p.bridges()
	p.rect(0, 0, w, rulerHeight, p.pal.ruler)
	p.unread()
	p.ruler()
}

// column is what the frames under one pixel column have in common.
type column struct {
	cells lanes.Cell
	worst uint8 // lowest confidence, 0 if none
}

// each calls f for every pixel column that shows a frame.
func (p *plot) each(l Lane, f func(x int, c column)) {
	step := 1 / (p.span.scale * p.px)
	for x := range p.img.Rect.Dx() {
		a := p.span.first + float64(x)*step
		lo, hi := int(a), int(math.Ceil(a+step))
		if lo >= len(l.Cells) {
			return
		}
		hi = min(max(hi, lo+1), len(l.Cells))
		var c column
		for i := lo; i < hi; i++ {
			c.cells |= l.Cells[i]
			if v := l.Confidence[i]; v != 0 && (c.worst == 0 || v < c.worst) {
				c.worst = v
			}
		}
		f(x, c)
	}
}

func (p *plot) lane(l Lane, y float64) {
	bar := toNRGBA(l.Color)
	if l.Hidden {
		bar.A = 110
	}
	mid := y + laneHeight/2 - 1
	y0, y1 := p.dev(mid-barHeight/2), p.dev(mid+barHeight/2)
	s0, s1 := p.dev(y+laneHeight-stripHeight-2), p.dev(y+laneHeight-2)
	g0, g1 := p.dev(mid-1), p.dev(mid+1)
	p.each(l, func(x int, c column) {
		switch {
		case c.cells&lanes.Visible != 0:
			p.fill(x, y0, x+1, y1, bar)
		case c.cells&lanes.Hidden != 0:
			// Not visible: a thin dotted line keeps the lane together.
			if int(float64(x)/(3*p.px))%2 == 0 {
				p.fill(x, g0, x+1, g1, p.pal.text)
			}
		}
		if c.cells&lanes.Absent != 0 {
			p.hatch(x, y0, y1)
		}
		if c.cells&lanes.Occluded != 0 && x/max(1, int(2*p.px))%2 == 0 {
			p.fill(x, p.dev(y+2), x+1, p.dev(y+5), p.pal.hidden)
		}
		if c.worst != 0 {
			p.fill(x, s0, x+1, s1, confidenceColor(c.worst))
		}
	})
	p.points(l, mid, y)
}

// hatch draws a column of the slanting lines of frames on which an object is
// absent.
func (p *plot) hatch(x, y0, y1 int) {
	step := max(3, int(5*p.px))
	for y := y0; y < y1; y++ {
		if (x+y)%step == 0 {
			p.fill(x, y, x+1, y+1, p.pal.text)
		}
	}
}

// bridges draws over the cuts through which objects are followed.
func (p *plot) bridges() {
	for i, l := range p.model.Lanes {
		mid := rulerHeight + float64(i*laneHeight) - p.top + laneHeight/2 - 1
		for _, f := range l.Through {
			if x := p.span.x(float64(f)); mid > rulerHeight && slices.Contains(p.model.Cuts, f) {
				p.rect(x-5, mid-1.5, 10, 3, toNRGBA(l.Color))
				p.disc(x+5, mid, 3, toNRGBA(l.Color))
			}
		}
	}
}

// points draws keyframes and accepted frames of the visible part. Points that
// would fall on each other are drawn once.
func (p *plot) points(l Lane, mid, y float64) {
	lo := max(0, int(p.span.first)-1)
	hi := min(len(l.Cells), int(p.span.first+p.span.width/p.span.scale)+2)
	lastKey, lastOK := math.Inf(-1), math.Inf(-1)
	for f := lo; f < hi; f++ {
		x := p.span.x(float64(f) + 0.5)
		if l.Cells[f]&lanes.Protected != 0 && x-lastOK >= 2 {
			p.rect(x-1.5, y+2, 3, laneHeight-stripHeight-6, p.pal.accepted)
			lastOK = x
		}
		if l.Cells[f]&lanes.Key != 0 && x-lastKey >= 3 {
			p.disc(x, mid, dotSize/2, color.NRGBA{255, 255, 255, 255})
			p.disc(x, mid, dotSize/2-2, toNRGBA(l.Color))
			lastKey = x
		}
	}
}

// outside shades the frames that are not in the in/out range.
func (p *plot) outside(h float64) {
	if !p.model.RangeSet {
		return
	}
	shade := p.pal.back
	shade.A = 170
	in, out := p.span.x(float64(p.model.Range.First)), p.span.x(float64(p.model.Range.Last+1))
	p.rect(0, rulerHeight, in, h-rulerHeight, shade)
	p.rect(out, rulerHeight, p.span.width-out, h-rulerHeight, shade)
	p.rect(in, rulerHeight, 1.5, h-rulerHeight, p.pal.mark)
	p.rect(out-1.5, rulerHeight, 1.5, h-rulerHeight, p.pal.mark)
}

// unread hatches the ruler over frames that were not read yet.
func (p *plot) unread() {
	if p.model.Read == 0 || p.model.Read >= p.model.Frames {
		return
	}
	const stripe = 6
	end := min(p.span.width, p.span.x(float64(p.model.Frames)))
	for x := max(0, p.span.x(float64(p.model.Read))); x < end; x += stripe {
		p.rect(x, 0, min(stripe/2, end-x), rulerHeight, p.pal.lane)
	}
}

func (p *plot) cuts(h float64) {
	for _, f := range p.model.Cuts {
		if x := p.span.x(float64(f)); x >= 0 && x <= p.span.width {
			p.rect(x-0.75, rulerHeight, 1.5, h-rulerHeight, p.pal.cut)
		}
	}
}

func (p *plot) ruler() {
	step := p.span.tickStep(tickRoom)
	minor := max(1, step/5)
	for f := int(p.span.first) / minor * minor; f < p.span.frames; f += minor {
		x := p.span.x(float64(f) + 0.5)
		if x > p.span.width {
			break
		}
		n := 4.0
		if f%step == 0 {
			n = 7
		}
		p.rect(x-0.5, rulerHeight-n, 1, n, p.pal.grid)
	}
	if p.model.RangeSet {
		in, out := p.span.x(float64(p.model.Range.First)), p.span.x(float64(p.model.Range.Last+1))
		p.rect(in, rulerHeight-3, out-in, 3, p.pal.mark)
	}
	for _, f := range p.model.Cuts {
		p.disc(p.span.x(float64(f)), rulerHeight-4, 3, p.pal.cut)
	}
	for _, f := range p.model.Marks {
		p.flag(p.span.x(float64(f)+0.5), p.pal.mark)
	}
}

// flag draws the mark of a frame that the user wants to come back to.
func (p *plot) flag(x float64, c color.NRGBA) {
	for i := range 7 {
		d := float64(7-i) / 2
		p.rect(x-d, float64(i)+2, 2*d, 1.2, c)
	}
}

// confidenceColor goes from red over amber to green.
func confidenceColor(v uint8) color.NRGBA {
	t := float64(v) / 255
	mix := func(a, b color.NRGBA, t float64) color.NRGBA {
		m := func(x, y uint8) uint8 { return uint8(float64(x) + t*(float64(y)-float64(x))) }
		return color.NRGBA{m(a.R, b.R), m(a.G, b.G), m(a.B, b.B), 255}
	}
	red, amber, green := color.NRGBA{0xE6, 0x19, 0x3B, 255}, color.NRGBA{0xF0, 0xAA, 0x19, 255}, color.NRGBA{0x2F, 0xB3, 0x6A, 255}
	if t < 0.5 {
		return mix(red, amber, t/0.5)
	}
	return mix(amber, green, min(1, (t-0.5)/0.35))
}

func toNRGBA(c annotate.Color) color.NRGBA { return color.NRGBA{c.R, c.G, c.B, 255} }

func (p *plot) dev(v float64) int { return int(math.Round(v * p.px)) }

func (p *plot) rect(x, y, w, h float64, c color.NRGBA) {
	x0, x1 := p.dev(x), p.dev(x+w)
	if w > 0 && x1 == x0 {
		x1++
	}
	p.fill(x0, p.dev(y), x1, p.dev(y+h), c)
}

func (p *plot) fill(x0, y0, x1, y1 int, c color.NRGBA) {
	b := p.img.Rect
	for y := max(0, y0); y < min(y1, b.Max.Y); y++ {
		for x := max(0, x0); x < min(x1, b.Max.X); x++ {
			p.blend(x, y, c, 255)
		}
	}
}

// disc draws a circle with smooth edges.
func (p *plot) disc(cx, cy, r float64, c color.NRGBA) {
	cx, cy, r = cx*p.px, cy*p.px, r*p.px
	b := p.img.Rect
	for y := max(0, int(cy-r)-1); y < min(b.Max.Y, int(cy+r)+2); y++ {
		for x := max(0, int(cx-r)-1); x < min(b.Max.X, int(cx+r)+2); x++ {
			d := math.Hypot(float64(x)+0.5-cx, float64(y)+0.5-cy)
			if cover := min(1, max(0, r+0.5-d)); cover > 0 {
				p.blend(x, y, c, uint32(255*cover))
			}
		}
	}
}

// blend draws a colour over an opaque pixel.
func (p *plot) blend(x, y int, c color.NRGBA, cover uint32) {
	d := p.img.Pix[p.img.PixOffset(x, y):]
	a := uint32(c.A) * cover / 255
	for i, v := range [3]uint8{c.R, c.G, c.B} {
		d[i] = uint8((uint32(v)*a + uint32(d[i])*(255-a)) / 255)
	}
	d[3] = 255
}
