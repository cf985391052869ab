package vision

import (
	"errors"
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"strconv"
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
		"nil frame":   func() error { _, err := LabOf(nil); return err },
		"sub-image":   func() error { _, err := GrayOf(skewed); return err },
		"no pixels":   func() error { _, err := LabOf(&image.RGBA{}); return err },
		"resize to 0": func() error { _, err := ResizeRGBA(disc(8, 8, 4, 4, 2), 0, 3); return err },
		"short plane": func() error { _, err := Blur(Plane{4, 4, nil}, 1); return err },
		"flow sizes":  func() error { _, err := DIS(NewGray(20, 20), NewGray(21, 20), EngineFlow()); return err },
		"cut lengths": func() error { _, err := GridCut(3, 3, nil, nil, Lab{}, CutOptions{}, nil); return err },
		"distance":    func() error { _, err := Distance(nil, 0, 4); return err },
		"soft mask":   func() error { _, err := FineMask(disc(8, 8, 4, 4, 2), Plane{}, DefaultFine()); return err },
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

func TestSignedDistance(t *testing.T) {
	// A square of 5 by 5 in the middle of 11 by 11.
	on := make([]uint8, 121)
	for y := 3; y < 8; y++ {
		for x := 3; x < 8; x++ {
			on[y*11+x] = 1
		}
	}
	d, err := SignedDistance(on, 11, 11)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		x, y int
		want float64
	}{{5, 5, 2.5}, {3, 5, 0.5}, {2, 5, -0.5}, {0, 5, -2.5}, {1, 1, 0.5 - 2*math.Sqrt2}} {
		// OpenCV's 5x5 mask is exact along axes and within 2 % elsewhere.
		if got := float64(d.Pix[tc.y*11+tc.x]); math.Abs(got-tc.want) > 0.06 {
			t.Errorf("(%d, %d): %.2f, want %.2f", tc.x, tc.y, got, tc.want)
		}
	}
	full, err := Distance([]uint8{1, 1, 1, 1}, 2, 2)
	if err != nil {
		t.Fatal(err)
	}
	if full.Pix[0] != 4 {
		t.Errorf("without background the distance is %g, want 4", full.Pix[0])
	}
}

// The cut is exact: on small grids its cost is that of the best of all
// labellings, tried one by one.
func TestGridCutIsOptimal(t *testing.T) {
	const w, h = 3, 4
	r := rand.New(rand.NewPCG(8, 9))
	o := CutOptions{Lambda: 1.5, Floor: 0.2, Beta: 0.01}
	for range 40 {
		source, sink, fixed := make([]float32, w*h), make([]float32, w*h), make([]uint8, w*h)
		lab := Lab{w, h, make([]float32, 3*w*h)}
		for i := range source {
			source[i], sink[i] = 2*r.Float32(), 2*r.Float32()
			if r.IntN(5) == 0 {
				fixed[i] = uint8(1 + r.IntN(2))
			}
		}
		for i := range lab.Pix {
			lab.Pix[i] = 20 * r.Float32()
		}
		best := math.Inf(1)
		for bits := range 1 << (w * h) {
			labels := make([]uint8, w*h)
			for i := range labels {
				labels[i] = uint8(bits >> i & 1)
			}
			best = min(best, cutCost(labels, source, sink, fixed, lab, o))
		}
		labels, err := GridCut(w, h, source, sink, lab, o, fixed)
		if err != nil {
			t.Fatal(err)
		}
		// Weights are rounded to 1/1024.
		if got := cutCost(labels, source, sink, fixed, lab, o); got > best+0.05 {
			t.Fatalf("cost %.3f, the best labelling has %.3f", got, best)
		}
	}
}

func cutCost(labels []uint8, source, sink []float32, fixed []uint8, lab Lab, o CutOptions) float64 {
	cost := 0.0
	for i, l := range labels {
		switch {
		case fixed[i] == FixedBackground && l == 1, fixed[i] == FixedObject && l == 0:
			return math.Inf(1)
		case fixed[i] != Free:
		case l == 1:
			cost += float64(sink[i])
		default:
			cost += float64(source[i])
		}
		x, y := i%lab.W, i/lab.W
		for _, d := range [4]image.Point{{1, 0}, {0, 1}, {1, 1}, {-1, 1}} {
			p := image.Pt(x, y).Add(d)
			if !p.In(image.Rect(0, 0, lab.W, lab.H)) || labels[p.Y*lab.W+p.X] == l || fixed[i] != Free && fixed[p.Y*lab.W+p.X] != Free {
				continue
			}
			d2 := 0.0
			for k := range 3 {
				e := float64(lab.Pix[3*i+k] - lab.Pix[3*(p.Y*lab.W+p.X)+k])
				d2 += e * e
			}
			weight := float64(o.Lambda) * (float64(o.Floor) + (1-float64(o.Floor))*math.Exp(-float64(o.Beta)*d2))
			if d.X != 0 && d.Y != 0 {
				weight *= math.Sqrt2 / 2
			}
			cost += weight
		}
	}
	return cost
}

// What lies outside the part that is worked on is the same as everywhere else:
// off. The part holds the whole object, also at the frame's edges.
func TestFinePartHoldsTheObject(t *testing.T) {
	for _, scale := range []int{3, 9, 11} {
		t.Run(strconv.Itoa(scale), func(t *testing.T) { finePartHoldsTheObject(t, scale) })
	}
}

// finePartHoldsTheObject cuts discs on a frame scale times the working size.
func finePartHoldsTheObject(t *testing.T, scale int) {
	for _, c := range []image.Point{{30, 20}, {0, 0}, {99, 74}, {50, 0}} {
		full := disc(100*scale, 75*scale, float64(scale*c.X), float64(scale*c.Y), float64(12*scale))
		soft := NewPlane(100, 75)
		want := 0
		for y := range 75 {
			for x := range 100 {
				if math.Hypot(float64(x-c.X), float64(y-c.Y)) < 12 {
					soft.Pix[y*100+x] = 1
				}
			}
		}
		for y := range 75 * scale {
			for x := range 100 * scale {
				if math.Hypot(float64(x-scale*c.X), float64(y-scale*c.Y)) < float64(12*scale) {
					want++
				}
			}
		}
		pix, r, err := FinePart(full, soft, DefaultFine())
		if err != nil {
			t.Fatal(err)
		}
		area := 0
		for _, v := range pix {
			if v != 0 {
				area++
			}
		}
		if len(pix) != r.Dx()*r.Dy() || math.Abs(float64(area-want)) > 0.05*float64(want) {
			t.Errorf("%v: %d pixels on in %v, want about %d", c, area, r, want)
		}
		wrong := 0
		for i, v := range pix {
			x, y := r.Min.X+i%r.Dx(), r.Min.Y+i/r.Dx()
			inside := math.Hypot(float64(x-scale*c.X), float64(y-scale*c.Y)) < float64(12*scale)
			if (v != 0) != inside {
				wrong++
			}
		}
		// Two pixels all along the border of a whole disc.
		if limit := int(2 * 2 * math.Pi * float64(12*scale)); wrong > limit {
			t.Errorf("%v: %d pixels wrong, at most %d expected", c, wrong, limit)
		}
	}
	if _, r, err := FinePart(disc(30, 20, 5, 5, 3), NewPlane(10, 8), DefaultFine()); err != nil || !r.Empty() {
		t.Errorf("no object: part %v, error %v", r, err)
	}
}
