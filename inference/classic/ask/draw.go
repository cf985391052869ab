package ask

import (
	"math"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/promptnet"
)

// draw returns an answer at the frame's size. The clicks have their labels.
func (f *Frame) draw(a promptnet.Answer, pts []annotate.Point) (annotate.Mask, error) {
	b := a.Project(f.w, f.h).Bitmap()
	f.settle(b, nil, pts)
	return annotate.MaskFromBitmap(b), nil
}

// compose draws a change into a standing mask, which it uses up.
func (f *Frame) compose(standing *annotate.Bitmap, c change, pts []annotate.Point) (annotate.Mask, error) {
	near := c.on.grown()
	before := annotate.MaskFromBitmap(standing).Bitmap()
	field := c.answer.Project(f.w, f.h)
	crop := c.answer.Crop
	for y := field.R.Min.Y; y < field.R.Max.Y; y++ {
		for x := field.R.Min.X; x < field.R.Max.X; x++ {
			u, v := crop.To(float64(x), float64(y))
			px, py := int(math.Round(u)), int(math.Round(v))
			if px >= 0 && py >= 0 && px < size && py < size && near[py*size+px] {
				standing.Set(x, y, field.At(x, y) > 0.5)
			}
		}
	}
	f.settle(standing, before, pts)
	return annotate.MaskFromBitmap(standing), nil
}

// settle takes away what belongs to other objects, as far as it did not stand
// before, and gives the clicks their labels.
func (f *Frame) settle(b, before *annotate.Bitmap, pts []annotate.Point) {
	for _, m := range f.others {
		if clicked(m, pts) {
			continue
		}
		for i, v := range m.Bitmap().Pix {
			if v != 0 && (before == nil || before.Pix[i] == 0) {
				b.Pix[i] = 0
			}
		}
	}
	obey(b, pts)
}

// clicked reports whether a positive click lies on a mask.
func clicked(m annotate.Mask, pts []annotate.Point) bool {
	for _, p := range pts {
		if p.Positive && m.At(int(p.X), int(p.Y)) {
			return true
		}
	}
	return false
}

// obey gives every click its label: a small disc where the mask had it wrong,
// and in any case its own pixel. Later clicks win.
func obey(b *annotate.Bitmap, pts []annotate.Point) {
	r := max(2, float64(min(b.W, b.H))/240)
	for _, p := range pts {
		if b.At(int(p.X), int(p.Y)) == p.Positive {
			continue
		}
		for y := int(p.Y - r); y <= int(p.Y+r); y++ {
			for x := int(p.X - r); x <= int(p.X+r); x++ {
				if math.Hypot(float64(x)+0.5-p.X, float64(y)+0.5-p.Y) <= r {
					b.Set(x, y, p.Positive)
				}
			}
		}
	}
	for _, p := range pts {
		b.Set(int(p.X), int(p.Y), p.Positive)
	}
}
