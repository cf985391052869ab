package plain

import (
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestErrorsAreInPlainWords(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, missing := os.Open(filepath.Join(dir, "none"))
	download := &url.Error{Op: "Get", URL: "https://host.example/a.pt", Err: errors.New("dial tcp: lookup host.example: no such host")}
	for _, tt := range []struct {
		err  error
		want string
	}{
		{errors.New("clip.mp4 is no\n video"), "clip.mp4 is no video"},
		{missing, dir + "/none: it is not there"},
		{fmt.Errorf("make the folder: %w", os.Mkdir(filepath.Join(dir, "a", "b"), 0o755)), "make the folder: " + dir + "/a/b cannot be made: its folder is not there"},
		{fmt.Errorf("make the folder: %w", os.MkdirAll(filepath.Join(file, "b"), 0o755)), "make the folder: " + file + ": a file is where a folder should be"},
		{fmt.Errorf("export: %w", &fs.PathError{Op: "write", Path: "/v/a.png", Err: syscall.ENOSPC}), "export: /v/a.png: the disk is full"},
		{&fs.PathError{Op: "open", Path: "/srv/a", Err: syscall.EACCES}, "/srv/a: you have no permission for that"},
		{errors.Join(errors.New("one"), fmt.Errorf("two: %w", &fs.PathError{Op: "sync", Path: "/b", Err: syscall.EROFS})), "one two: /b: the disk can only be read"},
		{fmt.Errorf("download tiny: %w", download), "download tiny: host.example cannot be reached: is this machine online?"},
	} {
		got := Line(tt.err)
		if got != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
		for _, raw := range []string{"mkdir", "dial tcp", "lookup", "no such file", "permission denied", "\n"} {
			if strings.Contains(got, raw) {
				t.Errorf("%q says %q", got, raw)
			}
		}
	}
	if s := Sentence(errors.New("choose a folder")); s != "Choose a folder." {
		t.Errorf("sentence %q", s)
	}
}

func TestDurationsAndCounts(t *testing.T) {
	for s, want := range map[float64]string{0: "0 s", 0.2: "1 s", 59: "59 s", 130: "2 min 10 s", 3900: "1 h 5 min"} {
		if got := Duration(s); got != want {
			t.Errorf("%v seconds: %q, want %q", s, got, want)
		}
	}
	if a, b := Count(1, "frame"), Count(3, "frame"); a != "1 frame" || b != "3 frames" {
		t.Errorf("%q, %q", a, b)
	}
}
