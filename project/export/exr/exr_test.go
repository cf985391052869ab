package exr

import (
	"context"
	"image"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/exporttest"
)

func TestRoundTrip(t *testing.T) { exporttest.RoundTrip(t, Format(), export.Options{}) }

// Soft edges are half transparent where the mask ends, so that the mask comes
// back.
func TestRoundTripOfSoftEdges(t *testing.T) {
	exporttest.RoundTrip(t, Format(), export.Options{Feather: 2.5})
}

func TestHalf(t *testing.T) {
	for v, want := range map[float32]uint16{0: 0, 1: 0x3c00, 0.5: 0x3800, 0.25: 0x3400, 0.75: 0x3a00, 1.0 / 3: 0x3555, 0.1: 0x2e66, 6.1036e-5: 0x0400, 6e-8: 1, 2: 0x3c00, -1: 0} {
		if got := half(v); got != want {
			t.Errorf("%v is %#x, want %#x", v, got, want)
		}
	}
	for h := range uint16(0x3c01) {
		if got := half(unhalf(h)); got != h {
			t.Fatalf("%#x comes back as %#x", h, got)
		}
	}
}

// Along a straight edge alpha is a ramp, a half in its middle.
func TestFeather(t *testing.T) {
	b := annotate.NewBitmap(40, 9)
	for y := range 9 {
		for x := range 20 {
			b.Set(x, y, true)
		}
	}
	p := softened(annotate.MaskFromBitmap(b), 4)
	line := make([]float32, 40)
	p.line(4, line)
	for x, got := range line {
		want := min(1, max(0, 0.5+(19.5-float64(x))/8))
		if math.Abs(float64(got)-want) > 1e-6 {
			t.Errorf("pixel %d: %v, want %v", x, got, want)
		}
	}
	if p.box != image.Rect(0, 0, 25, 9) {
		t.Errorf("box %v", p.box)
	}
}

func FuzzRead(f *testing.F) {
	dir := f.TempDir()
	path := filepath.Join(dir, "a.exr")
	if err := writeFile(path, 3, 20, []plane{{"A", image.Rect(0, 0, 1, 1), []float32{1}}}, []note{{"x", "y"}}); err != nil {
		f.Fatal(err)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add(data[:len(data)/2])
	f.Fuzz(func(t *testing.T, data []byte) {
		path := filepath.Join(t.TempDir(), "f.exr")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		small := func(w, h int) error {
			if w*h > 1<<16 {
				return export.ErrImport
			}
			return nil
		}
		if _, _, err := masksOf(context.Background(), path, small); err != nil {
			return
		}
	})
}
