package opening

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
	"github.com/masklet/masklet/project"
	"github.com/masklet/masklet/ui/session"
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

func open(t *testing.T, path string) *session.Clip {
	t.Helper()
	o, err := Open(context.Background(), OpenRequest{Path: path}, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func shut(t *testing.T, o *session.Clip) {
	t.Helper()
	if err := errors.Join(o.Store.Close(), o.Video.Close()); err != nil {
		t.Fatal(err)
	}
}

// Work survives closing, whether the video or the project is opened next, and
// a moved pair is found again.
func TestWorkIsThereAgain(t *testing.T) {
	clip := sample(t)
	o := open(t, clip)
	d := o.Store.Document()
	o.Store.History().Do(annotate.Change{Name: "Add object", Edits: []annotate.Edit{d.SetObject(annotate.Object{ID: 3, Label: "ball"})}})
	id := o.Store.StartRun(project.Run{Objects: []annotate.ObjectID{3}, Range: annotate.Range{Last: 9}, Direction: "forward", Group: 5}).ID
	shut(t, o)

	place := clip + project.Extension
	o = open(t, place)
	if got := o.Store.Document().Name(3); got != "ball" {
		t.Errorf("label %q", got)
	}
	r, ok := o.Store.PendingRun()
	if !ok || r.ID != id || r.Range.Last != 9 || r.Direction != "forward" {
		t.Errorf("pending run %+v, %v", r, ok)
	}
	if err := o.Store.FinishRun(id, project.RunDone); err != nil {
		t.Error(err)
	}
	if _, ok := o.Store.PendingRun(); ok {
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
	if _, err := Open(context.Background(), OpenRequest{Path: clip}, nil); !errors.Is(err, project.ErrLocked) {
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
	if _, err := Open(context.Background(), OpenRequest{Path: clip}, nil); !errors.Is(err, project.ErrMediaDiffers) {
		t.Errorf("another video gives %v", err)
	}
	if err := os.WriteFile(clip, data, 0o600); err != nil {
		t.Fatal(err)
	}
	shut(t, open(t, clip)) // no lock was left behind
	if _, err := os.Stat(clip + "-2" + project.Extension); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a project was made unasked: %v", err)
	}
	if _, err := Open(context.Background(), OpenRequest{Path: filepath.Join(t.TempDir(), "none.mp4")}, nil); !errors.Is(err, os.ErrNotExist) {
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
	_, err = Open(context.Background(), OpenRequest{Path: clip}, nil)
	var other *OtherProject
	if !errors.As(err, &other) || other.Video != clip || other.Project != first || !strings.Contains(other.Reason, filepath.Base(first)) {
		t.Fatalf("the question is %+v, error %v", other, err)
	}
	o, err := Open(context.Background(), OpenRequest{Path: clip, Fresh: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	second := o.Store.Path()
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
		if o.Store.Path() != want {
			t.Errorf("opened %s, want %s", o.Store.Path(), want)
		}
		shut(t, o)
	}
	again(second)
	put(data)
	again(first)
}
