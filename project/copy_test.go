package project

import (
	"archive/zip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCopyOpensElsewhere: a copy with the video stands alone.
func TestCopyOpensElsewhere(t *testing.T) {
	for _, kind := range []string{"video", "frame folder"} {
		for _, dest := range []string{"copy", "copy.ZIP"} {
			t.Run(kind+" to "+dest, func(t *testing.T) {
				home := t.TempDir()
				video := filepath.Join(home, "work", "clip.mp4")
				if kind == "video" {
					writeFile(t, video, strings.Repeat("video ", 10000))
				} else {
					writeFile(t, filepath.Join(video, "0000.jpg"), "frame 0")
					writeFile(t, filepath.Join(video, "0001.jpg"), "frame 1")
					writeFile(t, filepath.Join(video, "other.masklet-wal"), "in use by another Masklet")
				}
				p := projectOf(t, video)
				work(p, 4, 60)
				want := plainContents(t, p.Document().Contents())
				to := filepath.Join(t.TempDir(), dest)
				if err := p.SaveCopy(context.Background(), to, video, testHash); err != nil {
					t.Fatal(err)
				}
				if err := p.SaveCopy(context.Background(), to, video, testHash); !errors.Is(err, ErrExists) {
					t.Errorf("a copy over a copy: %v", err)
				}
				p.Close()
				os.RemoveAll(home)

				opened := filepath.Join(to, "clip.mp4.masklet")
				if dest != "copy" {
					opened = unzip(t, to)
				}
				q := reopenPath(t, opened)
				sameContents(t, "the copy", q.Document().Contents(), want)
				found, err := FindMedia(context.Background(), q.Path(), q.Media(), testHash)
				if err != nil || filepath.Dir(found) != filepath.Dir(opened) {
					t.Errorf("the copy's video: %q, %v", found, err)
				}
				if _, err := os.Lstat(filepath.Join(found, "other.masklet-wal")); kind != "video" && !errors.Is(err, fs.ErrNotExist) {
					t.Errorf("the side file of another project went along: %v", err)
				}
				undoAll(q)
				if n := len(q.Document().Objects()); n != 0 {
					t.Errorf("%d objects are left after undoing all in the copy", n)
				}
			})
		}
	}
}

// TestCopyFailsWhole: a copy that cannot be made leaves nothing behind.
func TestCopyFailsWhole(t *testing.T) {
	dir := t.TempDir()
	video := filepath.Join(dir, "in", "clip.mp4")
	writeFile(t, video, "video")
	p := projectOf(t, video)
	work(p, 4, 20)
	other := filepath.Join(dir, "other.mp4")
	writeFile(t, other, "vide0")
	cancelled, cancel := context.WithCancel(context.Background())
	cancel()
	out := filepath.Join(dir, "out")
	os.Mkdir(out, 0o755)
	for _, dest := range []string{"copy", "copy.zip"} {
		to := filepath.Join(out, dest)
		if err := p.SaveCopy(context.Background(), to, other, testHash); !errors.Is(err, ErrMediaDiffers) {
			t.Errorf("with another video: %v", err)
		}
		if err := p.SaveCopy(cancelled, to, video, testHash); !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled: %v", err)
		}
		if err := p.SaveCopy(context.Background(), filepath.Join(out, "none", dest), video, testHash); err == nil {
			t.Error("into a folder that does not exist: no error")
		}
	}
	if state := folderState(t, out); len(state) != 0 {
		t.Errorf("files were left: %v", state)
	}
	if err := p.Flush(context.Background()); err != nil {
		t.Errorf("the project suffered: %v", err)
	}
}

// unzip unpacks an archive as the user would and returns the project in it.
func unzip(t *testing.T, archive string) string {
	t.Helper()
	z, err := zip.OpenReader(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	dest, found := t.TempDir(), ""
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dest, f.Name)
		writeFile(t, path, string(data))
		if filepath.Ext(path) == Extension {
			found = path
		}
	}
	return found
}

// TestSummary counts by hand what the summary counts.
func TestSummary(t *testing.T) {
	p := create(t)
	work(p, 8, 120)
	run := p.StartRun(Run{Group: p.History().NewGroup(), Objects: p.Snapshot().objectIDs(), Engine: "classic", Phase: 1})
	flush(t, p)
	p = reopen(t, p)
	s := p.Summary()
	doc := p.Document()
	if len(s.Objects) != len(doc.Objects()) || len(s.Classes) != len(doc.Classes()) || s.Media.Frames != testFrames || s.FileBytes < 4096 {
		t.Errorf("summary %+v", s)
	}
	masks := 0
	for i, o := range doc.Objects() {
		got := s.Objects[i]
		frames := doc.ResultFrames(o.ID)
		masks += len(frames)
		visible := 0
		for _, f := range frames {
			r, _ := doc.Result(frameOf(o.ID, f))
			if m, err := r.Mask.Load(); err == nil && !m.Empty() {
				visible++
			}
		}
		if got.Name != doc.Name(o.ID) || got.Masks != len(frames) || got.Visible != visible ||
			got.Keyframes != len(doc.Keyframes(o.ID)) || got.Protected != len(doc.ProtectedFrames(o.ID)) {
			t.Errorf("object %d: %+v", o.ID, got)
		}
		if len(frames) > 0 && (got.FirstFrame != frames[0] || got.LastFrame != frames[len(frames)-1]) {
			t.Errorf("object %d has masks on %v: %+v", o.ID, frames, got)
		}
	}
	if masks == 0 || s.Masks != masks {
		t.Errorf("%d masks, want %d", s.Masks, masks)
	}
	if s.Pending == nil || s.Pending.ID != run.ID || s.Pending.State != RunRunning {
		t.Errorf("pending run %+v", s.Pending)
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if again, err := json.Marshal(p.Summary()); err != nil || string(again) != string(text) {
			t.Fatalf("the same project has another summary (%v):\n%s\n%s", err, text, again)
		}
	}
	for _, want := range []string{`"path":`, `"media":{"rel_path"`, `"objects":[{"id":1`, `"pending_run":{"id":1,"state":"running"`, `"range":{"first":0,"last":0},"direction"`, `"range":`} {
		if !strings.Contains(string(text), want) {
			t.Errorf("the JSON has no %s: %s", want, text)
		}
	}
}
