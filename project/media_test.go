package project

import (
	"context"
	"crypto/md5"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/adrg/xdg"
)

// testHash stands for the hash of the media package: content only.
func testHash(path string) (string, error) {
	sum := md5.New()
	err := filepath.WalkDir(path, func(full string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || isProjectFile(d.Name()) {
			return err
		}
		data, err := os.ReadFile(full)
		sum.Write(data)
		return err
	})
	return hex.EncodeToString(sum.Sum(nil)), err
}

func writeFile(t *testing.T, path, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// projectOf makes a project beside a video file or frame folder.
func projectOf(t *testing.T, video string) *Project {
	t.Helper()
	m := testMedia()
	if err := m.Identify(video, testHash); err != nil {
		t.Fatal(err)
	}
	p, err := Create(context.Background(), video+Extension, m)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	return p
}

// TestFindMedia moves, renames and replaces the video of a project.
func TestFindMedia(t *testing.T) {
	const content = "the content of a video"
	cases := map[string]struct {
		move  func(dir string) (also []string)
		found string // below dir; "" for an error
		want  error
	}{
		"in place": {func(string) []string { return nil }, "a/clip.mp4", nil},
		"folder moved with the project": {func(dir string) []string {
			os.Rename(filepath.Join(dir, "a"), filepath.Join(dir, "b"))
			return nil
		}, "b/clip.mp4", nil},
		"renamed": {func(dir string) []string {
			os.Rename(filepath.Join(dir, "a/clip.mp4"), filepath.Join(dir, "a/other name.mov"))
			return nil
		}, "a/other name.mov", nil},
		"moved to a named folder": {func(dir string) []string {
			os.Mkdir(filepath.Join(dir, "c"), 0o755)
			os.Rename(filepath.Join(dir, "a/clip.mp4"), filepath.Join(dir, "c/x.mp4"))
			return []string{filepath.Join(dir, "nowhere"), filepath.Join(dir, "c")}
		}, "c/x.mp4", nil},
		"gone": {func(dir string) []string {
			os.Remove(filepath.Join(dir, "a/clip.mp4"))
			return nil
		}, "", ErrMediaMissing},
		"another size": {func(dir string) []string {
			os.WriteFile(filepath.Join(dir, "a/clip.mp4"), []byte("short"), 0o644)
			return nil
		}, "", ErrMediaDiffers},
		"another content": {func(dir string) []string {
			os.WriteFile(filepath.Join(dir, "a/clip.mp4"), []byte(strings.ToUpper(content)), 0o644)
			return nil
		}, "", ErrMediaDiffers},
		"replaced and renamed": {func(dir string) []string {
			os.Rename(filepath.Join(dir, "a/clip.mp4"), filepath.Join(dir, "a/old.mp4"))
			os.WriteFile(filepath.Join(dir, "a/clip.mp4"), []byte(strings.ToUpper(content)), 0o644)
			return nil
		}, "a/old.mp4", nil},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			video := filepath.Join(dir, "a", "clip.mp4")
			writeFile(t, video, content)
			p := projectOf(t, video)
			p.Close()
			also := c.move(dir)
			projectPath := p.Path()
			if _, err := os.Stat(projectPath); err != nil {
				projectPath = filepath.Join(dir, "b", filepath.Base(projectPath))
			}
			p = reopenPath(t, projectPath)
			got, err := FindMedia(context.Background(), p.Path(), p.Media(), testHash, also...)
			if !errors.Is(err, c.want) {
				t.Fatalf("error %v, want %v", err, c.want)
			}
			if c.found == "" {
				return
			}
			if got != filepath.Join(dir, c.found) {
				t.Errorf("found %q (%v)", got, err)
			}
			if err := p.SetMediaPath(got, testHash); err != nil {
				t.Fatal(err)
			}
			p = reopen(t, p)
			if m := p.Media(); m.AbsPath != got || filepath.Join(filepath.Dir(p.Path()), m.RelPath) != got {
				t.Errorf("the new place is stored as %q, %q", m.AbsPath, m.RelPath)
			}
		})
	}
}

func TestSetMediaPathRefusesAnotherVideo(t *testing.T) {
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "clip.mp4"), "one")
	writeFile(t, filepath.Join(dir, "other.mp4"), "two")
	p := projectOf(t, filepath.Join(dir, "clip.mp4"))
	before := p.Media()
	if err := p.SetMediaPath(filepath.Join(dir, "other.mp4"), testHash); !errors.Is(err, ErrMediaDiffers) {
		t.Errorf("got %v", err)
	}
	if err := p.SetMediaPath(filepath.Join(dir, "none.mp4"), testHash); !errors.Is(err, ErrMediaMissing) {
		t.Errorf("got %v", err)
	}
	if p = reopen(t, p); p.Media().AbsPath != before.AbsPath {
		t.Errorf("the place was changed to %q", p.Media().AbsPath)
	}
}

// TestMediaSurvives checks every field, timestamps to the last bit.
func TestMediaSurvives(t *testing.T) {
	m := testMedia()
	m.Rotation = 270
	m.AbsPath = "/videos/ä 'b\" #?%41.mp4"
	path := filepath.Join(t.TempDir(), "ü %20#?.masklet")
	p, err := Create(context.Background(), path, m)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Close() })
	got := reopen(t, p).Media()
	m.RelPath = m.RelativeTo(path)
	if len(got.Timestamps) != len(m.Timestamps) {
		t.Fatalf("%d timestamps", len(got.Timestamps))
	}
	for i := range got.Timestamps {
		if got.Timestamps[i] != m.Timestamps[i] {
			t.Errorf("timestamp %d is %v, want %v", i, got.Timestamps[i], m.Timestamps[i])
		}
	}
	got.Timestamps, m.Timestamps = nil, nil
	if got.RelPath == "" || got.RelPath != m.RelPath || got.AbsPath != m.AbsPath || got.Size != m.Size ||
		got.QuickHash != m.QuickHash || got.Frames != m.Frames || got.W != m.W || got.H != m.H || got.Rotation != 270 {
		t.Errorf("got  %+v\nwant %+v", got, m)
	}
}

// TestDefaultPath: beside the video, or in the data folder where that cannot
// be written.
func TestDefaultPath(t *testing.T) {
	dir := t.TempDir()
	got, err := DefaultPath(filepath.Join(dir, "clip.mp4"))
	if err != nil || got != filepath.Join(dir, "clip.mp4.masklet") {
		t.Errorf("got %q, %v", got, err)
	}
	if state := folderState(t, dir); len(state) != 0 {
		t.Errorf("files were left: %v", state)
	}
	home := t.TempDir()
	t.Cleanup(xdg.Reload)
	t.Setenv("XDG_DATA_HOME", home)
	t.Setenv("HOME", home)
	xdg.Reload()
	readOnly := mountSmall(t, "size=64k")
	remount(t, readOnly, true)
	one, err := DefaultPath(filepath.Join(readOnly, "clip.mp4"))
	if err != nil {
		t.Fatal(err)
	}
	two, err := DefaultPath(filepath.Join(readOnly, "sub", "clip.mp4"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(one, home) || one == two || !strings.HasSuffix(one, Extension) {
		t.Errorf("in a read-only folder: %q and %q", one, two)
	}
	if again, _ := DefaultPath(filepath.Join(readOnly, "clip.mp4")); again != one {
		t.Errorf("asked again: %q", again)
	}
	makeProject(t, one)
}

func makeProject(t *testing.T, path string) {
	t.Helper()
	p, err := Create(context.Background(), path, testMedia())
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
}

// TestLongNames: a name as long as a project's can be works, a longer one is
// refused in plain words, and a video with such a name has its project
// elsewhere.
func TestLongNames(t *testing.T) {
	home := t.TempDir()
	t.Cleanup(xdg.Reload)
	t.Setenv("XDG_DATA_HOME", home)
	t.Setenv("HOME", home)
	xdg.Reload()
	dir := t.TempDir()
	deep := dir
	for len(deep)+102 < maxPath {
		deep = filepath.Join(deep, strings.Repeat("d", 100))
	}
	deep = filepath.Join(deep, "d")
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	longest := filepath.Join(deep, strings.Repeat("p", maxPath-len(deep)-1-len(Extension))+Extension)
	makeProject(t, longest)
	p, err := Open(context.Background(), longest)
	if err != nil {
		t.Fatal(err)
	}
	newActor(1, p.Document(), p.History()).addObject()
	if err := p.Close(); err != nil {
		t.Error(err)
	}
	makeProject(t, filepath.Join(dir, strings.Repeat("n", maxName-len(Extension))+Extension))
	for _, path := range []string{longest + "x", filepath.Join(dir, strings.Repeat("n", maxName)+"x")} {
		if _, err := Create(context.Background(), path, testMedia()); err == nil || !strings.Contains(err.Error(), "shorter") {
			t.Errorf("a name of %d bytes: %v", len(path), err)
		}
	}
	for _, video := range []string{filepath.Join(dir, strings.Repeat("短", 80)+".mp4"), filepath.Join(longest+"-folder", "v.mp4")} {
		path, err := DefaultPath(video)
		if err != nil || !strings.HasPrefix(path, home) || !utf8.ValidString(path) {
			t.Fatalf("got %q, %v", path, err)
		}
		makeProject(t, path)
	}
}
