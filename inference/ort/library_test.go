package ort

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/masklet/masklet/inference/internal/filehash"
	"github.com/masklet/masklet/inference/ort/orttest"
)

func TestLoadGivesOneRuntime(t *testing.T) {
	rt := runtimeForTest(t)
	again, err := Load()
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

func TestLibraryThatIsNamed(t *testing.T) {
	own := touch(t, filepath.Join(t.TempDir(), "build of my own"))
	t.Setenv(LibraryEnv, own)
	if got, err := find(); err != nil || got != own {
		t.Errorf("found %s, %v", got, err)
	}
	t.Setenv(LibraryEnv, own+"-gone")
	if got, err := find(); !errors.Is(err, ErrLibrary) || !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), LibraryEnv) {
		t.Errorf("found %s, %v", got, err)
	}
}

func touch(t *testing.T, path string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("not a library"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// Nothing is taken from the working directory or the folders above it, whatever
// lies there.
func TestWorkingDirectoryHoldsNoLibrary(t *testing.T) {
	root := t.TempDir()
	name := strings.ReplaceAll(libraryPattern(runtime.GOOS), "*", "")
	for _, dir := range []string{"", ".cache/ort", "lib", "work", "work/lib", "work/.cache/ort"} {
		touch(t, filepath.Join(root, dir, name))
	}
	touch(t, filepath.Join(root, "go.mod"))
	if err := os.WriteFile(filepath.Join(root, "go.mod"), []byte("module github.com/masklet/masklet\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Chdir(filepath.Join(root, "work"))
	for _, dir := range installed() {
		if !filepath.IsAbs(dir) || strings.HasPrefix(dir, root) {
			t.Errorf("libraries are taken from %s", dir)
		}
	}
}

// Only published builds are loaded from where the program looks, and only if
// everything that they load themselves is published too.
func TestOnlyKnownBuilds(t *testing.T) {
	orttest.Library(t)
	published := os.Getenv(LibraryEnv)
	if sum, err := filehash.SHA256(t.Context(), published, nil); err != nil || !isKnown(sum) {
		t.Skipf("%s is not a published build (%v)", published, err)
	}
	dir := t.TempDir()
	lib := filepath.Join(dir, filepath.Base(published))
	if err := os.Symlink(published, lib); err != nil {
		t.Skipf("no symbolic links here: %v", err)
	}
	if err := checkKnown(lib); err != nil {
		t.Errorf("the published build: %v", err)
	}
	plugin := touch(t, filepath.Join(dir, strings.ReplaceAll(companions(runtime.GOOS)[0], "*", "cuda")))
	if err := checkKnown(lib); !errors.Is(err, ErrLibrary) || !strings.Contains(err.Error(), plugin) || !strings.Contains(err.Error(), LibraryEnv) {
		t.Errorf("a foreign plug-in beside it: %v", err)
	}
	foreign := touch(t, filepath.Join(dir, "other", filepath.Base(published)))
	if err := checkKnown(foreign); !errors.Is(err, ErrLibrary) || !strings.Contains(err.Error(), foreign) {
		t.Errorf("a foreign library: %v", err)
	}
}

// Every line of the list is a sum, a platform and the name of a file that would
// be looked for there.
func TestListOfKnownBuilds(t *testing.T) {
	systems := map[string]string{"linux": "linux", "darwin": "darwin", "win32": "windows"}
	lines := strings.Split(strings.TrimSpace(known), "\n")
	for _, line := range lines {
		sum, file, _ := strings.Cut(line, "  ")
		parts := strings.Split(file, "/")
		if len(sum) != 64 || len(parts) != 3 || systems[parts[0]] == "" || !isKnown(sum) {
			t.Errorf("line %q", line)
			continue
		}
		goos := systems[parts[0]]
		if !slices.ContainsFunc(append(companions(goos), libraryPattern(goos)), func(pattern string) bool {
			ok, err := filepath.Match(pattern, parts[2])
			return ok && err == nil
		}) {
			t.Errorf("%s is not looked for", file)
		}
	}
	if len(lines) < 5 || isKnown("") {
		t.Errorf("%d known builds", len(lines))
	}
}

// A library can be loaded once per process, so each bad one is tried in a
// process of its own: this test runs itself.
func TestLibrariesThatCannotBeLoaded(t *testing.T) {
	dir := t.TempDir()
	name := strings.ReplaceAll(libraryPattern(runtime.GOOS), "*", "")
	text := touch(t, filepath.Join(dir, "text", name))
	home := filepath.Join(dir, "home")
	foreign := touch(t, filepath.Join(home, "masklet", name))
	missing := filepath.Join(dir, "none.so")
	for name, c := range map[string]struct {
		env  []string
		says []string
	}{
		"missing":   {[]string{LibraryEnv + "=" + missing}, []string{LibraryEnv, missing}},
		"damaged":   {[]string{LibraryEnv + "=" + text}, []string{text, "cannot be loaded"}},
		"none":      {[]string{"XDG_DATA_HOME=" + dir, "HOME=" + dir}, []string{"no library found", LibraryEnv, MinVersion}},
		"data home": {[]string{"XDG_DATA_HOME=" + home, "HOME=" + home}, []string{foreign, "not a published build", LibraryEnv}},
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
