package ort

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
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

func TestBesideTheBinary(t *testing.T) {
	root := t.TempDir()
	name := strings.ReplaceAll(filePatterns()[0], "*", "")
	want := []string{filepath.Join(root, "bin", name), filepath.Join(root, "bin", "lib", name), filepath.Join(root, "lib", "masklet", name)}
	for _, file := range append(want, filepath.Join(root, "lib", name)) {
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got := besideBinary(filepath.Join(root, "bin")); !slices.Equal(got, want) {
		t.Errorf("libraries %v, want %v", got, want)
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

func TestUserDataFolder(t *testing.T) {
	for _, c := range []struct {
		goos string
		env  map[string]string
		want string
	}{
		{"linux", map[string]string{"HOME": "/h"}, "/h/.local/share/masklet"},
		{"linux", map[string]string{"HOME": "/h", "XDG_DATA_HOME": "/d"}, "/d/masklet"},
		{"linux", map[string]string{"HOME": "/h", "XDG_DATA_HOME": "relative"}, "/h/.local/share/masklet"},
		{"darwin", map[string]string{"HOME": "/h"}, "/h/Library/Application Support/Masklet"},
		{"windows", map[string]string{"LOCALAPPDATA": "/l", "HOME": "/h"}, "/l/Masklet"},
		{"windows", map[string]string{"HOME": "/h"}, ""},
		{"linux", nil, ""},
	} {
		if got := filepath.ToSlash(userData(c.goos, func(k string) string { return c.env[k] })); got != c.want {
			t.Errorf("%s %v: %q, want %q", c.goos, c.env, got, c.want)
		}
	}
}

// A library can be loaded once per process, so each bad one is tried in a
// process of its own: this test runs itself.
func TestLibrariesThatCannotBeLoaded(t *testing.T) {
	dir := t.TempDir()
	text := filepath.Join(dir, "text", filepath.Base(strings.ReplaceAll(filePatterns()[0], "*", "")))
	if err := os.MkdirAll(filepath.Dir(text), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(text, []byte("not a library"), 0o600); err != nil {
		t.Fatal(err)
	}
	missing := filepath.Join(dir, "none.so")
	for name, c := range map[string]struct {
		env  []string
		says []string
	}{
		"missing":   {[]string{LibraryEnv + "=" + missing}, []string{LibraryEnv, missing}},
		"damaged":   {[]string{LibraryEnv + "=" + text}, []string{text, "cannot be loaded"}},
		"data home": {[]string{"XDG_DATA_HOME=" + dir, "HOME=" + dir}, []string{"no library found", LibraryEnv, MinVersion}},
	} {
		t.Run(name, func(t *testing.T) {
			got := loadElsewhere(t, dir, c.env...)
			for _, want := range c.says {
				if !strings.Contains(got, want) {
					t.Errorf("the error %q does not say %q", got, want)
				}
			}
			if !strings.HasPrefix(got, ErrLibrary.Error()) || strings.Contains(got, "\n") {
				t.Errorf("the error is %q", got)
			}
		})
	}
	t.Run("wrong version", func(t *testing.T) {
		lib := fakeLibrary(t, dir)
		got := loadElsewhere(t, dir, LibraryEnv+"="+lib)
		if !strings.Contains(got, "too old") || !strings.Contains(got, lib) || !strings.Contains(got, MinVersion) {
			t.Errorf("the error is %q", got)
		}
	})
}

const childEnv = "MASKLET_ORT_CHILD"

// TestChild is the other process of loadElsewhere.
func TestChild(t *testing.T) {
	out := os.Getenv(childEnv)
	if out == "" {
		t.Skip("only run by TestLibrariesThatCannotBeLoaded")
	}
	text := ""
	if _, err := Load(); err != nil {
		text = err.Error()
	}
	if err := os.WriteFile(out, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// loadElsewhere returns the error of Load in another process that sees neither
// the source tree nor this one's environment.
func loadElsewhere(t *testing.T, dir string, env ...string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "error")
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-test.run=^TestChild$")
	cmd.Dir = dir
	cmd.Env = append([]string{childEnv + "=" + out}, env...)
	if text, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	data, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) == 0 {
		t.Skip("the system has an ONNX Runtime library of its own")
	}
	return string(data)
}

// fakeLibrary compiles a library that has no interface as new as is needed.
func fakeLibrary(t *testing.T, dir string) string {
	t.Helper()
	cc, err := exec.LookPath("cc")
	if err != nil {
		t.Skip("needs a C compiler")
	}
	src, lib := filepath.Join(dir, "old.c"), filepath.Join(dir, "libold.so")
	code := `const void* api(unsigned v) { return v <= 20 ? "x" : 0; }
const char* version(void) { return "1.20.1"; }
struct { const void* (*get)(unsigned); const char* (*version)(void); } base = { api, version };
void* OrtGetApiBase(void) { return &base; }
`
	if err := os.WriteFile(src, []byte(code), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command(cc, "-shared", "-fPIC", "-o", lib, src).CombinedOutput(); err != nil {
		t.Skipf("the C compiler fails: %v: %s", err, out)
	}
	return lib
}
