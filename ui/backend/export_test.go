package backend

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/controller"
)

func TestExportWritesAllFormats(t *testing.T) {
	d := annotate.NewDocument(6, 4, 3)
	r := annotate.NewResult(annotate.FullMask(6, 4), 1, annotate.Painted, "")
	annotate.NewHistory(d, nil).Do(annotate.Change{Edits: []annotate.Edit{
		d.SetObject(annotate.Object{ID: 1}), d.SetResult(annotate.FrameKey{Object: 1, Frame: 2}, &r)}})
	job := controller.ExportJob{
		Formats: []string{"png", "coco", "davis"}, Folder: filepath.Join(t.TempDir(), "new"), Contents: d.Contents(),
		Source: "clip.mp4", Times: func(i int) float64 { return float64(i) / 25 },
	}
	last := 0
	if _, err := Export(context.Background(), job, func(done, total int) { last = max(last, done) }); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{"png/1/00002.png", "coco.json", "davis/00002.png"} {
		if _, err := os.Stat(filepath.Join(job.Folder, p)); err != nil {
			t.Error(err)
		}
	}
	if last == 0 {
		t.Error("no progress was told")
	}
	job.Formats = []string{"gif"}
	if _, err := Export(context.Background(), job, func(int, int) {}); err == nil {
		t.Error("an unknown format was accepted")
	}
}
