package scene

import (
	"errors"
	"image"

	"github.com/masklet/masklet/annotate"
)

// Composer draws layers into an overlay. It has two buffers, so that the one
// that is on the screen is never written to: the image of a call stays as it
// is until the call after the next. It is used by one goroutine at a time.
type Composer struct {
	// Limit is the greatest width and height of an overlay; larger frames get
	// a smaller overlay, to be stretched over the picture. 0 is no limit.
	Limit int

	buf   [2]*image.RGBA
	dirty [2]image.Rectangle
	next  int
}

// Compose returns a tight, premultiplied overlay with all layers, of w by h
// pixels unless Limit makes it smaller. Masks that cannot be read are left out and reported by the error;
// the overlay is complete otherwise.
func (c *Composer) Compose(w, h int, layers []Layer) (*image.RGBA, error) {
	i := c.next
	c.next = 1 - i
	ow, oh := Within(w, h, c.Limit)
	if b := c.buf[i]; b == nil || b.Rect.Dx() != ow || b.Rect.Dy() != oh {
		c.buf[i] = image.NewRGBA(image.Rect(0, 0, ow, oh))
		c.dirty[i] = image.Rectangle{}
	}
	out := c.buf[i]
	wipe(out, c.dirty[i])
	c.dirty[i] = image.Rectangle{}
	var errs []error
	for _, l := range layers {
		if l.Matte != nil {
			if err := l.drawMatte(out, w, h); err != nil {
				errs = append(errs, err)
			}
			c.dirty[i] = out.Rect
			continue
		}
		b, area, err := l.pixels(w, h)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if area.Empty() {
			continue
		}
		if ow != w || oh != h {
			b, area = shrinkMask(b, ow, oh)
		}
		l.draw(out, b, area)
		c.dirty[i] = c.dirty[i].Union(area)
	}
	return out, errors.Join(errs...)
}

// drawMatte draws how much of each pixel belongs to the layer's mask, white being all.
func (l Layer) drawMatte(out *image.RGBA, w, h int) error {
	m, err := l.Mask.Load()
	if err != nil {
		return err
	}
	a, ow, oh := l.Matte(m), out.Rect.Dx(), out.Rect.Dy()
	for y := range oh {
		row := out.Pix[y*out.Stride:]
		for x := range ow {
			v := a.At((2*x+1)*w/(2*ow), (2*y+1)*h/(2*oh))
			row[4*x], row[4*x+1], row[4*x+2], row[4*x+3] = v, v, v, 255
		}
	}
	return nil
}

// pixels returns the layer's mask and the rectangle outside of which it is empty.
func (l Layer) pixels(w, h int) (*annotate.Bitmap, image.Rectangle, error) {
	if l.Mask == nil && len(l.Strokes) == 0 {
		return nil, image.Rectangle{}, nil
	}
	if len(l.Strokes) > 0 {
		return Apply(l.Mask, l.Strokes, w, h)
	}
	m, err := l.Mask.Load()
	if err != nil {
		return nil, image.Rectangle{}, err
	}
	if mw, mh := m.Size(); mw != w || mh != h || m.Empty() {
		return nil, image.Rectangle{}, nil
	}
	return m.Bitmap(), m.Bounds(), nil
}

// outlineWidth is the thickness of outlines in pixels: one on small videos,
// more on large ones, which are shown scaled down.
func outlineWidth(h int) int { return max(1, (h+240)/480) }

func (l Layer) draw(out *image.RGBA, b *annotate.Bitmap, area image.Rectangle) {
	fill, line := newInk(l.Color, l.Fill), newInk(l.Color, l.Line)
	t := outlineWidth(b.H)
	for y := area.Min.Y; y < area.Max.Y; y++ {
		row := b.Pix[y*b.W : (y+1)*b.W]
		dst := out.Pix[y*out.Stride : y*out.Stride+4*b.W]
		for x := area.Min.X; x < area.Max.X; x++ {
			if row[x] == 0 {
				continue
			}
			k := fill
			if line.a > 0 && atEdge(b, x, y, t) {
				k = line
			}
			if k.a > 0 {
				k.over(dst[4*x : 4*x+4 : 4*x+4])
			}
		}
	}
}

// atEdge reports whether the mask ends within t pixels of (x, y). The border
// of the frame is no edge of the object, but is drawn so that the outline is closed.
func atEdge(b *annotate.Bitmap, x, y, t int) bool {
	return x < t || y < t || x >= b.W-t || y >= b.H-t ||
		b.Pix[y*b.W+x-t] == 0 || b.Pix[y*b.W+x+t] == 0 ||
		b.Pix[(y-t)*b.W+x] == 0 || b.Pix[(y+t)*b.W+x] == 0
}

// ink is a premultiplied colour.
type ink struct{ r, g, b, a uint32 }

func newInk(c annotate.Color, opacity float64) ink {
	a := uint32(min(1, max(0, opacity))*255 + 0.5)
	return ink{uint32(c.R) * a / 255, uint32(c.G) * a / 255, uint32(c.B) * a / 255, a}
}

// over blends the ink over a pixel.
func (k ink) over(p []uint8) {
	rest := 255 - k.a
	p[0] = uint8(k.r + uint32(p[0])*rest/255)
	p[1] = uint8(k.g + uint32(p[1])*rest/255)
	p[2] = uint8(k.b + uint32(p[2])*rest/255)
	p[3] = uint8(k.a + uint32(p[3])*rest/255)
}

func wipe(img *image.RGBA, r image.Rectangle) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		clear(img.Pix[y*img.Stride+4*r.Min.X : y*img.Stride+4*r.Max.X])
	}
}
