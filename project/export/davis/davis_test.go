package davis

import (
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/exporttest"
)

func readPNG(t *testing.T, path string) image.Image {
	t.Helper()
	f, err := os.Open(path)
	exporttest.Must(t, err)
	defer f.Close()
	img, err := png.Decode(f)
	exporttest.Must(t, err)
	return img
}

func TestDAVISLowerIDStaysOnTop(t *testing.T) {
	src := exporttest.Hostile()
	dir, rep := exporttest.Write(t, Format(), src, export.Options{})
	overlap := 0
	for frame, masks := range src.Masks {
		img := readPNG(t, filepath.Join(dir, "davis", fmt.Sprintf("%05d", frame)+".png")).(*image.Paletted)
		for y := range 5 {
			for x := range 7 {
				want, claims := uint8(0), 0
				for _, m := range masks {
					if m.Mask.At(x, y) {
						if claims++; want == 0 {
							want = uint8(m.Object)
						}
					}
				}
				overlap += max(0, claims-1)
				if got := img.ColorIndexAt(x, y); got != want {
					t.Fatalf("frame %d, pixel (%d, %d) is %d, want %d", frame, x, y, got, want)
				}
			}
		}
	}
	if rep.OverlapPixels != overlap || overlap == 0 {
		t.Fatalf("report says %d lost pixels, there are %d", rep.OverlapPixels, overlap)
	}
}

func TestRoundTrip(t *testing.T) { exporttest.RoundTrip(t, Format(), export.Options{}) }
