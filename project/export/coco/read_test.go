package coco

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/cocoseg"
	"github.com/masklet/masklet/project/export/internal/exporttest"
)

func TestRoundTrip(t *testing.T) {
	for _, polygon := range []bool{false, true} {
		t.Run(fmt.Sprintf("polygons=%v", polygon), func(t *testing.T) {
			exporttest.RoundTrip(t, Format(), export.Options{Polygons: polygon})
		})
	}
}

func TestForeignSegmentations(t *testing.T) {
	want := exporttest.Draw(".......", "..##...", "..##...", "..##...", ".......")
	size := cocoseg.Size{W: 7, H: 5}
	for name, seg := range map[string]string{
		"compressed":      fmt.Sprintf(`{"size":[5,7],"counts":%q}`, want.RLEString()),
		"bytes of Python": fmt.Sprintf(`{"size":[5,7],"counts":"b'%s'"}`, want.RLEString()),
		"counts":          `{"size":[5,7],"counts":[11,3,2,3,16]}`,
		"counts in parts": `{"size":[5,7],"counts":[10,0,1,3,2,1,0,2,16,0]}`,
		"polygon":         `[[2,1, 4,1, 4,4, 2,4]]`,
		"flat":            `[2,1, 4,1, 4,4, 2,4]`,
		"corners":         `[[[2,1], [4,1], [4,4], [2,4]]]`,
		"stray points":    `[[2,1, 4,1, 4,4, 2,4], [1,1], [1,1,2,2]]`,
		"two polygons":    `[[2,1, 3.2,1, 3.2,4, 2,4],[2.8,1, 4,1, 4,4, 2.8,4]]`,
	} {
		m, reason := cocoseg.Decode([]byte(seg), size, size)
		if reason != "" || !m.Equal(want) {
			t.Errorf("%s: %v, %s", name, m.Runs(), reason)
		}
	}
}

// What is no mask is skipped, counted and told, or on request refused; it never
// stands for an empty mask.
func TestUnusableAnnotationsAreSkipped(t *testing.T) {
	for name, c := range map[string]struct{ annotation, say string }{
		"no image":       {`"image_id":2,"track_id":1,"segmentation":[[2,1, 4,1, 4,4]]`, "image 2"},
		"no mask":        {`"image_id":1,"track_id":1`, "no segmentation"},
		"box only":       {`"image_id":1,"track_id":1,"bbox":[1,1,2,2],"segmentation":[]`, "empty"},
		"null":           {`"image_id":1,"track_id":1,"segmentation":null`, "no segmentation"},
		"no pixel":       {`"image_id":1,"track_id":1,"segmentation":{"size":[5,7],"counts":[35]}`, "no pixel"},
		"outside":        {`"image_id":1,"track_id":1,"segmentation":[[100,100,110,100,110,110]]`, "no pixel"},
		"thin":           {`"image_id":1,"track_id":1,"segmentation":[[2,2,2,2,2,2]]`, "no pixel"},
		"normalised":     {`"image_id":1,"track_id":1,"segmentation":[[0.1,0.1,0.9,0.1,0.9,0.9]]`, "shares"},
		"long counts":    {`"image_id":1,"track_id":1,"segmentation":{"size":[5,7],"counts":[0,36]}`, "counts"},
		"huge size":      {`"image_id":1,"track_id":1,"segmentation":{"size":[99999999,99999999],"counts":"0"}`, "size"},
		"short polygon":  {`"image_id":1,"track_id":1,"segmentation":[[1,2,3,4]]`, "fewer than three corners"},
		"huge polygon":   {`"image_id":1,"track_id":1,"segmentation":[[1,2,3,1e300,5,6]]`, "corner"},
		"not a number":   {`"image_id":1,"track_id":1,"segmentation":[[1,NaN,3,4,"x",6]]`, "fewer than three"},
		"text":           {`"image_id":1,"track_id":1,"segmentation":"mask.png"`, "cannot be read"},
		"of other shape": {`"image_id":1,"track_id":1,"segmentation":{"size":[7,5],"counts":[0,35]}`, "5x7"},
	} {
		text := `{"images":[{"id":1,"width":7,"height":5,"frame_index":3}],"categories":[],"annotations":[{"id":9,` + c.annotation + `},
			{"id":10,"image_id":1,"track_id":5,"segmentation":[[2,1, 4,1, 4,4, 2,4]]}]}`
		got := exporttest.Collected{}
		in := &export.Input{Video: exporttest.Hostile().About, Take: got.Take}
		_, err := export.Read(context.Background(), Format(), put(t, text), in)
		if err != nil || len(got) != 1 || in.Skipped() != 1 || !strings.Contains(in.Notes()[0], c.say) {
			t.Errorf("%s: %v, %d masks, notes %q", name, err, len(got), in.Notes())
		}
		in = &export.Input{Video: exporttest.Hostile().About, Take: exporttest.Collected{}.Take, Strict: true}
		if _, err := export.Read(context.Background(), Format(), put(t, text), in); !errors.Is(err, export.ErrImport) || !strings.Contains(err.Error(), c.say) {
			t.Errorf("%s, strictly: %v", name, err)
		}
	}
}

func put(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "in.json")
	exporttest.Must(t, os.WriteFile(path, []byte(text), 0o644))
	return path
}

func TestBadCOCO(t *testing.T) {
	img := `{"id":1,"width":7,"height":5,"frame_index":3}`
	file := func(images, annotations string) string {
		return `{"annotations":[` + annotations + `],"images":[` + images + `],"categories":[]}`
	}
	for name, c := range map[string]struct{ text, say string }{
		"empty":        {"", "EOF"},
		"list":         {"[]", "{"},
		"cut off":      {file(img, "")[:30], "EOF"},
		"beyond end":   {file(`{"id":1,"width":7,"height":5,"frame_index":40}`, ""), "frame 40"},
		"before start": {file(`{"id":1,"width":7,"height":5,"frame_index":-1}`, ""), "frame -1"},
		"no index":     {file(`{"id":1,"width":7,"height":5}`, ""), "frame_index"},
		"frame twice":  {file(img+`,{"id":2,"width":7,"height":5,"frame_index":3}`, ""), "same frame 3"},
		"no masks":     {file(img, ""), "no masks"},
	} {
		in := &export.Input{Video: exporttest.Hostile().About, Take: exporttest.Collected{}.Take}
		_, err := export.Read(context.Background(), Format(), put(t, c.text), in)
		if !errors.Is(err, export.ErrImport) || !strings.Contains(err.Error(), c.say) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func FuzzReadCOCO(f *testing.F) {
	f.Add(`{"images":[{"id":1,"width":7,"height":5,"frame_index":0}],"annotations":[{"id":1,"image_id":1,"track_id":1,"segmentation":{"size":[5,7],"counts":"0S1"}}]}`)
	f.Add(`{"images":[{"id":1,"width":7,"height":5,"frame_index":0,"track_ids":[1]}],"annotations":[{"id":1,"image_id":1,"track_id":2,"segmentation":[[0,0,7,0,7,5.5,-1,2]]}]}`)
	f.Add(`{"images":[{"id":"a","file_name":"00003.png"}],"annotations":[{"image_id":"a","category_id":1,"segmentation":[0,0,7,0,7,5.5,-1,2]}]}`)
	f.Add(`{"annotations":[{"segmentation":{"counts":[1,2,3]}}]}`)
	path := filepath.Join(f.TempDir(), "in.json")
	f.Fuzz(func(t *testing.T, text string) {
		exporttest.Must(t, os.WriteFile(path, []byte(text), 0o644))
		in := &export.Input{Video: exporttest.Hostile().About, Take: func(key annotate.FrameKey, m annotate.Mask) error {
			if w, h := m.Size(); w != 7 || h != 5 || key.Object < 1 || key.Frame < 0 || key.Frame >= 40 {
				t.Errorf("%v: %dx%d", key, w, h)
			}
			return nil
		}}
		if _, err := export.Read(context.Background(), Format(), path, in); err != nil && !errors.Is(err, export.ErrImport) {
			t.Errorf("error %v", err)
		}
	})
}
