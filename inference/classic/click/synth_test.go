package click

import (
	"context"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/inference/classic/vision"
)

// picture is a generated frame with its true mask.
type picture struct {
	frame *image.RGBA
	truth *annotate.Bitmap
}

// paintPicture draws a textured ground and, where shape says so, a textured
// object of another colour.
func paintPicture(w, h int, shape func(x, y int) bool) picture {
	rng := rand.New(rand.NewPCG(7, 11))
	p := picture{image.NewRGBA(image.Rect(0, 0, w, h)), annotate.NewBitmap(w, h)}
	for y := range h {
		for x := range w {
			n := uint8(rng.IntN(24))
			c := color.RGBA{70 + n, 110 + n, 60 + n, 255}
			if shape(x, y) {
				c = color.RGBA{190 + n, 90 + n, 40 + n, 255}
				p.truth.Set(x, y, true)
			}
			p.frame.SetRGBA(x, y, c)
		}
	}
	return p
}

func inDisc(cx, cy, r float64) func(x, y int) bool {
	return func(x, y int) bool { return math.Hypot(float64(x)-cx, float64(y)-cy) <= r }
}

// blank is a frame of one colour.
func blank(w, h int) picture {
	return paintPicture(w, h, func(x, y int) bool { return false })
}

func prepare(t testing.TB, p picture, motion ...vision.Flow) *Scene {
	t.Helper()
	s, err := Prepare(context.Background(), Input{Frame: p.frame, Motion: motion})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func segment(t testing.TB, s *Scene, box *annotate.Box, pts ...annotate.Point) Answer {
	t.Helper()
	a, err := s.Segment(context.Background(), annotate.Prompt{Points: pts, Box: box})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Mask.Validate(); err != nil {
		t.Fatal(err)
	}
	if !(a.Confidence >= 0 && a.Confidence <= 1) {
		t.Errorf("confidence %v", a.Confidence)
	}
	return a
}

func plus(x, y float64) annotate.Point  { return annotate.Point{X: x, Y: y, Positive: true} }
func minus(x, y float64) annotate.Point { return annotate.Point{X: x, Y: y} }

func iou(a, b *annotate.Bitmap) float64 {
	v, err := annotate.IoU(annotate.MaskFromBitmap(a), annotate.MaskFromBitmap(b))
	if err != nil {
		panic(err)
	}
	return v
}

// truthBox returns the bounding box of a mask.
func truthBox(b *annotate.Bitmap) *annotate.Box {
	r := annotate.MaskFromBitmap(b).Bounds()
	return &annotate.Box{X0: float64(r.Min.X), Y0: float64(r.Min.Y), X1: float64(r.Max.X), Y1: float64(r.Max.Y)}
}

// innermost returns the pixel of a mask that is farthest from its outside; the
// frame's border counts as outside.
func innermost(t testing.TB, b *annotate.Bitmap) annotate.Point {
	t.Helper()
	w, h := b.W+2, b.H+2
	on := make([]uint8, w*h)
	for y := range b.H {
		copy(on[(y+1)*w+1:], b.Pix[y*b.W:(y+1)*b.W])
	}
	d, err := vision.Distance(on, w, h)
	if err != nil {
		t.Fatal(err)
	}
	best := 0
	for i, v := range d.Pix {
		if v > d.Pix[best] {
			best = i
		}
	}
	return plus(float64(best%w-1)+0.5, float64(best/w-1)+0.5)
}

// correction is the click that a careful person makes next: in the middle of
// the larger error.
func correction(t testing.TB, mask, truth *annotate.Bitmap) annotate.Point {
	t.Helper()
	wrong, positive := largerError(mask, truth)
	p := innermost(t, wrong)
	p.Positive = positive
	return p
}

// largerError returns what is missing in a mask (positive), or what is too much.
func largerError(mask, truth *annotate.Bitmap) (wrong *annotate.Bitmap, positive bool) {
	missing, much := annotate.NewBitmap(truth.W, truth.H), annotate.NewBitmap(truth.W, truth.H)
	nm, nw := 0, 0
	for i := range truth.Pix {
		m, g := mask.Pix[i] != 0, truth.Pix[i] != 0
		if g && !m {
			missing.Pix[i] = 255
			nm++
		}
		if m && !g {
			much.Pix[i] = 255
			nw++
		}
	}
	if nm >= nw {
		return missing, true
	}
	return much, false
}
