package controller

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/export"
	"github.com/masklet/masklet/ui/transfer"
)

// work runs what the window shows in a dialog, to its end.
func (r *rig) work(start func(update func(*Work, bool, string, error))) (text string, err error) {
	r.t.Helper()
	ended := false
	start(func(_ *Work, end bool, what string, e error) {
		if end {
			ended, text, err = true, what, e
		}
	})
	r.wait("the work is done", func() bool { return ended })
	r.idle()
	return text, err
}

// An export writes run.json, says where it is and shows the folder on request; of
// the objects and frames only those that were chosen are written. Imported masks
// are one step, and meet objects as the user says.
func TestExportAndImport(t *testing.T) {
	r := opened(t, 12, nil)
	if r.HasMasks() {
		t.Error("there is something to export in an empty document")
	}
	r.Click(10, 10, true)
	r.idle()
	r.TrackAll("both")
	r.idle()
	shown := ""
	r.deps.Reveal = func(folder string) error { shown = folder; return nil }
	dir := filepath.Join(t.TempDir(), "out")
	e := transfer.Export{Formats: []string{"png"}, Folder: dir, Selection: transfer.Selection{Range: &annotate.Range{First: 2, Last: 5}}}
	text, err := r.work(func(update func(*Work, bool, string, error)) { r.Export(e, update) })
	if err != nil || !strings.Contains(text, dir) {
		t.Fatalf("export: %q, %v", text, err)
	}
	if files, _ := filepath.Glob(filepath.Join(dir, "png", "1", "*.png")); len(files) != 4 {
		t.Errorf("files %v", files)
	}
	data, err := os.ReadFile(filepath.Join(dir, "run.json"))
	var run export.Run
	if err != nil || json.Unmarshal(data, &run) != nil || run.Engine != "fake" || !run.Completed || len(run.Objects) != 1 || run.Video.Frames != 12 || run.Phases[1].Frames == 0 {
		t.Errorf("run.json: %v, %s", err, data)
	}
	b := r.Banner()
	if b.Kind != Success || b.Action != "Show folder" {
		t.Fatalf("banner %+v", b)
	}
	b.Do()
	if shown != dir || r.Banner().Text != "" {
		t.Errorf("shown %q, banner %+v", shown, r.Banner())
	}
	for _, tt := range []struct {
		how     export.Meeting
		objects int
	}{{export.MeetNew, 2}, {export.MeetMerge, 1}} {
		i := transfer.Import{Format: "png", Path: dir, Meeting: tt.how}
		if text, err := r.work(func(update func(*Work, bool, string, error)) { r.Import(i, update) }); err != nil || !strings.Contains(text, "4 masks of 1 objects") {
			t.Fatalf("import: %q, %v", text, err)
		}
		if n := len(r.Document().Objects()); n != tt.objects {
			t.Errorf("%s: %d objects", tt.how, n)
		}
		r.Undo()
		r.idle()
		if n := len(r.Document().Objects()); n != 1 {
			t.Errorf("after undo of %s: %d objects", tt.how, n)
		}
	}
	i := transfer.Import{Format: "coco", Path: dir}
	if _, err := r.work(func(update func(*Work, bool, string, error)) { r.Import(i, update) }); err == nil || r.Banner().Kind != Failure {
		t.Errorf("a folder without the format: %v, banner %+v", err, r.Banner())
	}
}
