package stride

import (
	"image"
	"math"

	"github.com/masklet/masklet/annotate"
)

// side is a mask that stands on a frame near by, and how to get there.
type side struct {
	bits  *annotate.Bitmap
	box   image.Rectangle // around what is on
	to    Field           // from the frame to be filled in to that frame
	sure  []float32       // per pixel of the field: agreement of the motion there and back
	share float32         // weight: the nearer frame counts more
}

// agreement says, per pixel of a field, how well the motion there and the
// motion back agree: 1 where they cancel out, 0 where they are far apart. The
// tolerance grows with the motion.
func agreement(there, back Field) []float32 {
	out := make([]float32, there.W*there.H)
	for y := range there.H {
		for x := range there.W {
			i := y*there.W + x
			u, v := there.V[2*i], there.V[2*i+1]
			bu, bv := back.at(float32(x)+u, float32(y)+v)
			scale := 1.5 + 0.05*math.Hypot(float64(u), float64(v))
			miss := math.Hypot(float64(u+bu), float64(v+bv)) / scale
			out[i] = float32(math.Exp(-miss * miss))
		}
	}
	return out
}

// leastSure keeps a side in play where its motion cannot be relied on: there
// nearness alone decides.
const leastSure = 0.1

// blender fills in the mask of one frame of w by h pixels.
type blender struct {
	w, h  int
	sides []side
	out   *annotate.Bitmap
	tally tally
}

// blend returns the mask that one or two sides give together, and how far it
// can be relied on, 0..1: with two sides the IoU of the masks that each gives
// alone, with one the share of the mask where its motion can be relied on.
func blend(w, h int, sides []side) (annotate.Mask, float64) {
	b := &blender{w: w, h: h, sides: sides, out: annotate.NewBitmap(w, h)}
	f := sides[0].to
	hits := b.hits(f)
	for cy := range f.H {
		for cx := range f.W {
			if near(hits, f.W, f.H, cx, cy) {
				b.fill(f, cx, cy)
			}
		}
	}
	return annotate.MaskFromBitmap(b.out), b.tally.quality(len(sides))
}

// hits says for every pixel of the field whether it moves to where a mask is,
// with some margin. All others stay off without a closer look.
func (b *blender) hits(f Field) []bool {
	out := make([]bool, f.W*f.H)
	sx, sy := float32(b.w)/float32(f.W), float32(b.h)/float32(f.H)
	for _, s := range b.sides {
		if s.box.Empty() {
			continue
		}
		box := s.box.Inset(-2 - int(2*max(sx, sy)))
		for i := range out {
			x, y := sx*(float32(i%f.W)+0.5+s.to.V[2*i]), sy*(float32(i/f.W)+0.5+s.to.V[2*i+1])
			x, y = min(max(x, 0), float32(b.w-1)), min(max(y, 0), float32(b.h-1))
			out[i] = out[i] || image.Pt(int(x), int(y)).In(box)
		}
	}
	return out
}

// near reports whether a pixel of the field or one beside it is a hit.
func near(hits []bool, w, h, cx, cy int) bool {
	for y := max(cy-1, 0); y <= min(cy+1, h-1); y++ {
		for x := max(cx-1, 0); x <= min(cx+1, w-1); x++ {
			if hits[y*w+x] {
				return true
			}
		}
	}
	return false
}

// fill decides the pixels of the frame that belong to one pixel of the field.
func (b *blender) fill(f Field, cx, cy int) {
	sx, sy := float32(f.W)/float32(b.w), float32(f.H)/float32(b.h)
	for y := cy * b.h / f.H; y < (cy+1)*b.h/f.H; y++ {
		for x := cx * b.w / f.W; x < (cx+1)*b.w/f.W; x++ {
			fx, fy := (float32(x)+0.5)*sx-0.5, (float32(y)+0.5)*sy-0.5
			sum, weight := float32(0), float32(0)
			var on [2]bool
			sure := float32(0)
			for k, s := range b.sides {
				dx, dy := s.to.at(fx, fy)
				v := sample(s.bits, float32(x)+dx/sx, float32(y)+dy/sy)
				sure = s.sure[cy*f.W+cx]
				wk := s.share * max(sure, leastSure)
				sum, weight = sum+wk*v, weight+wk
				on[k] = v >= 0.5
			}
			if sum >= weight/2 && sum > 0 {
				b.out.Pix[y*b.w+x] = 255
			}
			b.tally.add(on, sure)
		}
	}
}

// sample reads a mask bilinearly, 0..1; beyond the border the nearest counts.
func sample(m *annotate.Bitmap, x, y float32) float32 {
	x = min(max(x, 0), float32(m.W-1))
	y = min(max(y, 0), float32(m.H-1))
	x0, y0 := int(x), int(y)
	x1, y1 := min(x0+1, m.W-1), min(y0+1, m.H-1)
	u, v := x-float32(x0), y-float32(y0)
	at := func(x, y int) float32 {
		if m.Pix[y*m.W+x] != 0 {
			return 1
		}
		return 0
	}
	return (at(x0, y0)*(1-u)+at(x1, y0)*u)*(1-v) + (at(x0, y1)*(1-u)+at(x1, y1)*u)*v
}

// tally counts pixels to tell how far a mask can be relied on.
type tally struct {
	either, both int     // on by either side, by both
	first        int     // on by the first side
	sure         float64 // sum of agreement over the first side's pixels
}

func (t *tally) add(on [2]bool, sure float32) {
	if on[0] || on[1] {
		t.either++
	}
	if on[0] && on[1] {
		t.both++
	}
	if on[0] {
		t.first++
		t.sure += float64(sure)
	}
}

func (t *tally) quality(sides int) float64 {
	switch {
	case t.either == 0:
		return 1
	case sides == 2:
		return float64(t.both) / float64(t.either)
	}
	return t.sure / float64(t.first)
}
