package clips

import (
	"context"
	"errors"
	"image"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project"
)

const frames = 3

// addClip makes a frame folder in a folder of clips.
func addClip(t *testing.T, folder, name string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.MkdirAll(path, 0o755); err != nil {
		t.Fatal(err)
	}
	for i := range frames {
		f, err := os.Create(filepath.Join(path, string(rune('0'+i))+".png"))
		if err != nil {
			t.Fatal(err)
		}
		if err := errors.Join(png.Encode(f, image.NewGray(image.Rect(0, 0, 8, 6))), f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// label makes the clip's project and does work in it.
func label(t *testing.T, path string, work func(d *annotate.Document, do func(...annotate.Edit))) {
	t.Helper()
	p, err := project.Create(t.Context(), path+project.Extension, project.Media{AbsPath: path, W: 8, H: 6, Frames: frames})
	if err != nil {
		t.Fatal(err)
	}
	work(p.Document(), func(e ...annotate.Edit) { p.History().Do(annotate.Change{Name: "Work", Edits: e}) })
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
}

func object(d *annotate.Document, do func(...annotate.Edit), id annotate.ObjectID, masks ...int) {
	do(d.SetObject(annotate.Object{ID: id}))
	for _, f := range masks {
		r := annotate.NewResult(annotate.FullMask(8, 6), 1, annotate.Tracked, "e")
		do(d.SetResult(annotate.FrameKey{Object: id, Frame: f}, &r))
	}
}

func TestListTellsTheStates(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"clip10", "clip2", "a", "b", "c", "d", "e", ".hidden"} {
		addClip(t, folder, name)
	}
	type work = func(d *annotate.Document, do func(...annotate.Edit))
	for name, w := range map[string]work{
		"a": func(*annotate.Document, func(...annotate.Edit)) {},
		"b": func(d *annotate.Document, do func(...annotate.Edit)) { object(d, do, 1, 0, 1) },
		"c": func(d *annotate.Document, do func(...annotate.Edit)) {
			object(d, do, 1, 0, 1, 2)
			object(d, do, 2, 0)
			do(d.SetNotes(2, annotate.Notes{Absent: annotate.Ranges{{First: 1, Last: 2}}}))
			do(d.SetProtected(annotate.FrameKey{Object: 1, Frame: 2}, true))
		},
		"d": func(d *annotate.Document, do func(...annotate.Edit)) {
			object(d, do, 1, 0, 1)
			do(d.SetRange(&annotate.Range{First: 0, Last: 1}))
			do(SetChecked(d, true))
		},
	} {
		label(t, filepath.Join(folder, name), w)
	}
	if err := os.WriteFile(filepath.Join(folder, "e"+project.Extension), []byte("no project"), 0o644); err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{"notes.txt", "clip.MP4"} {
		if err := os.WriteFile(filepath.Join(folder, other), nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	list, err := List(t.Context(), folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, c := range list {
		names = append(names, c.Name())
	}
	if want := []string{"a", "b", "c", "clip.MP4", "clip2", "clip10", "d", "e"}; !slices.Equal(names, want) {
		t.Fatalf("clips %v, want %v", names, want)
	}
	for i, want := range map[int]Clip{
		0: {State: New, Frames: frames},
		1: {State: Begun, Frames: frames, Objects: 1, Masks: 2},
		2: {State: Tracked, Frames: frames, Objects: 2, Masks: 4, Accepted: 1},
		3: {State: New},
		6: {State: Checked, Frames: frames, Objects: 1, Masks: 2},
	} {
		got := list[i]
		got.Path, got.Project = "", ""
		if got != want {
			t.Errorf("%s: %+v, want %+v", names[i], got, want)
		}
	}
	if e := list[7]; e.State != New || e.Problem == "" {
		t.Errorf("a broken project reads %+v", e)
	}
}

func TestSetChecked(t *testing.T) {
	d := annotate.NewDocument(8, 6, frames)
	h := annotate.NewHistory(d, nil)
	for _, on := range []bool{true, false} {
		h.Do(annotate.Change{Edits: []annotate.Edit{SetChecked(d, on)}})
		if IsChecked(d) != on {
			t.Errorf("set to %v, is %v", on, IsChecked(d))
		}
	}
}

func TestFoldersWithoutClips(t *testing.T) {
	folder := t.TempDir()
	if _, err := List(t.Context(), folder); !errors.Is(err, ErrNone) {
		t.Errorf("empty folder: %v", err)
	}
	if _, err := List(t.Context(), filepath.Join(folder, "gone")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
	clip := addClip(t, folder, "one")
	if !IsFolder(folder) || IsFolder(clip) || IsFolder(filepath.Join(clip, "0.png")) {
		t.Error("a folder of clips and one of frames are mistaken")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := List(ctx, folder); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
