package edges

import (
	"image"
	"image/color"
	"math"
	"testing"

	"github.com/masklet/masklet/annotate"
)

func has(p Patch, x, y int) bool {
	return image.Pt(x, y).In(p.Rectangle) && p.Pixels[(y-p.Min.Y)*p.Dx()+x-p.Min.X]
}

func TestDabStopsAtAnEdge(t *testing.T) {
	img := disc(200, 160, 100, 80, 50)
	// The middle is 8 pixels inside the disc's left edge.
	p := Dab(img, annotate.Pt{X: 58, Y: 80}, 20)
	wrong := 0
	for y := range 160 {
		for x := range 200 {
			under := math.Hypot(float64(x)+0.5-58, float64(y)+0.5-80) <= 20
			inside := math.Hypot(float64(x)+0.5-100, float64(y)+0.5-80) < 50
			if has(p, x, y) != (under && inside) {
				wrong++
			}
			if has(p, x, y) && !under {
				t.Fatalf("(%d,%d) is not under the brush", x, y)
			}
		}
	}
	if wrong > 12 {
		t.Errorf("%d pixels are wrong", wrong)
	}
}

func TestDabOnOneGroundIsTheDisc(t *testing.T) {
	img := disc(200, 160, 100, 80, 50)
	p := Dab(img, annotate.Pt{X: 100, Y: 80}, 15)
	for y := range 160 {
		for x := range 200 {
			if want := math.Hypot(float64(x)+0.5-100, float64(y)+0.5-80) <= 15; has(p, x, y) != want {
				t.Fatalf("(%d,%d) is %v", x, y, !want)
			}
		}
	}
}

// What has the colour of the middle but lies behind something else is not taken.
func TestDabDoesNotJump(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 60, 40))
	for y := range 40 {
		for x := range 60 {
			if x >= 28 && x < 32 {
				img.SetRGBA(x, y, color.RGBA{200, 200, 200, 255})
			}
		}
	}
	p := Dab(img, annotate.Pt{X: 24, Y: 20}, 15)
	if !has(p, 26, 20) || has(p, 30, 20) || has(p, 34, 20) {
		t.Errorf("this side %v, the line %v, the other side %v", has(p, 26, 20), has(p, 30, 20), has(p, 34, 20))
	}
}

func TestDabAtTheBorder(t *testing.T) {
	img := disc(20, 20, 10, 10, 5)
	for _, at := range []annotate.Pt{{}, {X: 20, Y: 20}, {X: -50, Y: 3}, {X: 19.9, Y: 0.1}} {
		if p := Dab(img, at, 6); !p.In(img.Rect) || len(p.Pixels) != p.Dx()*p.Dy() {
			t.Errorf("%v: %d pixels of %v", at, len(p.Pixels), p.Rectangle)
		}
	}
	if !has(Dab(img, annotate.Pt{X: 3.2, Y: 4.9}, 0.1), 3, 4) {
		t.Error("a tiny dab does not cover the pixel it is on")
	}
}

func BenchmarkDab(b *testing.B) {
	img := disc(400, 400, 200, 200, 100)
	for b.Loop() {
		Dab(img, annotate.Pt{X: 105, Y: 200}, 40)
	}
}
