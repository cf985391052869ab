package coco

import (
	"archive/zip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/internal/exporttest"
)

const block = `"segmentation":[[2,1,4,1,4,4,2,4]]`

// The kinds of COCO that other tools write: each gives the block on its frames.
func TestCOCOOfOtherTools(t *testing.T) {
	want := exporttest.Draw(".......", "..##...", "..##...", "..##...", ".......")
	file := func(images, annotations string) string {
		return `{"images":[` + images + `],"annotations":[` + annotations + `],"categories":[{"id":1,"name":"dog"},{"id":"2","name":"cat"}]}`
	}
	img := `{"id":1,"file_name":"frame_000003.png","width":7,"height":5}`
	for name, c := range map[string]struct {
		text  string
		video string
		masks string // object and frame of each
		say   string
	}{
		"attributes":       {file(img, `{"id":1,"image_id":1,"category_id":1,"attributes":{"instance_id":4},`+block+`}`), "", "4@3", ""},
		"object_id":        {file(img, `{"id":1,"image_id":1,"category_id":1,"object_id":"4",`+block+`}`), "", "4@3", ""},
		"attributes list":  {file(img, `{"id":1,"image_id":1,"track_id":4,"attributes":[],`+block+`}`), "", "4@3", ""},
		"text ids":         {file(`{"id":"x","file_name":"3.jpg","width":7,"height":5}`, `{"id":"a","image_id":"x","track_id":"rex",`+block+`}`), "", "1@3", `"rex"`},
		"from 0":           {file(img, `{"id":1,"image_id":1,"track_id":0,`+block+`}`), "", "1@3", `"0"`},
		"huge":             {file(img, `{"id":1,"image_id":1,"track_id":12345678901,`+block+`}`), "", "1@3", "number 1"},
		"floats":           {file(`{"id":1.0,"file_name":"3.jpg","width":7.0,"height":5.0}`, `{"id":1,"image_id":1,"track_id":4.0,`+block+`}`), "", "4@3", ""},
		"no size":          {file(`{"id":1,"file_name":"3.jpg"}`, `{"id":1,"image_id":1,"track_id":4,`+block+`}`), "", "4@3", ""},
		"NaN":              {file(img, `{"id":1,"image_id":1,"track_id":4,"score":NaN,"note":"NaN",`+block+`}`), "", "4@3", ""},
		"no object":        {file(img+`,{"id":2,"file_name":"frame_000004.png"}`, `{"id":1,"image_id":1,"category_id":1,`+block+`},{"id":2,"image_id":2,"category_id":1,`+block+`},{"id":3,"image_id":2,"category_id":2,`+block+`}`), "", "1@3 1@4 2@4", "linked"},
		"scaled":           {file(`{"id":1,"file_name":"3.jpg","width":14,"height":10}`, `{"id":1,"image_id":1,"track_id":4,"segmentation":[[4,2,8,2,8,8,4,8]]}`), "", "4@3", ""},
		"several videos":   {file(`{"id":1,"video_id":1,"file_name":"a/3.jpg"},{"id":2,"video_id":2,"file_name":"b/3.jpg"}`, `{"id":1,"image_id":1,"track_id":4,`+block+`},{"id":2,"image_id":2,"track_id":5,`+block+`}`), "video 2", "5@3", "no frame of the video"},
		"folders of video": {file(`{"id":1,"file_name":"a/3.jpg"},{"id":2,"file_name":"clip/3.jpg"}`, `{"id":1,"image_id":1,"track_id":4,`+block+`},{"id":2,"image_id":2,"track_id":5,`+block+`}`), "", "5@3", "no frame of the video"},
		"byte order mark":  {"\xef\xbb\xbf" + file(img, `{"id":1,"image_id":1,"track_id":4,`+block+`}`), "", "4@3", ""},
		"UTF-16":           {inUTF16(file(img, `{"id":1,"image_id":1,"track_id":4,`+block+`}`)), "", "4@3", ""},
	} {
		got := exporttest.Collected{}
		in := &export.Input{Video: exporttest.Hostile().About, VideoName: c.video, Take: got.Take}
		_, err := export.Read(context.Background(), Format(), put(t, c.text), in)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		checkBlocks(t, name, got, c.masks, want)
		if notes := strings.Join(in.Notes(), " "); !strings.Contains(notes, c.say) || c.say == "" && notes != "" {
			t.Errorf("%s: notes %q", name, notes)
		}
	}
}

func checkBlocks(t *testing.T, name string, got exporttest.Collected, masks string, want annotate.Mask) {
	t.Helper()
	if n := len(strings.Fields(masks)); len(got) != n {
		t.Errorf("%s: %d masks, want %d", name, len(got), n)
	}
	for _, m := range strings.Fields(masks) {
		var key annotate.FrameKey
		if _, err := fmt.Sscanf(m, "%d@%d", &key.Object, &key.Frame); err != nil {
			t.Fatal(err)
		}
		if !got[key].Equal(want) {
			t.Errorf("%s: %v has %v", name, key, got[key].Runs())
		}
	}
}

func inUTF16(s string) string {
	out := []byte{0xff, 0xfe}
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return string(out)
}

// Two annotations of one object and frame are its parts.
func TestPartsAreOneMask(t *testing.T) {
	text := `{"images":[{"id":1,"file_name":"3.png"}],"annotations":[
		{"id":1,"image_id":1,"track_id":4,"segmentation":[[0,0,1,0,1,1,0,1]]},{"id":2,"image_id":1,"track_id":4,"segmentation":[[5,3,7,3,7,5,5,5]]}]}`
	got := exporttest.Collected{}
	in := &export.Input{Video: exporttest.Hostile().About, Take: got.Take}
	_, err := export.Read(context.Background(), Format(), put(t, text), in)
	exporttest.Must(t, err)
	checkBlocks(t, "parts", got, "4@3", exporttest.Draw("#......", ".......", ".......", ".....##", ".....##"))
}

// A data set may be a folder or a zip.
func TestCOCOInFoldersAndZip(t *testing.T) {
	text := []byte(`{"images":[{"id":1,"file_name":"3.png"}],"annotations":[{"id":1,"image_id":1,"track_id":4,` + block + `}]}`)
	dir := t.TempDir()
	roboflow, cvat := filepath.Join(dir, "roboflow"), filepath.Join(dir, "cvat", "annotations")
	exporttest.Must(t, os.MkdirAll(roboflow, 0o755))
	exporttest.Must(t, os.MkdirAll(cvat, 0o755))
	exporttest.Must(t, os.WriteFile(filepath.Join(roboflow, "_annotations.coco.json"), text, 0o644))
	exporttest.Must(t, os.WriteFile(filepath.Join(cvat, "instances_default.json"), text, 0o644))
	f, err := os.Create(filepath.Join(dir, "c.zip"))
	exporttest.Must(t, err)
	z := zip.NewWriter(f)
	w, err := z.Create("annotations/instances.json")
	exporttest.Must(t, err)
	_, err = w.Write(text)
	exporttest.Must(t, err)
	exporttest.Must(t, z.Close())
	exporttest.Must(t, f.Close())
	for _, path := range []string{roboflow, filepath.Dir(cvat), f.Name()} {
		got, _, _ := exporttest.Read(t, Format(), path, exporttest.Hostile().About)
		if len(got) != 1 {
			t.Errorf("%s: %d masks", path, len(got))
		}
	}
}
