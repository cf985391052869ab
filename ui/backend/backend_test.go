package backend

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/assets"
	"github.com/masklet/masklet/inference"
	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/ui/controller"
)

func sample(t *testing.T) string {
	t.Helper()
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	files, err := assets.Sample(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return files.Clip
}

func open(t *testing.T, path string) *controller.Opened {
	t.Helper()
	o, err := Open(context.Background(), controller.OpenRequest{Path: path}, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func shut(t *testing.T, o *controller.Opened) {
	t.Helper()
	if err := errors.Join(o.Project.Close(), o.Video.Close()); err != nil {
		t.Fatal(err)
	}
}

// Work survives closing, whether the video or the project is opened next, and
// a moved pair is found again.
func TestWorkIsThereAgain(t *testing.T) {
	clip := sample(t)
	o := open(t, clip)
	d := o.Project.Document()
	o.Project.History().Do(annotate.Change{Name: "Add object", Edits: []annotate.Edit{d.SetObject(annotate.Object{ID: 3, Label: "ball"})}})
	id, err := o.Project.StartRun(controller.Run{Objects: []annotate.ObjectID{3}, Range: annotate.Range{Last: 9}, Direction: inference.Forward, Group: 5})
	if err != nil {
		t.Fatal(err)
	}
	shut(t, o)

	place := clip + project.Extension
	o = open(t, place)
	if got := o.Project.Document().Name(3); got != "ball" {
		t.Errorf("label %q", got)
	}
	r, ok := o.Project.PendingRun()
	if !ok || r.ID != id || r.Range.Last != 9 || r.Direction != inference.Forward {
		t.Errorf("pending run %+v, %v", r, ok)
	}
	if err := o.Project.EndRun(id, true); err != nil {
		t.Error(err)
	}
	if _, ok := o.Project.PendingRun(); ok {
		t.Error("a run that is done is still pending")
	}
	shut(t, o)

	moved := t.TempDir()
	for _, p := range []string{clip, place} {
		if err := os.Rename(p, filepath.Join(moved, filepath.Base(p))); err != nil {
			t.Fatal(err)
		}
	}
	o = open(t, filepath.Join(moved, filepath.Base(place)))
	if !strings.Contains(o.Notice, moved) {
		t.Errorf("notice %q does not say where the video was found", o.Notice)
	}
	shut(t, o)
}

func TestOpenRefusesAndLeavesNothingOpen(t *testing.T) {
	clip := sample(t)
	o := open(t, clip)
	if _, err := Open(context.Background(), controller.OpenRequest{Path: clip}, nil); !errors.Is(err, project.ErrLocked) {
		t.Errorf("a second open gives %v", err)
	}
	shut(t, o)
	// The project's video is replaced by another.
	data, err := os.ReadFile(clip)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(clip, append(data, 0), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), controller.OpenRequest{Path: clip}, nil); !errors.Is(err, project.ErrMediaDiffers) {
		t.Errorf("another video gives %v", err)
	}
	if err := os.WriteFile(clip, data, 0o600); err != nil {
		t.Fatal(err)
	}
	shut(t, open(t, clip)) // no lock was left behind
	if _, err := os.Stat(clip + "-2" + project.Extension); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a project was made unasked: %v", err)
	}
	if _, err := Open(context.Background(), controller.OpenRequest{Path: filepath.Join(t.TempDir(), "none.mp4")}, nil); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a missing file gives %v", err)
	}
}

// A video beside the project of another one: the person is asked, a new project
// gets a name of its own, and both are found again without a question.
func TestProjectOfAnotherVideo(t *testing.T) {
	clip := sample(t)
	shut(t, open(t, clip))
	first := clip + project.Extension
	before, err := os.ReadFile(first)
	if err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(clip)
	if err != nil {
		t.Fatal(err)
	}
	put := func(b []byte) {
		if err := os.WriteFile(clip, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	put(append(data, 0))
	_, err = Open(context.Background(), controller.OpenRequest{Path: clip}, nil)
	var other *controller.OtherProject
	if !errors.As(err, &other) || other.Video != clip || other.Project != first || !strings.Contains(other.Reason, filepath.Base(first)) {
		t.Fatalf("the question is %+v, error %v", other, err)
	}
	o, err := Open(context.Background(), controller.OpenRequest{Path: clip, Fresh: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	second := o.Project.Path()
	shut(t, o)
	if second == first {
		t.Fatal("the new project took the place of the other")
	}
	if after, err := os.ReadFile(first); err != nil || !bytes.Equal(after, before) {
		t.Errorf("the other project was changed (%v)", err)
	}
	again := func(want string) {
		t.Helper()
		o := open(t, clip)
		if o.Project.Path() != want {
			t.Errorf("opened %s, want %s", o.Project.Path(), want)
		}
		shut(t, o)
	}
	again(second)
	put(data)
	again(first)
}

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
