package checkpoint

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/masklet/masklet/inference/checkpoint/ckpttest"
)

// goldenFiles returns the files of the golden data that match a pattern, or
// skips the test.
func goldenFiles(t *testing.T, pattern string) []string {
	t.Helper()
	dir := os.Getenv("MASKLET_GOLDEN")
	if dir == "" {
		dir = "../../../shared/golden"
	}
	files, err := filepath.Glob(filepath.Join(dir, pattern))
	if err != nil || len(files) == 0 {
		t.Skipf("no golden data: %s has no %s", dir, pattern)
	}
	return files
}

// TestGoldenCheckpoints reads whole checkpoints that PyTorch and safetensors
// wrote and compares every value with the rule that made it.
func TestGoldenCheckpoints(t *testing.T) {
	read := 0
	for _, path := range goldenFiles(t, "*/ckpt/*") {
		model := strings.TrimSuffix(filepath.Base(path), filepath.Ext(path))
		manifest := filepath.Join(filepath.Dir(path), "../../manifests", model+".json")
		if _, err := os.Stat(manifest); err != nil {
			continue
		}
		read++
		t.Run(filepath.Base(path), func(t *testing.T) {
			tensors, err := ckpttest.FromManifest(manifest)
			if err != nil {
				t.Fatal(err)
			}
			compareAll(t, path, tensors)
		})
	}
	if read == 0 {
		t.Skip("no golden checkpoint with a manifest")
	}
}

// compareAll compares a file with the tensors that it was made of.
func compareAll(t *testing.T, path string, want []ckpttest.Tensor) {
	t.Helper()
	f, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if len(f.Names()) != len(want) {
		t.Errorf("%d tensors, want %d", len(f.Names()), len(want))
	}
	for _, w := range want {
		info, ok := f.Tensor(w.Name)
		if !ok || !slices.Equal(info.Shape, w.Shape) || info.DType != w.DType {
			t.Errorf("%s is %+v, want shape %v and type %s", w.Name, info, w.Shape, w.DType)
			continue
		}
		got, err := f.Float32(w.Name)
		if err != nil {
			t.Error(err)
			continue
		}
		if values := w.Values(); !slices.Equal(got, values) {
			t.Errorf("%s: values differ: %v..., want %v...", w.Name, got[:min(4, len(got))], values[:min(4, len(values))])
		}
	}
}

// TestGoldenOddTensors reads views, shared storages, rare types, a scalar and
// an empty tensor that PyTorch wrote, beside entries that are no tensors.
func TestGoldenOddTensors(t *testing.T) {
	for _, path := range goldenFiles(t, "*/ckpt/odd_tensors*.pt") {
		list := strings.TrimSuffix(strings.TrimSuffix(path, ".pt"), "_bare") + ".json"
		data, err := os.ReadFile(list)
		if err != nil {
			t.Fatal(err)
		}
		var want map[string]struct {
			Shape  []int
			DType  string
			Values []float64
		}
		if err := json.Unmarshal(data, &want); err != nil {
			t.Fatal(err)
		}
		f, err := Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if len(f.Names()) != len(want) {
			t.Errorf("%s: has %q, want %d tensors", path, f.Names(), len(want))
		}
		for name, w := range want {
			shape, ok := f.Shape(name)
			if !ok || !slices.Equal(shape, w.Shape) {
				t.Errorf("%s: %s has shape %v, want %v", path, name, shape, w.Shape)
				continue
			}
			got, err := f.Float32(name)
			if err != nil || len(got) != len(w.Values) {
				t.Errorf("%s: %s: %v, %v", path, name, got, err)
				continue
			}
			for i, v := range w.Values {
				if got[i] != float32(v) && !(math.IsNaN(v) && got[i] != got[i]) {
					t.Errorf("%s: %s[%d] = %v, want %v", path, name, i, got[i], v)
				}
			}
		}
	}
}

func TestGoldenLegacy(t *testing.T) {
	for _, path := range goldenFiles(t, "*/ckpt/legacy*.pt") {
		_, err := Open(path)
		if !errors.Is(err, ErrLegacy) || !strings.Contains(err.Error(), path) {
			t.Errorf("%v, want ErrLegacy with the path", err)
		}
	}
}
