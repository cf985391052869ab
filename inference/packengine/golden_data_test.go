package packengine

import (
	"bufio"
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

// mix and fnv are the generator of the golden data's weights and samples.
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

// rule says how one tensor is generated.
type rule struct {
	Kind string  `json:"kind"`
	A    float64 `json:"a"`
	B    float64 `json:"b"`
}

func (r rule) value(h, i uint64) float32 {
	u := func(k uint64) float64 { return float64(mix(h+k)>>40)*(1.0/(1<<23)) - 1 }
	v := 0.0
	switch r.Kind {
	case "u":
		v = u(i)
	case "n":
		v = (u(3*i) + u(3*i+1)) + u(3*i+2)
	}
	scaled := r.B * v // a statement of its own: no fused multiply-add
	return float32(r.A + scaled)
}

// generateCheckpoint writes a complete .safetensors file of generated weights.
func generateCheckpoint(t testing.TB, manifest, path string) {
	t.Helper()
	var man struct {
		Tensors []struct {
			Name  string `json:"name"`
			Shape []int  `json:"shape"`
			Dtype string `json:"dtype"`
			Rule  rule   `json:"rule"`
			PRNG  rule   `json:"prng"`
		} `json:"tensors"`
	}
	readJSON(t, manifest, &man)
	header := map[string]any{}
	at := 0
	for _, ts := range man.Tensors {
		n := count(ts.Shape)
		size, dtype := 4*n, "F32"
		if ts.Dtype == "I64" || ts.Dtype == "int64" {
			size, dtype = 8*n, "I64"
		}
		header[ts.Name] = map[string]any{"dtype": dtype, "shape": ts.Shape, "data_offsets": []int{at, at + size}}
		at += size
	}
	head, err := json.Marshal(header)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	w.Write(binary.LittleEndian.AppendUint64(nil, uint64(len(head))))
	w.Write(head)
	buf := make([]byte, 8)
	for _, ts := range man.Tensors {
		r := ts.Rule
		if r.Kind == "" {
			r = ts.PRNG
		}
		h := fnv(ts.Name)
		for i := range count(ts.Shape) {
			v := r.value(h, uint64(i))
			if ts.Dtype == "I64" || ts.Dtype == "int64" {
				binary.LittleEndian.PutUint64(buf, uint64(int64(v)))
				w.Write(buf)
				continue
			}
			binary.LittleEndian.PutUint32(buf, math.Float32bits(v))
			w.Write(buf[:4])
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
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
