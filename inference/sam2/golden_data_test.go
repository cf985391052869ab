package sam2_test

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// goldenRoot returns the folder of the golden data, or skips the test. explicit
// says that it was named by the environment.
func goldenRoot(t testing.TB) (dir string, explicit bool) {
	t.Helper()
	dir = os.Getenv("MASKLET_GOLDEN")
	explicit = dir != ""
	if !explicit {
		dir = "../../../shared/golden"
	}
	if _, err := os.Stat(filepath.Join(dir, "traces.json")); err != nil {
		t.Skipf("needs the golden data (MASKLET_GOLDEN): %v", err)
	}
	return dir, explicit
}

// mix and fnv choose the elements of the golden data's samples.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

func fnv(name string) uint64 {
	h := uint64(0xcbf29ce484222325)
	for _, c := range []byte(name) {
		h = (h ^ uint64(c)) * 0x100000001b3
	}
	return h
}

func count(shape []int) int {
	n := 1
	for _, d := range shape {
		n *= d
	}
	return n
}

func readJSON(t testing.TB, path string, v any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// stored is an array of a golden index: all of it, or a sample.
type stored struct {
	Shape  []int   `json:"shape"`
	Mean   float64 `json:"mean"`
	NPos   int     `json:"npos"`
	Offset int     `json:"offset"`
	Count  int     `json:"count"`
	Sample *struct {
		Name string `json:"name"`
		N    int    `json:"n"`
	} `json:"sample"`
}

// compare returns the largest difference between got and the stored values.
func (s stored) compare(data []byte, got []float32) (float64, error) {
	if len(got) != count(s.Shape) {
		return 0, fmt.Errorf("%d values, want %v", len(got), s.Shape)
	}
	worst := 0.0
	for j := range s.Count {
		want := math.Float32frombits(binary.LittleEndian.Uint32(data[s.Offset+4*j:]))
		i := j
		if s.Sample != nil {
			i = int(mix(fnv(s.Sample.Name)+uint64(j)) % uint64(len(got)))
		}
		d := math.Abs(float64(got[i]) - float64(want))
		if !(d <= worst) {
			worst = d
		}
	}
	return worst, nil
}
