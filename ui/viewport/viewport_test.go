package viewport

import (
	"math"
	"math/rand/v2"
	"testing"
)

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-6*(1+math.Abs(a)+math.Abs(b)) }

func randomView(r *rand.Rand) View {
	v := New(1+r.IntN(8000), 1+r.IntN(5000), 20+2000*r.Float64(), 20+1500*r.Float64())
	for range r.IntN(6) {
		switch r.IntN(4) {
		case 0:
			v = v.ZoomBy(math.Exp(4*r.Float64()-2), v.w*r.Float64(), v.h*r.Float64())
		case 1:
			v = v.Pan(2000*r.Float64()-1000, 2000*r.Float64()-1000)
		case 2:
			v = v.Resize(20+2000*r.Float64(), 20+1500*r.Float64())
		case 3:
			v = v.Actual(1)
		}
	}
	return v
}

func TestFit(t *testing.T) {
	tests := []struct {
		imgW, imgH int
		w, h       float64
		scale      float64
		x, y       float64
	}{
		{100, 50, 200, 200, 2, 0, 50},
		{50, 100, 200, 200, 2, 50, 0},
		{1920, 1080, 960, 540, 0.5, 0, 0},
		{1, 1, 640, 480, 64, 288, 208},
	}
	for _, tt := range tests {
		v := New(tt.imgW, tt.imgH, tt.w, tt.h)
		x, y, _, _ := v.Rect()
		if v.Scale() != tt.scale || x != tt.x || y != tt.y || !v.Fitted() {
			t.Errorf("fit %dx%d in %gx%g: scale %g at (%g, %g), want %g at (%g, %g)", tt.imgW, tt.imgH, tt.w, tt.h, v.Scale(), x, y, tt.scale, tt.x, tt.y)
		}
	}
}

// A point maps to the screen and back to itself, in every reachable view.
func TestRoundTrip(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	for range 2000 {
		v := randomView(r)
		ix, iy := v.imgW*r.Float64(), v.imgH*r.Float64()
		sx, sy := v.ToScreen(ix, iy)
		if bx, by := v.ToImage(sx, sy); !near(bx, ix) || !near(by, iy) {
			t.Fatalf("%+v: (%g, %g) came back as (%g, %g)", v, ix, iy, bx, by)
		}
	}
}

// Zooming at the pointer leaves the image point under it where it was. The
// only exception is the pan limit, which the pointer on the image never meets.
func TestZoomKeepsThePointUnderThePointer(t *testing.T) {
	r := rand.New(rand.NewPCG(2, 2))
	for range 2000 {
		v := New(200+r.IntN(4000), 200+r.IntN(3000), 300+1000*r.Float64(), 300+1000*r.Float64())
		x, y, w, h := v.Rect()
		sx, sy := x+w*(0.3+0.4*r.Float64()), y+h*(0.3+0.4*r.Float64())
		ix, iy := v.ToImage(sx, sy)
		v = v.ZoomBy(1+3*r.Float64(), sx, sy)
		if bx, by := v.ToImage(sx, sy); !near(bx, ix) || !near(by, iy) {
			t.Fatalf("the point under the pointer moved from (%g, %g) to (%g, %g)", ix, iy, bx, by)
		}
	}
}

// However it is zoomed, panned and resized, a part of the image is visible,
// the zoom is within its limits, and nothing becomes NaN.
func TestImageNeverGetsLost(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	for range 5000 {
		v := randomView(r)
		x, y, w, h := v.Rect()
		if !(x < v.w && x+w > 0 && y < v.h && y+h > 0) {
			t.Fatalf("%+v: the image at (%g, %g) %gx%g left the area", v, x, y, w, h)
		}
		if s := v.Scale(); !(s >= MinScale && s <= MaxScale) {
			t.Fatalf("scale %g", s)
		}
	}
}

func TestResizeKeepsTheMiddleOrTheFit(t *testing.T) {
	v := New(1000, 1000, 500, 500).Resize(800, 400)
	if v != New(1000, 1000, 800, 400) {
		t.Error("a fitted view is not fitted after a resize")
	}
	v = New(1000, 1000, 500, 500).ZoomTo(2, 250, 250)
	ix, iy := v.ToImage(250, 250)
	v = v.Resize(700, 300)
	if bx, by := v.ToImage(350, 150); !near(ix, bx) || !near(iy, by) {
		t.Errorf("the middle moved from (%g, %g) to (%g, %g)", ix, iy, bx, by)
	}
}

func TestClampAndInside(t *testing.T) {
	v := New(10, 10, 100, 100)
	for _, p := range [][2]float64{{-5, 3}, {10, 10}, {3, 99}, {4.5, 4.5}} {
		x, y := v.Clamp(p[0], p[1])
		sx, sy := v.ToScreen(x, y)
		if !v.Inside(sx, sy) || int(x) > 9 || int(y) > 9 {
			t.Errorf("Clamp(%v) = (%g, %g) is not on a pixel", p, x, y)
		}
	}
	if v.Inside(100, 50) || v.Inside(-0.1, 50) {
		t.Error("a point outside the image counts as inside")
	}
}

func TestRevealBringsThePointIntoTheArea(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	for range 1000 {
		v := New(500, 500, 400, 300).ZoomTo(2+8*r.Float64(), 100, 100)
		ix, iy := 500*r.Float64(), 500*r.Float64()
		sx, sy := v.Reveal(ix, iy, 20).ToScreen(ix, iy)
		if sx < 20-1e-6 || sx > 380+1e-6 || sy < 20-1e-6 || sy > 280+1e-6 {
			t.Fatalf("(%g, %g) is at (%g, %g)", ix, iy, sx, sy)
		}
	}
}
