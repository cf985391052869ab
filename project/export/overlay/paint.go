// Package overlay is the formats that show masks over the pictures of the video:
// one picture per frame, or a contact sheet.
package overlay

import (
	"image"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
)

// Paint returns a copy of a picture with masks over it: half the object's colour
// inside, all of it on the edge.
func Paint(img *image.RGBA, masks []export.FrameMask) *image.RGBA {
	out := &image.RGBA{Pix: append([]uint8(nil), img.Pix...), Stride: img.Stride, Rect: img.Rect}
	for _, m := range masks {
		paint(out, m.Mask, annotate.PaletteColor(int(m.Object)))
	}
	return out
}

func paint(img *image.RGBA, m annotate.Mask, c annotate.Color) {
	if m.Empty() {
		return
	}
	b, box := m.Bitmap(), m.Bounds()
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			if !b.At(x, y) {
				continue
			}
			p := img.Pix[img.PixOffset(x, y):][:3]
			if !b.At(x-1, y) || !b.At(x+1, y) || !b.At(x, y-1) || !b.At(x, y+1) {
				p[0], p[1], p[2] = c.R, c.G, c.B
				continue
			}
			for i, v := range [3]uint8{c.R, c.G, c.B} {
				p[i] = uint8((int(p[i]) + int(v)) / 2)
			}
		}
	}
}
