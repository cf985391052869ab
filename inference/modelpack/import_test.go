package modelpack

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/masklet/masklet/inference/checkpoint/ckpttest"
)

// nanoCheckpoint writes a small complete checkpoint and returns its path.
func nanoCheckpoint(t testing.TB, ext string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "nano"+ext)
	if err := ckpttest.Write(path, ckpttest.Nano()); err != nil {
		t.Fatal(err)
	}
	return path
}

// importNano imports a small checkpoint at a small size into root.
func importNano(t testing.TB, root string) *Pack {
	t.Helper()
	p, err := Import(t.Context(), nanoCheckpoint(t, ".pt"), Options{Size: 64, Name: "nano", DestRoot: root})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestImport(t *testing.T) {
	root := t.TempDir()
	var stages []string
	var last, lastTotal int64
	p, err := Import(t.Context(), nanoCheckpoint(t, ".safetensors"), Options{Size: 64, Name: "nano", DestRoot: root,
		Progress: func(stage string, done, total int64) {
			if done < last || done > total {
				t.Errorf("%s: progress went from %d to %d of %d", stage, last, done, total)
			}
			last, lastTotal = done, total
			if len(stages) == 0 || stages[len(stages)-1] != stage {
				stages = append(stages, stage)
			}
		}})
	if err != nil {
		t.Fatal(err)
	}
	if want := filepath.Join(root, "nano-64"); p.Dir != want {
		t.Errorf("installed in %s, want %s", p.Dir, want)
	}
	if last != lastTotal || len(stages) < 6 {
		t.Errorf("progress ended at %d of %d after %q", last, lastTotal, stages)
	}
	m := p.Manifest
	if m.Family != FamilySAM21 || m.DModel != 64 || m.MemDim != 16 || m.MemoryTokens != 16 || !m.SignedPointerTPos || !m.NoObjEmbedSpatial {
		t.Errorf("manifest says %+v", m)
	}
	if err := p.Verify(t.Context(), nil); err != nil {
		t.Error(err)
	}
	left, _ := filepath.Glob(filepath.Join(root, ".import-*"))
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	c, err := p.Constants()
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]int{ConstNoMem: 64, ConstTPos: 7 * 16, ConstMemPos: 16 * 16, ConstNoObjPtr: 64,
		ConstPtrProjW: 16 * 64, ConstPtrProjB: 16, ConstMaskDownW: 16, ConstMaskDownB: 1}
	for name, n := range want {
		if len(c[name]) != n {
			t.Errorf("constant %s has %d values, want %d", name, len(c[name]), n)
		}
	}
	for _, tensor := range ckpttest.Nano() {
		if tensor.Name == "no_mem_embed" && tensor.Values()[5] != c[ConstNoMem][5] {
			t.Errorf("no_mem[5] = %v, want %v", c[ConstNoMem][5], tensor.Values()[5])
		}
	}
}

// A cancelled import leaves the folder as it was, wherever it is stopped.
func TestImportCancelled(t *testing.T) {
	path := nanoCheckpoint(t, ".pt")
	for _, stop := range []string{"Checking the checkpoint", "Building graph 1", "Building graph 3", "Writing the constants", "Installing"} {
		root := t.TempDir()
		ctx, cancel := context.WithCancel(t.Context())
		_, err := Import(ctx, path, Options{Size: 64, DestRoot: root, Progress: func(stage string, _, _ int64) {
			if strings.HasPrefix(stage, stop) {
				cancel()
			}
		}})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("stopped at %q: %v, want context.Canceled", stop, err)
		}
		for _, e := range visible(t, root) {
			t.Errorf("stopped at %q: %s was left behind", stop, e)
		}
		cancel()
	}
}

// visible lists what lies in root besides the root's own lock.
func visible(t *testing.T, root string) []string {
	t.Helper()
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if e.Name() != rootLock {
			names = append(names, e.Name())
		}
	}
	return names
}
