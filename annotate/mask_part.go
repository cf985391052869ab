package annotate

import "image"

// MaskFromPart encodes a bitmap whose upper left pixel lies at (x0, y0) of a frame of
// w by h pixels; what lies outside the frame is cut off, and all around is off. It
// takes time linear in the size of the bitmap, however large the frame is.
func MaskFromPart(w, h, x0, y0 int, b *Bitmap) Mask {
	e := runEncoder{}
	in := image.Rect(x0, y0, x0+b.W, y0+b.H).Intersect(image.Rect(0, 0, w, h))
	at := 0
	for x := in.Min.X; x < in.Max.X; x++ {
		start := x*h + in.Min.Y
		e.add(uint32(start-at), false)
		for y := in.Min.Y; y < in.Max.Y; y++ {
			e.add(1, b.Pix[(y-y0)*b.W+x-x0] != 0)
		}
		at = start + in.Dy()
	}
	e.add(uint32(w*h-at), false)
	return Mask{w: w, h: h, runs: e.finish()}
}

// Part decodes the pixels of a rectangle of the mask; those outside the frame are off.
// It takes time linear in the rectangle and the runs.
func (m Mask) Part(r image.Rectangle) *Bitmap {
	b := NewBitmap(r.Dx(), r.Dy())
	m.each(func(x, y0, y1 int) {
		if x < r.Min.X || x >= r.Max.X {
			return
		}
		for y := max(y0, r.Min.Y); y < min(y1, r.Max.Y); y++ {
			b.Pix[(y-r.Min.Y)*b.W+x-r.Min.X] = 255
		}
	})
	return b
}
