package edges

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// softDisc paints a disc whose edge is blurred over some pixels, with the true share of
// each pixel.
func softDisc(w, h int, cx, cy, r, blur float64) (*image.RGBA, func(x, y int) float64) {
	share := func(x, y int) float64 {
		d := math.Hypot(float64(x)+0.5-cx, float64(y)+0.5-cy)
		return min(1, max(0, (r-d)/blur+0.5))
	}
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			a := share(x, y)
			img.SetRGBA(x, y, color.RGBA{uint8(40 + 180*a), uint8(90 - 40*a), uint8(60 + 30*a), 255})
		}
	}
	return img, share
}

func round(w, h int, cx, cy, r float64) annotate.Mask {
	b := annotate.NewBitmap(w, h)
	for y := range h {
		for x := range w {
			b.Set(x, y, math.Hypot(float64(x)+0.5-cx, float64(y)+0.5-cy) < r)
		}
	}
	return annotate.MaskFromBitmap(b)
}

func TestMatteIsAsSoftAsThePicture(t *testing.T) {
	const w, h = 120, 100
	for _, blur := range []float64{0.5, 3, 5} {
		img, share := softDisc(w, h, 60, 50, 30, blur)
		a := Matte(img, round(w, h, 60, 50, 30), 4)
		worst := 0.0
		for y := range h {
			for x := range w {
				worst = max(worst, math.Abs(float64(a.At(x, y))/255-share(x, y)))
			}
		}
		if worst > 0.15 {
			t.Errorf("blur %v: a share is off by %.2f", blur, worst)
		}
	}
}

// Where both sides look alike the matte is that of the mask.
func TestMatteWithoutContrast(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 60, 60))
	m := round(60, 60, 30, 30, 15)
	a := Matte(img, m, 4)
	for y := range 60 {
		for x := range 60 {
			n := 0
			for v := y - 1; v <= y+1; v++ {
				for u := x - 1; u <= x+1; u++ {
					if m.At(u, v) {
						n++
					}
				}
			}
			if got := float64(a.At(x, y)) / 255; math.Abs(got-float64(n)/9) > 0.01 {
				t.Fatalf("(%d,%d) is %.2f, want %d ninths", x, y, got, n)
			}
		}
	}
}

func TestMatteOfNothingAndEverything(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 30, 20))
	if a := Matte(img, annotate.EmptyMask(30, 20), 3); a.At(5, 5) != 0 {
		t.Error("an empty mask has a matte")
	}
	a := Matte(img, annotate.FullMask(30, 20), 3)
	for y := range 20 {
		for x := range 30 {
			if a.At(x, y) != 255 {
				t.Fatalf("(%d,%d) of a full mask is %d", x, y, a.At(x, y))
			}
		}
	}
}

// A mask that is rough along a hairy edge gets the hairs, and loses what is none.
func TestRedrawFindsHairs(t *testing.T) {
	const w, h = 120, 80
	rng := rand.New(rand.NewPCG(6, 6))
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	truth := annotate.NewBitmap(w, h)
	for y := range h {
		for x := range w {
			on := x < 50 || x < 70 && y%8 < 2 // hairs of two pixels
			truth.Set(x, y, on)
			v := 180
			if on {
				v = 60
			}
			v += rng.IntN(21) - 10
			img.SetRGBA(x, y, color.RGBA{uint8(v), uint8(v), uint8(v / 2), 255})
		}
	}
	rough := annotate.MaskFromOutline(w, h, []annotate.Pt{{}, {X: 60}, {X: 60, Y: h}, {Y: h}})
	stroke := annotate.MaskFromOutline(w, h, []annotate.Pt{{X: 42, Y: 5}, {X: 78, Y: 5}, {X: 78, Y: 75}, {X: 42, Y: 75}})
	want := annotate.MaskFromBitmap(truth)
	got := Redraw(img, rough, stroke)
	before, _ := annotate.IoU(mustIntersect(t, rough, stroke), mustIntersect(t, want, stroke))
	after, _ := annotate.IoU(mustIntersect(t, got, stroke), mustIntersect(t, want, stroke))
	if after < 0.9 || after < before {
		t.Errorf("IoU under the brush is %.2f, was %.2f", after, before)
	}
	for _, m := range [][2]annotate.Mask{{got, rough}} {
		a, _ := annotate.Subtract(m[0], stroke)
		b, _ := annotate.Subtract(m[1], stroke)
		if !a.Equal(b) {
			t.Error("something changed that is not under the brush")
		}
	}
}

func mustIntersect(t *testing.T, a, b annotate.Mask) annotate.Mask {
	t.Helper()
	m, err := annotate.Intersect(a, b)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// What cannot be decided stays.
func TestRedrawWithoutTwoSides(t *testing.T) {
	img := image.NewRGBA(image.Rect(0, 0, 40, 30))
	full, empty := annotate.FullMask(40, 30), annotate.EmptyMask(40, 30)
	for _, m := range []annotate.Mask{full, empty} {
		for _, s := range []annotate.Mask{full, empty, round(40, 30, 10, 10, 5)} {
			if !Redraw(img, m, s).Equal(m) {
				t.Error("a mask changed for no reason")
			}
		}
	}
}

func BenchmarkMatte1080p(b *testing.B) {
	img, _ := softDisc(1920, 1080, 900, 500, 400, 3)
	m := round(1920, 1080, 900, 500, 400)
	for b.Loop() {
		Matte(img, m, 9)
	}
}

func BenchmarkRedraw(b *testing.B) {
	img, _ := softDisc(1920, 1080, 900, 500, 400, 3)
	m, s := round(1920, 1080, 900, 500, 400), round(1920, 1080, 500, 500, 60)
	for b.Loop() {
		Redraw(img, m, s)
	}
}
