package assets

import (
	"bytes"
	"encoding/json"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/assets/sample"
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

func TestPromptsHitTheirObjects(t *testing.T) {
	truth, err := sample.Truth()
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
