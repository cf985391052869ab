package outline

import (
	"math/rand/v2"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export/internal/exporttest"
)

func floats(polys [][]int) [][]float64 {
	var out [][]float64
	for _, p := range polys {
		var q []float64
		for _, v := range p {
			q = append(q, float64(v))
		}
		out = append(out, q)
	}
	return out
}

// shoelace returns twice the signed area of a polygon.
func shoelace(p []int) int {
	sum, n := 0, len(p)/2
	for i := range n {
		j := (i + 1) % n
		sum += p[2*i]*p[2*j+1] - p[2*j]*p[2*i+1]
	}
	return sum
}

// checkPolygons demands that the polygons give the mask back, that none covers
// what another covers, and that none runs around a hole: the areas, all of one
// sign, must sum to the mask's.
func checkPolygons(t *testing.T, name string, m annotate.Mask) {
	t.Helper()
	w, h := m.Size()
	polys := Polygons(m)
	if got := Fill(w, h, floats(polys)); !got.Equal(m) {
		t.Fatalf("%s: the polygons %v give another mask", name, polys)
	}
	sum := 0
	for _, p := range polys {
		if len(p) < 8 || len(p)%2 != 0 {
			t.Fatalf("%s: polygon %v", name, p)
		}
		a := shoelace(p)
		if a <= 0 {
			t.Fatalf("%s: polygon %v has area %d/2", name, p, a)
		}
		sum += a
	}
	if sum != 2*m.Area() {
		t.Fatalf("%s: areas sum to %d/2, the mask has %d", name, sum, m.Area())
	}
}

func TestPolygonsGiveTheMaskBack(t *testing.T) {
	for name, m := range exporttest.Shapes() {
		checkPolygons(t, name, m)
	}
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		checkPolygons(t, "random", exporttest.RandomMask(r, 1+r.IntN(30), 1+r.IntN(30)))
	}
}

func TestPolygonOfARectangle(t *testing.T) {
	got := Polygons(exporttest.Draw("....", ".##.", ".##."))
	if len(got) != 1 || len(got[0]) != 8 || shoelace(got[0]) != 8 {
		t.Fatalf("got %v", got)
	}
}

func BenchmarkPolygons(b *testing.B) {
	bm := annotate.NewBitmap(854, 480)
	for y := range 480 {
		for x := range 854 {
			dx, dy := x-400, y-240
			bm.Set(x, y, dx*dx+dy*dy < 150*150 && (x/20+y/20)%7 != 0)
		}
	}
	m := annotate.MaskFromBitmap(bm)
	for b.Loop() {
		Polygons(m)
	}
}

// One polygon has the pixels of all.
func TestBridgeGivesTheMaskBack(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 500 {
		m := exporttest.RandomMask(r, 1+r.IntN(30), 1+r.IntN(30))
		w, h := m.Size()
		if one := Bridge(Polygons(m)); !Fill(w, h, floats([][]int{one})).Equal(m) {
			t.Fatalf("%v gives another mask", one)
		}
	}
}
