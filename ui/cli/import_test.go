package cli

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export/picture"
)

// TestImportGivesBackWhatExportWrote tracks a clip, imports each exported
// format into a fresh project of the same video, exports again and compares.
func TestImportGivesBackWhatExportWrote(t *testing.T) {
	frames, _, prompts := makeClip(t)
	dir := t.TempDir()
	ctx := context.Background()
	run := func(args ...string) string {
		t.Helper()
		code, out, errs := runCommand(t, ctx, args...)
		if code != ExitDone {
			t.Fatalf("%v: exit %d: %s", args, code, errs)
		}
		return out
	}
	out := filepath.Join(dir, "out")
	run("track", "-video", frames, "-prompts", prompts, "-out", out, "-format", "png,davis,coco")
	want, err := os.ReadDir(filepath.Join(out, "png", "3"))
	if err != nil {
		t.Fatal(err)
	}
	for _, format := range []string{"png", "davis", "coco"} {
		t.Run(format, func(t *testing.T) {
			file := filepath.Join(dir, format+".masklet")
			// A project of the video with other masks: one frame of another object.
			other := filepath.Join(dir, format+".json")
			if err := os.WriteFile(other, []byte(`{"objects":[{"id":9,"prompts":[{"frame":0,"box":[100,10,120,30]}]}]}`), 0o600); err != nil {
				t.Fatal(err)
			}
			run("track", "-video", frames, "-prompts", other, "-project", file, "-end", "0")
			run("import", "-project", file, "-format", format, "-in", out)
			again := filepath.Join(dir, "again-"+format)
			run("export", "-project", file, "-out", again)
			for _, e := range want {
				name := e.Name()
				a, errA := readMask(filepath.Join(out, "png", "3", name))
				b, errB := readMask(filepath.Join(again, "png", "3", name))
				if errA != nil || errB != nil || !a.Equal(b) {
					t.Errorf("frame %s differs: %v, %v", name, errA, errB)
				}
			}
			if _, err := os.Stat(filepath.Join(again, "png", "9", "frame0.png")); err != nil {
				t.Error("the object that was there is gone")
			}
		})
	}
	code, _, errs := runCommand(t, ctx, "import", "-project", filepath.Join(dir, "png.masklet"), "-format", "gif", "-in", out)
	if code != ExitUsage || !strings.Contains(errs, `"gif"`) {
		t.Errorf("an unknown format: exit %d, %q", code, errs)
	}
	code, _, errs = runCommand(t, ctx, "import", "-project", filepath.Join(dir, "png.masklet"), "-format", "coco", "-in", prompts)
	if code != ExitFailed || strings.Count(errs, "\n") != 1 {
		t.Errorf("a file that is no COCO: exit %d, %q", code, errs)
	}
}

// readMask reads the mask of one object.
func readMask(path string) (annotate.Mask, error) {
	m, _, err := picture.Read(context.Background(), path, 1)
	return m, err
}
