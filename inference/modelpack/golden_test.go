package modelpack

import (
	"encoding/binary"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// goldenGraphs is what the golden data says of one model at one input size.
type goldenGraphs struct {
	Cases []struct {
		Graph   string
		Outputs []struct {
			Name   string
			Shape  []int
			File   string
			Offset int64
			TolAbs float64         `json:"tol_abs"`
			Sample json.RawMessage // present if only some elements are stored
		}
	}
}

// referenceNames are the reference's names of constants that have other ones here.
var referenceNames = map[string]string{
	"memPos": ConstMemPos, "mask_downsample.weight": ConstMaskDownW, "mask_downsample.bias": ConstMaskDownB,
	"obj_ptr_tpos_proj.weight": ConstPtrProjW, "obj_ptr_tpos_proj.bias": ConstPtrProjB,
}

// TestGoldenImport imports every golden checkpoint and compares the manifest
// and the constants with what the reference says.
func TestGoldenImport(t *testing.T) {
	dir := os.Getenv("MASKLET_GOLDEN")
	if dir == "" {
		dir = "../../../shared/golden"
	}
	folders, err := filepath.Glob(filepath.Join(dir, "*", "graphs_*"))
	if err != nil || len(folders) == 0 {
		t.Skip("no golden data in ", dir)
	}
	imported := 0
	for _, folder := range folders {
		model := filepath.Base(filepath.Dir(folder))
		size := strings.TrimPrefix(filepath.Base(folder), "graphs_")
		files, _ := filepath.Glob(filepath.Join(filepath.Dir(folder), "ckpt", model+".*"))
		for _, path := range files {
			imported++
			t.Run(filepath.Base(path)+"_"+size, func(t *testing.T) {
				var m struct{ Config goldenConfig }
				readJSON(t, filepath.Join(dir, "manifests", model+".json"), &m)
				p, err := Import(t.Context(), path, Options{Size: atoi(t, size), DestRoot: t.TempDir()})
				if err != nil {
					t.Fatal(err)
				}
				m.Config.compare(t, p.Manifest)
				compareConstants(t, p, folder)
			})
		}
	}
	if imported == 0 {
		t.Skip("the golden data has no checkpoints")
	}
}

// goldenConfig holds the facts about a model that a manifest repeats.
type goldenConfig struct {
	Family            string
	DModel            int  `json:"d_model"`
	MemDim            int  `json:"mem_dim"`
	NumMaskmem        int  `json:"num_maskmem"`
	MaxPointers       int  `json:"max_obj_ptrs"`
	NoObjEmbedSpatial bool `json:"no_obj_embed_spatial"`
	SignedTPos        bool `json:"signed_tpos"`
}

func (c goldenConfig) compare(t *testing.T, m Manifest) {
	t.Helper()
	got := goldenConfig{m.Family, m.DModel, m.MemDim, m.NumMaskmem, m.MaxPointers, m.NoObjEmbedSpatial, m.SignedPointerTPos}
	if got != c {
		t.Errorf("the manifest says %+v, want %+v", got, c)
	}
}

// compareConstants compares constants.bin with the reference.
func compareConstants(t *testing.T, p *Pack, folder string) {
	t.Helper()
	var g goldenGraphs
	readJSON(t, filepath.Join(folder, "index.json"), &g)
	constants, err := p.Constants()
	if err != nil {
		t.Fatal(err)
	}
	compared := 0
	for _, c := range g.Cases {
		if c.Graph != "constants" {
			continue
		}
		for _, o := range c.Outputs {
			name := o.Name
			if here, ok := referenceNames[name]; ok {
				name = here
			}
			got, ok := constants[name]
			if !ok {
				continue
			}
			compared++
			if o.Sample != nil {
				continue
			}
			for i, want := range readFloats(t, filepath.Join(folder, o.File), o.Offset, o.Shape) {
				if i >= len(got) || math.Abs(float64(got[i]-want)) > o.TolAbs {
					t.Errorf("constant %s[%d] of %d: want %v", o.Name, i, len(got), want)
					break
				}
			}
		}
	}
	if compared != len(constants) {
		t.Errorf("%d of %d constants were compared", compared, len(constants))
	}
}

func readFloats(t *testing.T, path string, offset int64, shape []int) []float32 {
	t.Helper()
	n := 1
	for _, d := range shape {
		n *= d
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	data := make([]byte, 4*n)
	if _, err := f.ReadAt(data, offset); err != nil {
		t.Fatal(err)
	}
	out := make([]float32, n)
	for i := range out {
		out[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
	}
	return out
}

func readJSON(t *testing.T, path string, v any) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, v)
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func atoi(t *testing.T, s string) int {
	t.Helper()
	n := 0
	if err := json.Unmarshal([]byte(s), &n); err != nil {
		t.Fatal(err)
	}
	return n
}
