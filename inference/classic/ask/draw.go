package ask

import (
	"fmt"
	"image"
	"image/draw"
	"math"
	"slices"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/classic/vision"
	"github.com/masklet/masklet/inference/promptnet"
)

// draw returns an answer at the frame's size. The clicks have their labels.
func (f *Frame) draw(a promptnet.Answer, pts []annotate.Point) (annotate.Mask, error) {
	b := annotate.NewBitmap(f.w, f.h)
	pix, r, err := f.sharpen(a)
	if err != nil {
		return annotate.Mask{}, err
	}
	for y := range r.Dy() {
		copy(b.Pix[(r.Min.Y+y)*f.w+r.Min.X:], pix[y*r.Dx():(y+1)*r.Dx()])
	}
	f.settle(b, nil, pts)
	return annotate.MaskFromBitmap(b), nil
}

// compose draws a change into a standing mask.
func (f *Frame) compose(standing *annotate.Bitmap, c change, pts []annotate.Point) (annotate.Mask, error) {
	pix, r, err := f.sharpen(c.answer)
	if err != nil {
		return annotate.Mask{}, err
	}
	near, crop := c.on.grown(), c.answer.Crop
	out := &annotate.Bitmap{W: f.w, H: f.h, Pix: slices.Clone(standing.Pix)}
	// What the answer does not draw may have to go: the whole crop is looked at.
	area := c.answer.Bounds(f.w, f.h)
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for x := area.Min.X; x < area.Max.X; x++ {
			u, v := crop.To(float64(x), float64(y))
			px, py := int(math.Round(u)), int(math.Round(v))
			if px < 0 || py < 0 || px >= size || py >= size || !near[py*size+px] {
				continue
			}
			on := (image.Point{X: x, Y: y}).In(r) && pix[(y-r.Min.Y)*r.Dx()+x-r.Min.X] != 0
			out.Set(x, y, on)
		}
	}
	f.settle(out, standing, pts)
	return annotate.MaskFromBitmap(out), nil
}

// edge is how an answer's border is cut along the colours of the frame: only
// where the network is of two minds.
var edge = vision.FineOptions{Low: 0.3, High: 0.7, Unary: 6, Lambda: 2}

// sharpen returns the pixels (0 or 255, row-major) of the part r of the frame
// that an answer covers; all others are off.
func (f *Frame) sharpen(a promptnet.Answer) (pix []uint8, r image.Rectangle, err error) {
	r = f.covered(a)
	if r.Empty() {
		return nil, r, nil
	}
	if a.Crop.Step()*a.Crop.Step()*float64(undecided(a.P)) > mostUndecided {
		return threshold(a.ProjectPart(f.w, f.h, r)), r, nil
	}
	part := image.NewRGBA(image.Rectangle{Max: r.Size()})
	draw.Draw(part, part.Rect, f.picture, r.Min, draw.Src)
	// The answer has no more to tell than its own pixels.
	coarse := max(a.Crop.Step(), 1)
	gw, gh := max(int(float64(r.Dx())/coarse), 1), max(int(float64(r.Dy())/coarse), 1)
	soft := vision.NewPlane(gw, gh)
	for j := range gh {
		for i := range gw {
			x := float64(r.Min.X) + (float64(i)+0.5)*float64(r.Dx())/float64(gw) - 0.5
			y := float64(r.Min.Y) + (float64(j)+0.5)*float64(r.Dy())/float64(gh) - 0.5
			soft.Pix[j*gw+i], _ = a.At(x, y)
		}
	}
	b, err := vision.FineMask(part, soft, edge)
	if err != nil {
		return nil, r, fmt.Errorf("cut the border of a mask: %w", err)
	}
	return b.Pix, r, nil
}

// mostUndecided is how many pixels of the frame the colours may decide: a border
// has fewer, and where more are left, colours cannot tell either.
const mostUndecided = 100_000

func undecided(p []float32) int {
	n := 0
	for _, v := range p {
		if v > edge.Low && v < edge.High {
			n++
		}
	}
	return n
}

func threshold(field promptnet.Field) []uint8 {
	pix := make([]uint8, len(field.P))
	for i, p := range field.P {
		if p > 0.5 {
			pix[i] = 255
		}
	}
	return pix
}

// covered returns the part of the frame where an answer is not sure that there is
// nothing, with a margin for the colours beside it.
func (f *Frame) covered(a promptnet.Answer) image.Rectangle {
	var seen shape
	for i, p := range a.P {
		seen[i] = p > edge.Low
	}
	u0, v0, u1, v1, ok := seen.bounds()
	if !ok {
		return image.Rectangle{}
	}
	x0, y0 := a.Crop.From(float64(u0-2), float64(v0-2))
	x1, y1 := a.Crop.From(float64(u1+2), float64(v1+2))
	return image.Rect(int(x0)-2, int(y0)-2, int(x1)+3, int(y1)+3).Intersect(image.Rect(0, 0, f.w, f.h))
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
