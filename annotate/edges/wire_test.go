package edges

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/masklet/masklet/annotate"
)

// disc paints a bright disc on a darker, noisy ground.
func disc(w, h int, cx, cy, r float64) *image.RGBA {
	rng := rand.New(rand.NewPCG(1, 1))
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			v := 60
			if math.Hypot(float64(x)+0.5-cx, float64(y)+0.5-cy) < r {
				v = 150
			}
			v += rng.IntN(21) - 10
			img.SetRGBA(x, y, color.RGBA{uint8(v), uint8(v / 2), uint8(v), 255})
		}
	}
	return img
}

func TestWireFollowsTheEdge(t *testing.T) {
	const cx, cy, r = 100.0, 80.0, 50.0
	img := disc(200, 160, cx, cy, r)
	for _, step := range []int{1, 2} {
		w := NewWire(img, annotate.Pt{X: cx - r, Y: cy}, 128, step)
		line, ok := w.To(annotate.Pt{X: cx, Y: cy - r})
		if !ok {
			t.Fatal("the end is in reach")
		}
		if first, last := line[0], line[len(line)-1]; first.X != cx-r || last.Y != cy-r {
			t.Errorf("the line goes from %v to %v", first, last)
		}
		for _, p := range line {
			if off := math.Abs(math.Hypot(p.X-cx, p.Y-cy) - r); off > 2.5*float64(step) {
				t.Errorf("step %d: %v is %.1f pixels off the edge", step, p, off)
			}
		}
	}
}

// The lines to many ends, asked for in any order, are those of a wire that is asked for
// one: each is as cheap as it can be.
func TestWireKeepsWhatItFound(t *testing.T) {
	img := disc(90, 70, 40, 35, 20)
	rng := rand.New(rand.NewPCG(2, 2))
	start := annotate.Pt{X: 20, Y: 35}
	kept := NewWire(img, start, 60, 1)
	for range 50 {
		end := annotate.Pt{X: float64(rng.IntN(80)), Y: float64(rng.IntN(70))}
		i, _ := kept.f.index(end)
		kept.To(end)
		fresh := NewWire(img, start, 60, 1)
		fresh.To(end)
		if kept.dist[i] != fresh.dist[i] {
			t.Fatalf("to %v: %d, want %d", end, kept.dist[i], fresh.dist[i])
		}
	}
}

func TestWireBeyondItsReachIsStraight(t *testing.T) {
	img := disc(90, 70, 40, 35, 20)
	start, end := annotate.Pt{X: 10, Y: 10}, annotate.Pt{X: 85, Y: 60}
	line, ok := NewWire(img, start, 8, 1).To(end)
	if ok || len(line) != 2 || line[0] != start || line[1] != end {
		t.Errorf("%v, %v", line, ok)
	}
}

// Pictures of any size and starts at their very border are fine.
func TestWireAtBorders(t *testing.T) {
	for _, n := range [][2]int{{1, 1}, {2, 3}, {5, 1}, {40, 30}} {
		img := disc(n[0], n[1], 0, 0, 1)
		for _, step := range []int{1, 3, 8} {
			w, h := float64(n[0]), float64(n[1])
			for _, p := range []annotate.Pt{{}, {X: w, Y: h}, {X: w}, {Y: h}} {
				line, _ := NewWire(img, p, 20, step).To(annotate.Pt{X: w, Y: h})
				if len(line) < 1 {
					t.Errorf("no line in %v", n)
				}
				Snap(img, p, 3, step)
			}
		}
	}
}

func TestSnapFindsTheEdge(t *testing.T) {
	img := disc(200, 160, 100, 80, 50)
	got := Snap(img, annotate.Pt{X: 53, Y: 80}, 5, 1)
	if off := math.Abs(math.Hypot(got.X-100, got.Y-80) - 50); off > 1.5 {
		t.Errorf("%v is %.1f pixels off the edge", got, off)
	}
	flat := image.NewRGBA(image.Rect(0, 0, 50, 50))
	if at := (annotate.Pt{X: 20.4, Y: 20.7}); Snap(flat, at, 5, 1) != at {
		t.Error("a position was moved where there is no edge")
	}
}

func BenchmarkWire4K(b *testing.B) {
	img := disc(3840, 2160, 1900, 1000, 150)
	for b.Loop() {
		w := NewWire(img, annotate.Pt{X: 1750, Y: 1000}, 256, 1)
		w.To(annotate.Pt{X: 2005, Y: 1255})
	}
}
