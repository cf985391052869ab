package export

import (
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/masklet/masklet/annotate"
)

func readPNG(t *testing.T, path string) image.Image {
	t.Helper()
	f, err := os.Open(path)
	must(t, err)
	defer f.Close()
	img, err := png.Decode(f)
	must(t, err)
	return img
}

func TestPNGLayoutAndPixels(t *testing.T) {
	dir, src := t.TempDir(), source()
	rep, err := WritePNG(context.Background(), dir, src)
	must(t, err)
	files := 0
	for frame, masks := range src.frames {
		for _, m := range masks {
			path := filepath.Join(dir, "png", itoa(int(m.Object)), frameName(frame)+".png")
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
	if rep.Files != files || rep.Frames != len(src.frames) {
		t.Fatalf("report %+v, want %d files", rep, files)
	}
}

func TestDAVISLowerIDStaysOnTop(t *testing.T) {
	dir, src := t.TempDir(), source()
	rep, err := WriteDAVIS(context.Background(), dir, src)
	must(t, err)
	overlap := 0
	for frame, masks := range src.frames {
		img := readPNG(t, filepath.Join(dir, "davis", frameName(frame)+".png")).(*image.Paletted)
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

// The first colours of the palette as DAVIS 2017 has them.
func TestDAVISPalette(t *testing.T) {
	want := []string{"000000", "800000", "008000", "808000", "000080", "800080", "008080", "808080",
		"400000", "bf0000", "408000", "bf8000", "400080", "bf0080", "408080", "bf8080",
		"004000", "804000", "00bf00", "80bf00", "004080", "804080", "161616", "171717"}
	for i, c := range davisPalette()[:len(want)] {
		r, g, b, _ := c.RGBA()
		got := hex2(r>>8) + hex2(g>>8) + hex2(b>>8)
		if got != want[i] {
			t.Errorf("colour %d is %s, want %s", i, got, want[i])
		}
	}
}

func hex2(v uint32) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[v>>4], digits[v&15]})
}

func TestDAVISRefusesHighIDs(t *testing.T) {
	src := source()
	src.objects[2].ID = 255
	if _, err := WriteDAVIS(context.Background(), t.TempDir(), src); !errors.Is(err, ErrSource) || !strings.Contains(err.Error(), "255") {
		t.Fatalf("error %v", err)
	}
}

func TestCOCORecords(t *testing.T) {
	for _, polygon := range []bool{false, true} {
		dir, src := t.TempDir(), source()
		if _, err := WriteCOCO(context.Background(), dir, src, COCOOptions{Polygons: polygon}); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(dir, "coco.json"))
		must(t, err)
		var file struct {
			Images      []cocoImage
			Annotations []map[string]any
			Categories  []category
		}
		must(t, json.Unmarshal(data, &file))
		if len(file.Images) != len(src.frames) {
			t.Fatalf("%d images for %d frames", len(file.Images), len(src.frames))
		}
		for _, img := range file.Images {
			if img.Timestamp != src.video.Timestamps[*img.FrameIndex] || img.ID != *img.FrameIndex+1 || img.FileName != frameName(*img.FrameIndex)+".png" {
				t.Errorf("image %+v", img)
			}
		}
		if len(file.Categories) != 2 || file.Categories[0].Name != "dog" || file.Categories[1].Name != "a cat" {
			t.Errorf("categories %+v", file.Categories)
		}
		for _, a := range file.Annotations {
			_, list := a["segmentation"].([]any)
			if list != polygon || a["iscrowd"] != 0.0 || a["area"].(float64) == 0 {
				t.Errorf("annotation %v", a)
			}
		}
	}
}

// The strings are those that pycocotools 2.0.11 gives for the same masks.
func TestStringsOfPycocotools(t *testing.T) {
	for _, c := range []struct {
		name, text string
		mask       annotate.Mask
	}{
		{"block", ";320>", draw(".......", "..##...", "..##...", "..##...", ".......")},
		{"hole", "563LNO01242", shapes["hole"]},
		{"full", "0S1", shapes["full"]},
		{"empty", "S1", shapes["empty"]},
	} {
		if got := c.mask.RLEString(); got != c.text {
			t.Errorf("%s: %q, want %q", c.name, got, c.text)
		}
		pix, err := expandCounts(c.text, 35)
		must(t, err)
		for i, on := range pix {
			if on != c.mask.At(i/5, i%5) {
				t.Errorf("%s: pixel (%d, %d) is %v", c.name, i/5, i%5, on)
			}
		}
	}
}

func TestCheckFindsADifference(t *testing.T) {
	dir, src := t.TempDir(), source()
	ctx := context.Background()
	_, err := WriteCOCO(ctx, dir, src, COCOOptions{})
	must(t, err)
	path := filepath.Join(dir, "coco.json")
	must(t, checkCOCO(ctx, path, src))

	other := source()
	for f, masks := range other.frames {
		if !masks[0].Mask.Empty() {
			other.frames[f] = append([]FrameMask{{Object: 1, Mask: shapes["column"], Confidence: 1}}, masks[1:]...)
		}
	}
	if err := checkCOCO(ctx, path, other); !errors.Is(err, ErrVerify) {
		t.Fatalf("other pixels: %v", err)
	}
	shorter := source()
	delete(shorter.frames, 25)
	if err := checkCOCO(ctx, path, shorter); !errors.Is(err, ErrVerify) {
		t.Fatalf("a frame less: %v", err)
	}
	data, err := os.ReadFile(path)
	must(t, err)
	must(t, os.WriteFile(path, data[:len(data)*2/3], 0o644))
	if err := checkCOCO(ctx, path, src); !errors.Is(err, ErrVerify) {
		t.Fatalf("cut off: %v", err)
	}
}

func TestSourceErrorsAreTold(t *testing.T) {
	for name, spoil := range map[string]func(*fakeVideo){
		"size":       func(s *fakeVideo) { s.video.W = 8 },
		"beyond end": func(s *fakeVideo) { s.extra = 40 },
		"order": func(s *fakeVideo) {
			s.frames[1] = []FrameMask{{Object: 2, Mask: shapes["full"], Confidence: 1}, {Object: 1, Mask: shapes["full"], Confidence: 1}}
		},
		"unknown class": func(s *fakeVideo) { s.objects = s.objects[:1] },
	} {
		src := source()
		spoil(src)
		dir := t.TempDir()
		if _, err := WriteCOCO(context.Background(), dir, src, COCOOptions{}); !errors.Is(err, ErrSource) {
			t.Errorf("%s: error %v", name, err)
		}
		if entries, _ := os.ReadDir(dir); len(entries) != 0 {
			t.Errorf("%s: %d files left behind", name, len(entries))
		}
	}
}

func TestOtherPeoplesFilesAreLeftAlone(t *testing.T) {
	for _, inside := range []string{"png/holiday.jpg", "png/1/cat.png", "davis/notes.txt"} {
		dir := t.TempDir()
		path := filepath.Join(dir, inside)
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(t, os.WriteFile(path, []byte("mine"), 0o644))
		write := WritePNG
		if strings.HasPrefix(inside, "davis") {
			write = WriteDAVIS
		}
		if _, err := write(context.Background(), dir, source()); !errors.Is(err, ErrOccupied) {
			t.Errorf("%s: error %v", inside, err)
		}
		if _, err := os.Stat(path); err != nil {
			t.Errorf("%s is gone", inside)
		}
	}
}

func TestSecondExportReplacesTheFirst(t *testing.T) {
	dir, src := t.TempDir(), source()
	_, err := WritePNG(context.Background(), dir, src)
	must(t, err)
	src.frames = map[int][]FrameMask{2: {{Object: 2, Mask: shapes["hole"], Confidence: 1}}}
	_, err = WritePNG(context.Background(), dir, src)
	must(t, err)
	var files []string
	must(t, filepath.WalkDir(dir, func(p string, d os.DirEntry, err error) error {
		if !d.IsDir() {
			files = append(files, p)
		}
		return err
	}))
	if len(files) != 1 || !strings.HasSuffix(files[0], filepath.Join("png", "2", "00002.png")) {
		t.Fatalf("files %v", files)
	}
}

func TestCancelledExportLeavesTheOldFiles(t *testing.T) {
	dir, src := t.TempDir(), source()
	_, err := WriteCOCO(context.Background(), dir, src, COCOOptions{})
	must(t, err)
	before, err := os.ReadFile(filepath.Join(dir, "coco.json"))
	must(t, err)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := WriteCOCO(ctx, dir, src, COCOOptions{}); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	after, err := os.ReadFile(filepath.Join(dir, "coco.json"))
	must(t, err)
	if string(before) != string(after) {
		t.Fatal("the old file changed")
	}
	if _, err := WritePNG(ctx, dir, src); !errors.Is(err, context.Canceled) {
		t.Fatalf("error %v", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 1 {
		t.Fatalf("%d entries left", len(entries))
	}
}

// A video that is called like a part of the file is no reason to fail.
func TestCOCOOfAwkwardNames(t *testing.T) {
	for _, name := range []string{"annotations", "images", "[", `a"b\`, "短い\xff.mp4"} {
		src := source()
		src.video.Name, src.objects[0].Label, src.objects[2].Label = name, name, "annotations"
		if _, err := WriteCOCO(context.Background(), t.TempDir(), src, COCOOptions{}); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}
