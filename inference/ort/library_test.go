package ort

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLoadGivesOneRuntime(t *testing.T) {
	rt := runtimeForTest(t)
	again, err := Load(t.TempDir())
	if err != nil || again != rt {
		t.Fatalf("second Load: %p, %v; want %p", again, err, rt)
	}
	if !atLeast(rt.Version(), MinVersion) || rt.Path() == "" {
		t.Errorf("version %q from %q", rt.Version(), rt.Path())
	}
}

func TestVersions(t *testing.T) {
	for have, want := range map[string]bool{
		"1.25.0": true, "1.30.0": true, "2.0": true, "1.24.9": false, "1.9.0": false, "0.99": false, "": false, "x.y": false,
	} {
		if got := atLeast(have, "1.25"); got != want {
			t.Errorf("atLeast(%q) = %v", have, got)
		}
	}
}

func TestEnvironmentVariableComesFirstAndAlone(t *testing.T) {
	t.Setenv(LibraryEnv, "/somewhere/lib.so")
	if got := candidates([]string{t.TempDir()}); len(got) != 1 || got[0] != "/somewhere/lib.so" {
		t.Errorf("candidates %v", got)
	}
}

func TestSearchOrder(t *testing.T) {
	t.Setenv(LibraryEnv, "")
	data := t.TempDir()
	name := strings.ReplaceAll(filePatterns()[0], "*", "")
	own := filepath.Join(data, "ort", name)
	if err := os.MkdirAll(filepath.Dir(own), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(own, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	got := candidates([]string{data})
	at := -1
	for i, c := range got {
		if c == own {
			at = i
		}
	}
	if at < 0 || filepath.Base(got[len(got)-1]) != got[len(got)-1] && !filepath.IsAbs(got[len(got)-1]) {
		t.Fatalf("the data folder's library is not among %v, or the system's is not last", got)
	}
}

// The cases below try libraries that cannot be loaded. They are safe beside a
// runtime that is already loaded only because each fails before the binding
// keeps anything of it.
func TestLibrariesThatCannotBeLoaded(t *testing.T) {
	if process.rt != nil {
		t.Skip("needs a process in which no library is loaded yet; run it alone")
	}
	dir := t.TempDir()
	text := filepath.Join(dir, "libonnxruntime.so")
	if err := os.WriteFile(text, []byte("not a library"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := loadFirst([]string{text})
	if !errors.Is(err, ErrLibrary) || !strings.Contains(err.Error(), text) {
		t.Errorf("a text file: %v", err)
	}
	_, err = loadFirst([]string{filepath.Join(dir, "none.so")})
	if !errors.Is(err, ErrLibrary) || !strings.Contains(err.Error(), LibraryEnv) {
		t.Errorf("no library at all: %v", err)
	}
	t.Setenv(LibraryEnv, filepath.Join(dir, "none.so"))
	_, err = loadFirst(candidates(nil))
	if !errors.Is(err, ErrLibrary) || !errors.Is(err, os.ErrNotExist) || !strings.Contains(err.Error(), LibraryEnv) {
		t.Errorf("the variable names a missing file: %v", err)
	}
}
