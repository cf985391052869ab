package modelpack

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestManifestLies changes one fact of a valid manifest at a time.
func TestManifestLies(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(importNano(t, t.TempDir()).Dir, ManifestName))
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(m *Manifest){
		"no format":          func(m *Manifest) { m.Format = 0 },
		"empty name":         func(m *Manifest) { m.Name = "" },
		"hidden name":        func(m *Manifest) { m.Name = ".x" },
		"family":             func(m *Manifest) { m.Family = "sam3" },
		"image size":         func(m *Manifest) { m.ImageSize = 63 },
		"image size huge":    func(m *Manifest) { m.ImageSize = 1 << 20; m.FeatureSize = 1 << 16; m.LowResSize = 1 << 18 },
		"feature size":       func(m *Manifest) { m.FeatureSize++ },
		"low-res size":       func(m *Manifest) { m.LowResSize++ },
		"channels":           func(m *Manifest) { m.DModel = 0 },
		"memory channels":    func(m *Manifest) { m.MemDim = -1 },
		"tokens":             func(m *Manifest) { m.MemoryTokens = 1 << 40 },
		"memory frames":      func(m *Manifest) { m.NumMaskmem = 0 },
		"pointers":           func(m *Manifest) { m.MaxPointers = -1 },
		"zero std":           func(m *Manifest) { m.Std[1] = 0 },
		"checkpoint hash":    func(m *Manifest) { m.CheckpointSHA256 = "abc" },
		"builder":            func(m *Manifest) { m.BuilderVersion = 0 },
		"graph missing":      func(m *Manifest) { delete(m.Graphs, GraphDecoder) },
		"graph not listed":   func(m *Manifest) { m.Graphs[GraphDecoder] = Graph{File: "x.onnx"} },
		"graph without ends": func(m *Manifest) { m.Graphs[GraphDecoder] = Graph{File: "decoder.onnx"} },
		"file elsewhere":     func(m *Manifest) { m.Files[0].Name = "../x" },
		"file is manifest":   func(m *Manifest) { m.Files[0].Name = ManifestName },
		"file twice":         func(m *Manifest) { m.Files = append(m.Files, m.Files[0]) },
		"file negative":      func(m *Manifest) { m.Files[0].Size = -1 },
		"file huge":          func(m *Manifest) { m.Files[0].Size = 1 << 60 },
		"file hash":          func(m *Manifest) { m.Files[0].SHA256 = strings.ToUpper(m.Files[0].SHA256) },
		"many files":         func(m *Manifest) { m.Files = make([]File, 100) },
		"constant missing":   func(m *Manifest) { m.Constants = m.Constants[1:] },
		"constant twice":     func(m *Manifest) { m.Constants = append(m.Constants, m.Constants[0]) },
		"constant shape":     func(m *Manifest) { m.Constants[0].Shape = []int{1 << 40, 1 << 40} },
		"constant negative":  func(m *Manifest) { m.Constants[0].Shape = []int{-1} },
		"constant count":     func(m *Manifest) { m.Constants[0].Shape = []int{2} },
		"constant outside":   func(m *Manifest) { m.Constants[0].Offset = 1 << 40 },
		"constant before":    func(m *Manifest) { m.Constants[0].Offset = -4 },
		"constant askew":     func(m *Manifest) { m.Constants[0].Offset = 2 },
		"constants unlisted": func(m *Manifest) { m.Files = m.Files[:4] },
	} {
		var m Manifest
		if err := json.Unmarshal(data, &m); err != nil {
			t.Fatal(err)
		}
		change(&m)
		bad, err := json.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := readManifest(bytes.NewReader(bad)); !errors.Is(err, ErrNotPack) || !strings.Contains(fmt.Sprint(err), ManifestName) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := readManifest(bytes.NewReader(data)); err != nil {
		t.Error(err)
	}
}

// FuzzManifest: a manifest that is accepted never names a place outside its
// folder and never asks for unbounded memory.
func FuzzManifest(f *testing.F) {
	data, err := os.ReadFile(filepath.Join(importNano(f, f.TempDir()).Dir, ManifestName))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data)
	f.Add([]byte(`{"format":2}`))
	f.Add([]byte(`{"format":1,"graphs":{}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := readManifest(bytes.NewReader(data))
		if err != nil {
			if !errors.Is(err, ErrNotPack) && !errors.Is(err, ErrNewer) {
				t.Errorf("%v", err)
			}
			return
		}
		for _, file := range m.Files {
			if filepath.Base(file.Name) != file.Name || file.Name == ".." {
				t.Errorf("accepted the file name %q", file.Name)
			}
		}
		for _, c := range m.Constants {
			if n := c.Count(); n < 0 || int64(n)*4 > maxConstants {
				t.Errorf("accepted a constant of %d values", n)
			}
		}
	})
}

// TestNames: a name is one plain path element on every system.
func TestNames(t *testing.T) {
	for _, good := range []string{"a", "sam2.1-tiny", "My_Model-512"} {
		if err := checkName(good); err != nil {
			t.Errorf("%q: %v", good, err)
		}
	}
	for _, bad := range []string{"", ".", "..", "a/b", `a\b`, "a:b", "CON\x00", " a", "a.", "-ä", strings.Repeat("a", 101), "a*"} {
		if checkName(bad) == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}
