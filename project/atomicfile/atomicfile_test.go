package atomicfile

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func names(t *testing.T, dir string) string {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, e := range entries {
		out = append(out, e.Name())
	}
	return strings.Join(out, " ")
}

func content(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestWriteReplaces(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.json")
	for _, text := range []string{"first", "second, longer"} {
		if err := WriteBytes(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got := content(t, path); got != text {
			t.Fatalf("got %q, want %q", got, text)
		}
	}
	if got := names(t, dir); got != "a.json" {
		t.Fatalf("left behind: %s", got)
	}
}

func TestWriteKeepsPermissions(t *testing.T) {
	path := filepath.Join(t.TempDir(), "private")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := WriteBytes(path, []byte("x")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Fatalf("permissions %o", got)
	}
}

// A failure half-way, here after more than the buffer was written, must leave
// the old file and nothing else.
func TestFailedWriteKeepsOldFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "a.json")
	if err := WriteBytes(path, []byte("old")); err != nil {
		t.Fatal(err)
	}
	boom := errors.New("boom")
	err := Write(path, func(w io.Writer) error {
		if _, err := w.Write(make([]byte, 3*bufferSize)); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) || !strings.Contains(err.Error(), path) {
		t.Fatalf("error %v", err)
	}
	if content(t, path) != "old" || names(t, dir) != "a.json" {
		t.Fatalf("the folder now holds %s", names(t, dir))
	}
}

func TestMissingFolderIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "nowhere", "a")
	for _, err := range []error{
		WriteBytes(path, nil),
		WriteFolder(path, func(string) error { return nil }),
	} {
		if !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), path) {
			t.Fatalf("error %v", err)
		}
		if strings.Contains(err.Error(), ".tmp") {
			t.Fatalf("the temporary name shows: %v", err)
		}
	}
}

func TestFolderIsReplacedAsAWhole(t *testing.T) {
	parent := t.TempDir()
	path := filepath.Join(parent, "png")
	put := func(name string) func(string) error {
		return func(dir string) error {
			if err := os.Mkdir(filepath.Join(dir, "1"), 0o755); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(dir, "1", name), []byte(name), 0o644)
		}
	}
	for _, name := range []string{"a", "b"} {
		if err := WriteFolder(path, put(name)); err != nil {
			t.Fatal(err)
		}
		if got := names(t, filepath.Join(path, "1")); got != name {
			t.Fatalf("folder holds %q, want %q", got, name)
		}
	}
	boom := errors.New("boom")
	err := WriteFolder(path, func(dir string) error {
		if err := put("c")(dir); err != nil {
			return err
		}
		return boom
	})
	if !errors.Is(err, boom) {
		t.Fatalf("error %v", err)
	}
	if names(t, parent) != "png" || names(t, filepath.Join(path, "1")) != "b" {
		t.Fatalf("after a failure: %s, %s", names(t, parent), names(t, filepath.Join(path, "1")))
	}
}
