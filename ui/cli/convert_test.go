package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"image"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/project/export/formats"
	"github.com/masklet/masklet/project/export/picture"
)

// Masks go from every format to every other and come back as they were, without
// a project and, where the format knows the size, without the video.
func TestConvertFromEachFormatToEach(t *testing.T) {
	dir := t.TempDir()
	first := filepath.Join(dir, "first")
	frames := filepath.Join(dir, "frames")
	for i := range 3 {
		img := image.NewPaletted(image.Rect(0, 0, 40, 30), picture.Palette())
		for y := range 9 {
			for x := range 12 {
				img.SetColorIndex(x+3*i, y+2, 1)
				img.SetColorIndex(x+20, y+15+i, 2)
			}
		}
		writePNG(t, filepath.Join(first, fmt.Sprintf("img_%03d.png", 5*i+5)), img)
		writePNG(t, filepath.Join(frames, fmt.Sprintf("img_%03d.png", 5*i+5)), image.NewRGBA(img.Rect))
	}
	for _, f := range formats.All() {
		if f.Read == nil || f.Write == nil {
			continue
		}
		out, back := filepath.Join(dir, f.Name), filepath.Join(dir, "back-"+f.Name)
		args := []string{"convert", "-from", "davis", "-in", first, "-to", f.Name, "-out", out, "-video", frames}
		if code, stdout, errs := runCommand(t, context.Background(), args...); code != ExitDone || !strings.Contains(stdout, "6 masks") {
			t.Fatalf("to %s: exit %d, %s%s", f.Name, code, stdout, errs)
		}
		args = []string{"convert", "-from", f.Name, "-in", out, "-to", "davis", "-out", back, "-video", frames}
		if code, _, errs := runCommand(t, context.Background(), args...); code != ExitDone {
			t.Fatalf("from %s: exit %d, %s", f.Name, code, errs)
		}
		code, stdout, errs := runCommand(t, context.Background(), "eval", "-pred", filepath.Join(back, "davis"), "-gt", first, "-all", "-json", "-match-ids")
		var got struct{ J float64 }
		if err := json.Unmarshal([]byte(stdout), &got); code != ExitDone || err != nil || got.J != 1 {
			t.Errorf("%s: exit %d, J %v, %s", f.Name, code, got.J, errs)
		}
		if !f.Holds.IDs { // without numbers it has no sizes either
			continue
		}
		args = []string{"convert", "-from", f.Name, "-in", out, "-to", "png", "-out", filepath.Join(dir, "alone-"+f.Name)}
		if code, stdout, errs := runCommand(t, context.Background(), args...); code != ExitDone || !strings.Contains(stdout, "6 masks") {
			t.Errorf("from %s without the video: exit %d, %s%s", f.Name, code, stdout, errs)
		}
	}
}

func TestFormatsAreListed(t *testing.T) {
	code, stdout, errs := runCommand(t, context.Background(), "formats")
	for _, f := range formats.All() {
		if !strings.Contains(stdout, "\n"+f.Name+" ") || code != ExitDone {
			t.Errorf("%s is not listed: exit %d, %s", f.Name, code, errs)
		}
	}
	code, stdout, _ = runCommand(t, context.Background(), "formats", "-json")
	var list []struct {
		Name          string
		Writes, Reads bool
		Holds         export.Holds
	}
	if err := json.Unmarshal([]byte(stdout), &list); code != ExitDone || err != nil || len(list) != len(formats.All()) || !list[0].Holds.Overlaps {
		t.Errorf("exit %d, %v: %s", code, err, stdout)
	}
}

// What other tools call alike and is not the project's is not joined in silence.
func TestImportMeetsObjects(t *testing.T) {
	frames, _, prompts := makeClip(t)
	dir := t.TempDir()
	file := filepath.Join(dir, "p.masklet")
	if code, _, errs := runCommand(t, context.Background(), "track", "-video", frames, "-prompts", prompts, "-project", file, "-end", "4"); code != ExitDone {
		t.Fatal(errs)
	}
	coco := filepath.Join(dir, "in.json")
	text := `{"images":[{"id":1,"file_name":"frame2.png"}],"categories":[{"id":1,"name":"car"}],
		"annotations":[{"id":1,"image_id":1,"category_id":1,"track_id":3,"segmentation":[[2,2,20,2,20,20,2,20]]}]}`
	if err := os.WriteFile(coco, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, errs := runCommand(t, context.Background(), "import", "-project", file, "-format", "coco", "-in", coco)
	if code != ExitFailed || !strings.Contains(errs, "-objects") || strings.Count(errs, "\n") != 1 {
		t.Errorf("exit %d, %q", code, errs)
	}
	code, stdout, errs := runCommand(t, context.Background(), "import", "-project", file, "-format", "coco", "-in", coco, "-objects", "new")
	if code != ExitDone || !strings.Contains(errs, "car of the file is object 4") || !strings.Contains(stdout, "1 masks") {
		t.Errorf("exit %d, %q, %q", code, stdout, errs)
	}
}

// An option that no chosen format heeds is refused before anything is read.
func TestOptionsThatAFormatDoesNotHeed(t *testing.T) {
	for option, format := range map[string]string{"-feather=2": "exr", "-together": "prores, vp9 or ffv1", "-jpeg": "overlay or frames", "-polygons": "coco or labelme"} {
		code, _, stderr := runCommand(t, context.Background(), "convert", "-from", "png", "-in", "nowhere", "-to", "davis", "-out", t.TempDir(), option)
		if code != ExitUsage || !strings.Contains(stderr, "needs the format "+format) {
			t.Errorf("%s: exit %d, %s", option, code, stderr)
		}
	}
}
