package transfer

import (
	"errors"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/project/clips"
	"github.com/masklet/masklet/project/export/formats"
)

// labeled makes a clip of two frames, and its project with a mask on the first if wanted.
func labeled(t *testing.T, folder, name string, mask bool) {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.Mkdir(path, 0o755); err != nil {
		t.Fatal(err)
	}
	for _, frame := range []string{"0.png", "1.png"} {
		f, err := os.Create(filepath.Join(path, frame))
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(png.Encode(f, image.NewRGBA(image.Rect(0, 0, 8, 6))), f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	p, err := project.Create(t.Context(), path+project.Extension, project.Media{AbsPath: path, W: 8, H: 6, Frames: 2})
	if err != nil {
		t.Fatal(err)
	}
	if mask {
		d := p.Document()
		r := annotate.NewResult(annotate.FullMask(8, 6), 1, annotate.Painted, "")
		p.History().Do(annotate.Change{Edits: []annotate.Edit{d.SetObject(annotate.Object{ID: 1}), d.SetResult(annotate.FrameKey{Object: 1}, &r)}})
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestExportOfAFolder(t *testing.T) {
	folder, out := t.TempDir(), filepath.Join(t.TempDir(), "all")
	chosen, err := formats.Named([]string{"png", "coco"})
	if err != nil {
		t.Fatal(err)
	}
	labeled(t, folder, "empty", false)
	seen := 0
	all := Folder{Clips: folder, Out: out, Formats: chosen, Version: "test", Seen: func(clips.Clip, int, int) { seen++ }}
	if _, err := all.Write(t.Context()); !errors.Is(err, ErrNoMasks) {
		t.Errorf("without masks: %v", err)
	}
	labeled(t, folder, "a", true)
	labeled(t, folder, "b", true)
	n, err := all.Write(t.Context())
	if err != nil || n != 2 || seen != 2 {
		t.Fatalf("%d clips, %d seen, error %v", n, seen, err)
	}
	for _, p := range []string{"a/png/1/0.png", "a/coco.json", "a/run.json", "b/png/1/0.png", "b/run.json"} {
		if _, err := os.Stat(filepath.Join(out, p)); err != nil {
			t.Error(err)
		}
	}
	if _, err := os.Stat(filepath.Join(out, "empty")); err == nil {
		t.Error("a clip without masks was exported")
	}
}
