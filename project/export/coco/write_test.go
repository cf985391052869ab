package coco

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/exporttest"
)

func TestCOCORecords(t *testing.T) {
	for _, polygon := range []bool{false, true} {
		dir, src := t.TempDir(), exporttest.Hostile()
		if _, err := write(context.Background(), filepath.Join(dir, "coco.json"), src, export.Options{Polygons: polygon}); err != nil {
			t.Fatal(err)
		}
		data, err := os.ReadFile(filepath.Join(dir, "coco.json"))
		exporttest.Must(t, err)
		var file struct {
			Images      []cocoImage
			Annotations []map[string]any
			Categories  []category
		}
		exporttest.Must(t, json.Unmarshal(data, &file))
		if len(file.Images) != len(src.Masks) {
			t.Fatalf("%d images for %d frames", len(file.Images), len(src.Masks))
		}
		for _, img := range file.Images {
			if img.Timestamp != src.About.Timestamps[*img.FrameIndex] || img.ID != *img.FrameIndex+1 || img.FileName != fmt.Sprintf("%05d", *img.FrameIndex)+".png" {
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
		{"block", ";320>", exporttest.Draw(".......", "..##...", "..##...", "..##...", ".......")},
		{"hole", "563LNO01242", exporttest.Shapes()["hole"]},
		{"full", "0S1", exporttest.Shapes()["full"]},
		{"empty", "S1", exporttest.Shapes()["empty"]},
	} {
		if got := c.mask.RLEString(); got != c.text {
			t.Errorf("%s: %q, want %q", c.name, got, c.text)
		}
		pix, err := expandCounts(c.text, 35)
		exporttest.Must(t, err)
		for i, on := range pix {
			if on != c.mask.At(i/5, i%5) {
				t.Errorf("%s: pixel (%d, %d) is %v", c.name, i/5, i%5, on)
			}
		}
	}
}

func TestCheckFindsADifference(t *testing.T) {
	dir, src := t.TempDir(), exporttest.Hostile()
	ctx := context.Background()
	_, err := write(ctx, filepath.Join(dir, "coco.json"), src, export.Options{})
	exporttest.Must(t, err)
	path := filepath.Join(dir, "coco.json")
	exporttest.Must(t, checkCOCO(ctx, path, src))

	other := exporttest.Hostile()
	for f, masks := range other.Masks {
		if !masks[0].Mask.Empty() {
			other.Masks[f] = append([]export.FrameMask{{Object: 1, Mask: exporttest.Shapes()["column"], Confidence: 1}}, masks[1:]...)
		}
	}
	if err := checkCOCO(ctx, path, other); !errors.Is(err, export.ErrVerify) {
		t.Fatalf("other pixels: %v", err)
	}
	shorter := exporttest.Hostile()
	delete(shorter.Masks, 25)
	if err := checkCOCO(ctx, path, shorter); !errors.Is(err, export.ErrVerify) {
		t.Fatalf("a frame less: %v", err)
	}
	data, err := os.ReadFile(path)
	exporttest.Must(t, err)
	exporttest.Must(t, os.WriteFile(path, data[:len(data)*2/3], 0o644))
	if err := checkCOCO(ctx, path, src); !errors.Is(err, export.ErrVerify) {
		t.Fatalf("cut off: %v", err)
	}
}

func TestSourceErrorsAreTold(t *testing.T) {
	for name, spoil := range map[string]func(*exporttest.Clip){
		"size":       func(s *exporttest.Clip) { s.About.W = 8 },
		"beyond end": func(s *exporttest.Clip) { s.Extra = 40 },
		"order": func(s *exporttest.Clip) {
			s.Masks[1] = []export.FrameMask{{Object: 2, Mask: exporttest.Shapes()["full"], Confidence: 1}, {Object: 1, Mask: exporttest.Shapes()["full"], Confidence: 1}}
		},
		"unknown class": func(s *exporttest.Clip) { s.Named = s.Named[:1] },
	} {
		src := exporttest.Hostile()
		spoil(src)
		dir := t.TempDir()
		if _, err := write(context.Background(), filepath.Join(dir, "coco.json"), src, export.Options{}); !errors.Is(err, export.ErrSource) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

// A video that is called like a part of the file is no reason to fail.
func TestCOCOOfAwkwardNames(t *testing.T) {
	for _, name := range []string{"annotations", "images", "[", `a"b\`, "短い\xff.mp4"} {
		src := exporttest.Hostile()
		src.About.Name, src.Named[0].Label, src.Named[2].Label = name, name, "annotations"
		if _, err := write(context.Background(), filepath.Join(t.TempDir(), "coco.json"), src, export.Options{}); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
}
