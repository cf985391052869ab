package assets

import (
	"bytes"
	"encoding/json"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/masklet/masklet/annotate"
)

func TestSampleIsWrittenOnceAndRepaired(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folder")
	files, err := Sample(dir)
	if err != nil {
		t.Fatal(err)
	}
	before, err := os.Stat(files.Clip)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Sample(dir); err != nil {
		t.Fatal(err)
	}
	if after, err := os.Stat(files.Clip); err != nil || !os.SameFile(before, after) {
		t.Fatalf("a good file was replaced (%v)", err)
	}
	if err := os.WriteFile(files.Clip, []byte("cut off"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Sample(dir); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(files.Clip); err != nil || !bytes.Equal(got, sampleClip) {
		t.Fatalf("a damaged file was not repaired (%v)", err)
	}
	if entries, _ := os.ReadDir(dir); len(entries) != 2 {
		t.Fatalf("%d files instead of two", len(entries))
	}
}

func TestSampleFolderThatCannotBeMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := Sample(filepath.Join(file, "sub")); err == nil {
		t.Fatal("no error")
	}
}

// The clip must show what it is for: every object at the start, one that is
// partly hidden later on, and one that grows.
func TestTruth(t *testing.T) {
	truth, err := Truth()
	if err != nil {
		t.Fatal(err)
	}
	if len(truth.Objects) != 3 {
		t.Fatalf("%d objects", len(truth.Objects))
	}
	areas := map[string][]int{}
	for _, o := range truth.Objects {
		if len(o.Masks) != truth.Frames {
			t.Fatalf("%s: %d masks for %d frames", o.Label, len(o.Masks), truth.Frames)
		}
		for f, s := range o.Masks {
			m, err := annotate.MaskFromRLEString(truth.Width, truth.Height, s)
			if err != nil {
				t.Fatalf("%s, frame %d: %v", o.Label, f, err)
			}
			areas[o.Label] = append(areas[o.Label], m.Area())
		}
	}
	for label, a := range areas {
		if a[0] < 1000 {
			t.Errorf("%s has %d pixels on the first frame", label, a[0])
		}
	}
	if a := areas["ball"]; a[truth.Frames-1] < 2*a[0] {
		t.Errorf("the ball grows from %d to %d pixels only", a[0], a[truth.Frames-1])
	}
	least := areas["car"][0]
	for _, a := range areas["car"] {
		least = min(least, a)
	}
	if first := areas["car"][0]; least > first*8/10 || least == 0 {
		t.Errorf("the car is never half hidden: %d of %d pixels at least", least, first)
	}
}

func TestPromptsHitTheirObjects(t *testing.T) {
	truth, err := Truth()
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Objects []struct {
			ID      int
			Label   string
			Prompts []struct {
				Frame  int
				Points [][3]float64
			}
		}
	}
	if err := json.Unmarshal(samplePrompts, &file); err != nil {
		t.Fatal(err)
	}
	if len(file.Objects) != len(truth.Objects) {
		t.Fatalf("prompts for %d objects of %d", len(file.Objects), len(truth.Objects))
	}
	for i, o := range file.Objects {
		m, err := annotate.MaskFromRLEString(truth.Width, truth.Height, truth.Objects[i].Masks[0])
		if err != nil {
			t.Fatal(err)
		}
		p := o.Prompts[0].Points[0]
		if o.ID != truth.Objects[i].ID || o.Prompts[0].Frame != 0 || !m.At(int(p[0]), int(p[1])) {
			t.Errorf("the click %v misses the %s", p, o.Label)
		}
	}
}

func TestIconIsASquarePNG(t *testing.T) {
	cfg, err := png.DecodeConfig(bytes.NewReader(Icon()))
	if err != nil || cfg.Width != cfg.Height || cfg.Width < 256 {
		t.Fatalf("%dx%d, %v", cfg.Width, cfg.Height, err)
	}
}
