package png

import (
	"fmt"
	"image"
	decoder "image/png"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/exporttest"
)

func readPNG(t *testing.T, path string) image.Image {
	t.Helper()
	f, err := os.Open(path)
	exporttest.Must(t, err)
	defer f.Close()
	img, err := decoder.Decode(f)
	exporttest.Must(t, err)
	return img
}

func TestPNGLayoutAndPixels(t *testing.T) {
	src := exporttest.Hostile()
	dir, rep := exporttest.Write(t, Format(), src, export.Options{})
	files := 0
	for frame, masks := range src.Masks {
		for _, m := range masks {
			path := filepath.Join(dir, "png", strconv.Itoa(int(m.Object)), fmt.Sprintf("%05d", frame)+".png")
			img := readPNG(t, path).(*image.Gray)
			for y := range 5 {
				for x := range 7 {
					want := uint8(0)
					if m.Mask.At(x, y) {
						want = 255
					}
					if got := img.GrayAt(x, y).Y; got != want {
						t.Fatalf("%s: pixel (%d, %d) is %d, want %d", path, x, y, got, want)
					}
				}
			}
			files++
		}
	}
	if rep.Files != files || rep.Frames != len(src.Masks) {
		t.Fatalf("report %+v, want %d files", rep, files)
	}
}

func TestRoundTrip(t *testing.T) { exporttest.RoundTrip(t, Format(), export.Options{}) }

// Files of a folder are called after its frames, or on request by their index.
func TestNamesAreThoseOfTheFrames(t *testing.T) {
	src := exporttest.Hostile().InFolder()
	for names, want := range map[export.Naming]string{export.NameFrames: "img_00006.png", export.NameIndex: "00001.png"} {
		dir, _ := exporttest.Write(t, Format(), src, export.Options{Names: names})
		if _, err := os.Stat(filepath.Join(dir, "png", "1", want)); err != nil {
			t.Errorf("%q: %v", names, err)
		}
	}
}
