package samplegen

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
)

var out = flag.String("write", "", "the `folder` to write the sample to: that of the package assets")

// The embedded truth is that of the clip as it is drawn.
func TestTruthIsAsDrawn(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "sample", "truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want truth
	if err := json.Unmarshal(data, &want); err != nil || want.Frames != frames {
		t.Fatalf("%d frames (%v)", want.Frames, err)
	}
	for _, f := range []int{0, frames / 2, frames - 1} {
		_, owners := drawFrame(f)
		got := newTruth()
		got.add(owners)
		for i, o := range got.Objects {
			if o.Label != want.Objects[i].Label || o.Masks[0] != want.Objects[i].Masks[f] {
				t.Errorf("the %s on frame %d is drawn in another way than it was: make sample", o.Label, f)
			}
		}
	}
}

// TestWrite makes the files again.
func TestWrite(t *testing.T) {
	if *out == "" {
		t.Skip("only with -write")
	}
	if err := write(*out); err != nil {
		t.Fatal(err)
	}
}

func write(dir string) error {
	if err := os.MkdirAll(filepath.Join(dir, "sample"), 0o755); err != nil {
		return err
	}
	if err := writeIcon(filepath.Join(dir, "icon.png")); err != nil {
		return err
	}
	enc, err := startEncoder(filepath.Join(dir, "sample", "sample.mp4"))
	if err != nil {
		return err
	}
	truth := newTruth()
	for f := range frames {
		img, owners := drawFrame(f)
		truth.add(owners)
		if err := enc.write(img); err != nil {
			return err
		}
	}
	if err := enc.close(); err != nil {
		return err
	}
	if err := truth.writePrompts(filepath.Join(dir, "sample", "prompts.json")); err != nil {
		return err
	}
	return truth.write(filepath.Join(dir, "sample", "truth.json"))
}
