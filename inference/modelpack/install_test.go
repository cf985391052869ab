package modelpack

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestMain lets the test program stand in for a masklet that imports a
// checkpoint, so that tests can kill a real process.
func TestMain(m *testing.M) {
	if path := os.Getenv("MODELPACK_TEST_IMPORT"); path != "" {
		p, err := Import(context.Background(), path, Options{Size: 64, Name: "nano", DestRoot: os.Getenv("MODELPACK_TEST_ROOT")})
		if err != nil {
			fmt.Println("error:", err)
			os.Exit(1)
		}
		fmt.Println(p.Dir)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func startImport(t *testing.T, path, root string) (*exec.Cmd, *strings.Builder) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "MODELPACK_TEST_IMPORT="+path, "MODELPACK_TEST_ROOT="+root)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, &out
}

// TestKilledImport kills importing processes at many moments of their work.
// After each, every pack that can be seen is whole, and the next import clears
// away what was left and succeeds.
func TestKilledImport(t *testing.T) {
	path, root := nanoCheckpoint(t, ".pt"), t.TempDir()
	began := time.Now()
	cmd, out := startImport(t, path, root)
	if err := cmd.Wait(); err != nil {
		t.Fatal(err, out)
	}
	whole := time.Since(began)
	if err := NewStore(root).Remove("nano-64"); err != nil {
		t.Fatal(err)
	}
	moments, leftovers, absent := 24, 0, 0
	if testing.Short() {
		moments = 10
	}
	for i := range moments {
		cmd, _ := startImport(t, path, root)
		time.Sleep(whole * time.Duration(i) / time.Duration(moments))
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		for _, name := range visible(t, root) {
			if strings.HasPrefix(name, ".") {
				leftovers++
			}
		}
		list, err := NewStore(root).List()
		if err != nil || len(list) > 1 {
			t.Fatalf("killed after %d/%d: %v %v", i, moments, list, err)
		}
		if len(list) == 0 {
			absent++
			continue
		}
		if list[0].Err != nil || list[0].Pack.Verify(t.Context(), nil) != nil {
			t.Fatalf("killed after %d/%d: a pack that is not whole can be seen: %v", i, moments, list[0].Err)
		}
		if err := NewStore(root).Remove("nano-64"); err != nil {
			t.Fatal(err)
		}
	}
	if leftovers == 0 || absent == 0 {
		t.Errorf("no import was stopped midway (%d leftovers, %d without a pack)", leftovers, absent)
	}
	if _, err := Import(t.Context(), path, Options{Size: 64, Name: "nano", DestRoot: root}); err != nil {
		t.Fatal(err)
	}
	if got := visible(t, root); len(got) != 1 || got[0] != "nano-64" {
		t.Errorf("after the next import there are %q", got)
	}
}

// A process that was killed after it installed the pack leaves its lock, which
// the next import clears away though it has nothing to install.
func TestKilledAfterInstall(t *testing.T) {
	root := t.TempDir()
	importNano(t, root)
	left := filepath.Join(root, stagePrefix+"7"+lockSuffix)
	if err := os.WriteFile(left, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	importNano(t, root)
	if _, err := os.Stat(left); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is still there (%v)", err)
	}
}

// TestTwoImporters runs importers of the same and of different packs at the
// same time, in one process and in several.
func TestTwoImporters(t *testing.T) {
	path, root := nanoCheckpoint(t, ".pt"), t.TempDir()
	cmd, out := startImport(t, path, root)
	var wg sync.WaitGroup
	for i := range 6 {
		wg.Go(func() {
			size := 64 + 32*(i%3)
			p, err := Import(t.Context(), path, Options{Size: size, Name: "nano", DestRoot: root})
			if err != nil {
				t.Error(err)
			} else if want := "nano-" + strconv.Itoa(size); p.Name() != want {
				t.Errorf("installed as %s, want %s", p.Name(), want)
			}
		})
	}
	wg.Wait()
	if err := cmd.Wait(); err != nil {
		t.Error(err, out)
	}
	if got := strings.Join(visible(t, root), " "); got != "nano-128 nano-64 nano-96" {
		t.Errorf("there are %s", got)
	}
	list, err := NewStore(root).List()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range list {
		if l.Err != nil || l.Pack.Verify(t.Context(), nil) != nil {
			t.Errorf("%s is not whole: %v", l.Name, l.Err)
		}
	}
}

// TestSideBySide: packs of other origin keep their places.
func TestSideBySide(t *testing.T) {
	root := t.TempDir()
	first := importNano(t, root)
	again := importNano(t, root) // from another file with the same bytes
	if again.Dir != first.Dir {
		t.Errorf("the same checkpoint was installed twice, in %s and %s", first.Dir, again.Dir)
	}
	other, err := Import(t.Context(), nanoCheckpoint(t, ".safetensors"), Options{Size: 64, Name: "nano", DestRoot: root})
	if err != nil {
		t.Fatal(err)
	}
	if want := "nano-64-" + other.Manifest.CheckpointSHA256[:8]; other.Name() != want {
		t.Errorf("another checkpoint was installed as %s, want %s", other.Name(), want)
	}
	old := *first
	old.Dir = filepath.Join(t.TempDir(), "nano-64")
	if err := os.CopyFS(old.Dir, os.DirFS(first.Dir)); err != nil {
		t.Fatal(err)
	}
	replaceInManifest(t, old.Dir, `"builder_version": `+strconv.Itoa(old.Manifest.BuilderVersion), `"builder_version": 77`)
	newer, err := ImportPack(t.Context(), old.Dir, root, nil)
	if err != nil || newer.Name() != "nano-64-v77" {
		t.Fatalf("another builder's pack was installed as %v, %v", newer, err)
	}
	for _, p := range []*Pack{first, other, newer} {
		if err := p.Verify(t.Context(), nil); err != nil {
			t.Error(err)
		}
	}
	plain, err := Import(t.Context(), nanoCheckpoint(t, ".pt"), Options{Size: 64, Name: "nano", DestRoot: root, Plain: true})
	if err != nil || plain.Name() != "nano-plain-64" || plain.Manifest.Files[1].SHA256 == first.Manifest.Files[1].SHA256 {
		t.Errorf("the plain form was installed as %v, %v", plain, err)
	}
	// A folder of the user's own is in the way and is not touched.
	mine := filepath.Join(root, "nano-96")
	if err := os.MkdirAll(filepath.Join(mine, "keep"), 0o755); err != nil {
		t.Fatal(err)
	}
	p, err := Import(t.Context(), nanoCheckpoint(t, ".pt"), Options{Size: 96, Name: "nano", DestRoot: root})
	if err != nil || p.Dir == mine {
		t.Errorf("%v %v, want another folder than %s", p, err, mine)
	}
	if _, err := os.Stat(filepath.Join(mine, "keep")); err != nil {
		t.Error(err)
	}
}

func replaceInManifest(t *testing.T, dir, old, new string) {
	t.Helper()
	path := filepath.Join(dir, ManifestName)
	data, err := os.ReadFile(path)
	if err == nil && !strings.Contains(string(data), old) {
		err = fmt.Errorf("no %s in %s", old, data)
	}
	if err == nil {
		err = os.WriteFile(path, []byte(strings.Replace(string(data), old, new, 1)), 0o644)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestRepair: importing again replaces a damaged pack.
func TestRepair(t *testing.T) {
	root := t.TempDir()
	p := importNano(t, root)
	damage(t, p.GraphPath(GraphDecoder))
	if err := p.Verify(t.Context(), nil); !errors.Is(err, ErrDamaged) || !strings.Contains(err.Error(), "decoder.onnx") {
		t.Errorf("damaged pack: %v", err)
	}
	p = importNano(t, root)
	if err := p.Verify(t.Context(), nil); err != nil {
		t.Error(err)
	}
	if got := visible(t, root); len(got) != 1 {
		t.Errorf("there are %q", got)
	}
}

// damage changes one byte in the middle of a file.
func damage(t *testing.T, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	data[len(data)/2] ^= 0xff
	if err := os.WriteFile(path, data, 0o644); err != nil {
		t.Fatal(err)
	}
}
