package ckpttest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The bits are computed by hand from the definition with exact integers.
func TestValues(t *testing.T) {
	for _, c := range []struct {
		tensor Tensor
		bits   []uint32
	}{
		{Tensor{Name: "maskmem_tpos_enc", Shape: []int{3}, Rule: Rule{"u", 0, 0.5}}, []uint32{0xbea6439c, 0xbe9c08ee, 0x3ed2d69a}},
		{Tensor{Name: "image_encoder.trunk.blocks.0.norm1.weight", Shape: []int{3}, Rule: Rule{"u", 1, 0.2}}, []uint32{0x3f71131e, 0x3f8d8280, 0x3f936807}},
		{Tensor{Name: "sam_prompt_encoder.pe_layer.positional_encoding_gaussian_matrix", Shape: []int{3}, Rule: Rule{"n", 0, 1}}, []uint32{0xbf482600, 0xbfc7647e, 0xbe4d8648}},
	} {
		for i, v := range c.tensor.Values() {
			if math.Float32bits(v) != c.bits[i] {
				t.Errorf("%s[%d] = %v (%08x), want %08x", c.tensor.Name, i, v, math.Float32bits(v), c.bits[i])
			}
		}
	}
}

// TestNano compares the table of names and shapes with one made by the models'
// own code, where that is at hand.
func TestNano(t *testing.T) {
	dir := os.Getenv("MASKLET_GOLDEN")
	if dir == "" {
		dir = "../../../../shared/golden"
	}
	want, err := FromManifest(filepath.Join(dir, "manifests", "nano.json"))
	if err != nil {
		t.Skip("no golden data: ", err)
	}
	shapes := make(map[string]string)
	for _, w := range want {
		shapes[w.Name] = fmt.Sprint(w.Shape)
	}
	for _, g := range Nano() {
		if shapes[g.Name] != fmt.Sprint(g.Shape) {
			t.Errorf("%s has shape %v, want %s", g.Name, g.Shape, shapes[g.Name])
		}
		delete(shapes, g.Name)
	}
	for name := range shapes {
		t.Errorf("%s is missing", name)
	}
	checkDigest(t, filepath.Join(dir, "manifests", "sha256.txt"), want)
}

func checkDigest(t *testing.T, path string, tensors []Tensor) {
	list, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.New()
	for _, w := range tensors {
		sum.Write(w.Bytes())
	}
	if got := hex.EncodeToString(sum.Sum(nil)); !strings.Contains(string(list), "nano.json 713602 "+got) {
		t.Errorf("values of nano have the digest %s, which %s does not list", got, path)
	}
}
