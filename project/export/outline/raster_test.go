package outline

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// inside is the definition: a ray from the centre of a pixel upwards crosses an
// odd number of edges.
func inside(p []float64, x, y float64) bool {
	in := false
	for i, n := 0, len(p)/2; i < n; i++ {
		j := (i + 1) % n
		xa, ya, xb, yb := p[2*i], p[2*i+1], p[2*j], p[2*j+1]
		if (xa <= x) != (xb <= x) && ya+(x-xa)/(xb-xa)*(yb-ya) <= y {
			in = !in
		}
	}
	return in
}

// TestFillIsTheEvenOddRule compares with the definition, also for corners far
// outside, on pixel centres, and repeated.
func TestFillIsTheEvenOddRule(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		w, h := 1+rng.IntN(20), 1+rng.IntN(20)
		var polys [][]float64
		for range 1 + rng.IntN(3) {
			var p []float64
			for range 3 + rng.IntN(9) {
				x, y := rng.Float64()*30-5, rng.Float64()*30-5
				switch rng.IntN(5) {
				case 0:
					x, y = math.Floor(x)+0.5, math.Floor(y)+0.5
				case 1:
					x *= 1e12
				}
				p = append(p, x, y)
			}
			polys = append(polys, p)
		}
		want := annotate.NewBitmap(w, h)
		for y := range h {
			for x := range w {
				for _, p := range polys {
					if inside(p, float64(x)+0.5, float64(y)+0.5) {
						want.Pix[y*w+x] = 255
					}
				}
			}
		}
		if got := Fill(w, h, polys); !got.Equal(annotate.MaskFromBitmap(want)) {
			t.Fatalf("%dx%d, %v", w, h, polys)
		}
	}
}

// TestFillOfManyCorners: each of millions of edges is looked at once; looking at
// all of them for each column would take this test minutes.
func TestFillOfManyCorners(t *testing.T) {
	const n = 4_000_000
	p := make([]float64, 0, 2*n)
	for i := range n {
		a := 2 * math.Pi * float64(i) / n
		p = append(p, 960+500*math.Cos(a), 540+500*math.Sin(a))
	}
	area := Fill(1920, 1080, [][]float64{p}).Area()
	if want := math.Pi * 500 * 500; math.Abs(float64(area)-want) > want/1000 {
		t.Errorf("%d pixels", area)
	}
	Fill(4, 4, [][]float64{{math.NaN(), 1, math.Inf(1), 2, math.Inf(-1), math.NaN()}})
}
