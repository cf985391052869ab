package vision

import (
	"errors"
	"image"
	"image/color"
	"math"
	"testing"
)

// disc draws a textured disc on a textured ground.
func disc(w, h int, cx, cy, r float64) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			fx, fy := float64(x), float64(y)
			// Frequencies without a common period, so that motion is unique.
			t := uint8(20 * (math.Sin(fx*0.37+fy*0.11) + math.Cos(fy*0.29-fx*0.05) + math.Sin(fx*fy*0.003) + 3) / 1.5)
			c := color.RGBA{40 + t, 90 + t, 40, 255}
			if math.Hypot(float64(x)-cx, float64(y)-cy) < r {
				c = color.RGBA{170, 60 + t, 60 + t, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func TestLabMatchesPublishedValues(t *testing.T) {
	// Lab (D65) of sRGB primaries, from the CIE formulas (Lindbloom's tables).
	tests := []struct {
		c    color.RGBA
		want [3]float64
	}{
		{color.RGBA{255, 255, 255, 255}, [3]float64{100, 0, 0}},
		{color.RGBA{0, 0, 0, 255}, [3]float64{0, 0, 0}},
		{color.RGBA{255, 0, 0, 255}, [3]float64{53.24, 80.09, 67.20}},
		{color.RGBA{0, 0, 255, 255}, [3]float64{32.30, 79.19, -107.86}},
	}
	for _, tc := range tests {
		img := image.NewRGBA(image.Rect(0, 0, 1, 1))
		img.SetRGBA(0, 0, tc.c)
		lab, err := LabOf(img)
		if err != nil {
			t.Fatal(err)
		}
		for k, want := range tc.want {
			if got := float64(lab.Pix[k]); math.Abs(got-want) > 0.3 {
				t.Errorf("%v channel %d: %.2f, want %.2f", tc.c, k, got, want)
			}
		}
	}
}

func TestDISFindsATranslation(t *testing.T) {
	a, err := GrayOf(disc(160, 120, 60, 60, 30))
	if err != nil {
		t.Fatal(err)
	}
	b := NewGray(160, 120)
	for y := range 120 {
		for x := range 160 {
			b.Pix[y*160+x] = a.Pix[min(max(y-2, 0), 119)*160+min(max(x-3, 0), 159)]
		}
	}
	f, err := DIS(a, b, EngineFlow())
	if err != nil {
		t.Fatal(err)
	}
	if dx, dy := f.At(60, 60); math.Abs(float64(dx)-3) > 0.3 || math.Abs(float64(dy)-2) > 0.3 {
		t.Errorf("motion (%.2f, %.2f), want (3, 2)", dx, dy)
	}
}

func TestGridCutFollowsTheColourEdge(t *testing.T) {
	img := disc(64, 48, 30, 24, 12)
	lab, err := LabOf(img)
	if err != nil {
		t.Fatal(err)
	}
	source, sink, fixed := make([]float32, 64*48), make([]float32, 64*48), make([]uint8, 64*48)
	for y := range 48 {
		for x := range 64 {
			switch d := math.Hypot(float64(x)-30, float64(y)-24); {
			case d < 5:
				fixed[y*64+x] = FixedObject
			case d > 22:
				fixed[y*64+x] = FixedBackground
			}
		}
	}
	labels, err := GridCut(64, 48, source, sink, lab, CutOptions{Lambda: 2, Floor: 0.05}, fixed)
	if err != nil {
		t.Fatal(err)
	}
	wrong := 0
	for y := range 48 {
		for x := range 64 {
			if (labels[y*64+x] == 1) != (math.Hypot(float64(x)-30, float64(y)-24) < 12) {
				wrong++
			}
		}
	}
	if wrong > 10 {
		t.Errorf("%d pixels on the wrong side of the edge", wrong)
	}
}

func TestFineMaskIsSharperThanItsInput(t *testing.T) {
	full := disc(400, 300, 200, 150, 80)
	soft := NewPlane(100, 75)
	for y := range 75 {
		for x := range 100 {
			if math.Hypot(float64(x)*4+1.5-200, float64(y)*4+1.5-150) < 82 {
				soft.Pix[y*100+x] = 1
			}
		}
	}
	m, err := FineMask(full, soft, DefaultFine())
	if err != nil {
		t.Fatal(err)
	}
	wrong := 0
	for y := range 300 {
		for x := range 400 {
			if m.At(x, y) != (math.Hypot(float64(x)-200, float64(y)-150) < 80) {
				wrong++
			}
		}
	}
	if wrong > 60 {
		t.Errorf("%d pixels wrong", wrong)
	}
}

func TestWrongSizesAreErrors(t *testing.T) {
	skewed := disc(20, 20, 5, 5, 3).SubImage(image.Rect(1, 1, 9, 9)).(*image.RGBA)
	calls := map[string]func() error{
		"nil frame":    func() error { _, err := LabOf(nil); return err },
		"sub-image":    func() error { _, err := GrayOf(skewed); return err },
		"no pixels":    func() error { _, err := LabOf(&image.RGBA{}); return err },
		"resize to 0":  func() error { _, err := ResizeRGBA(disc(8, 8, 4, 4, 2), 0, 3); return err },
		"short plane":  func() error { _, err := Blur(Plane{4, 4, nil}, 1); return err },
		"flow sizes":   func() error { _, err := DIS(NewGray(20, 20), NewGray(21, 20), EngineFlow()); return err },
		"cut lengths":  func() error { _, err := GridCut(3, 3, nil, nil, Lab{}, CutOptions{}, nil); return err },
		"grab lengths": func() error { _, err := GrabCut(disc(8, 8, 4, 4, 2), make([]uint8, 3), 1); return err },
		"grab label":   func() error { _, err := GrabCut(disc(2, 1, 4, 4, 2), []uint8{7, 0}, 1); return err },
		"distance":     func() error { _, err := Distance(nil, 0, 4); return err },
		"soft mask":    func() error { _, err := FineMask(disc(8, 8, 4, 4, 2), Plane{}, DefaultFine()); return err },
	}
	for name, f := range calls {
		if err := f(); !errors.Is(err, ErrSize) {
			t.Errorf("%s: error %v, want ErrSize", name, err)
		}
	}
}

func TestTinyImages(t *testing.T) {
	for _, size := range []image.Point{{1, 1}, {2, 1}, {1, 40}, {17, 3}, {16, 16}, {300, 16}} {
		img := disc(size.X, size.Y, 0, 0, 1)
		lab, err := LabOf(img)
		if err != nil {
			t.Fatal(err)
		}
		g, err := GrayOf(img)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := DIS(g, g, EngineFlow()); err != nil {
			t.Errorf("flow of %v: %v", size, err)
		}
		n := size.X * size.Y
		if _, err := GridCut(size.X, size.Y, make([]float32, n), make([]float32, n), lab, CutOptions{Lambda: 1}, nil); err != nil {
			t.Errorf("cut of %v: %v", size, err)
		}
		if _, err := FineMask(img, NewPlane(size.X, size.Y), DefaultFine()); err != nil {
			t.Errorf("fine mask of %v: %v", size, err)
		}
		if _, err := SignedDistance(make([]uint8, n), size.X, size.Y); err != nil {
			t.Errorf("distance of %v: %v", size, err)
		}
		if _, err := GrabCut(img, make([]uint8, n), 2); err != nil {
			t.Errorf("GrabCut of %v: %v", size, err)
		}
	}
}

func TestWorkingSize(t *testing.T) {
	tests := []struct{ w, h, wantW, wantH int }{
		{854, 480, 427, 240}, {480, 854, 240, 427}, {3840, 2160, 427, 240}, {200, 100, 200, 100}, {1, 1, 1, 1},
	}
	for _, tc := range tests {
		if w, h := WorkingSize(tc.w, tc.h, 240); w != tc.wantW || h != tc.wantH {
			t.Errorf("%dx%d: %dx%d, want %dx%d", tc.w, tc.h, w, h, tc.wantW, tc.wantH)
		}
	}
	if w, h := WorkingSize(32768, 240, 240); w*h > 6*240*240+w {
		t.Errorf("a long strip works at %dx%d", w, h)
	}
}
