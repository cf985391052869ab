package modelpack

import (
	"encoding/hex"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// validate refuses a manifest that the engine could not trust: every number is
// bounded and every name stays inside the pack's folder.
func (m *Manifest) validate() error {
	if m.Format < 1 {
		return errors.New("format is missing")
	}
	if err := checkName(m.Name); err != nil {
		return fmt.Errorf("name %q: %v", m.Name, err)
	}
	switch m.Family {
	case FamilySAM21, FamilySAM2, FamilyEdgeTAM:
	default:
		return fmt.Errorf("family %q is unknown", m.Family)
	}
	if m.ImageSize%32 != 0 {
		return fmt.Errorf("image_size %d is not a multiple of 32", m.ImageSize)
	}
	for _, b := range m.bounds() {
		if b.value < b.min || b.value > b.max {
			return fmt.Errorf("%s %d is not within %d..%d", b.name, b.value, b.min, b.max)
		}
	}
	for i, s := range m.Std {
		if !(s > 0) || s > 1e6 || !(m.Mean[i] >= -1e6 && m.Mean[i] <= 1e6) {
			return errors.New("mean or std is not usable")
		}
	}
	if !isSHA256(m.CheckpointSHA256) {
		return errors.New("checkpoint_sha256 is not a SHA-256")
	}
	sizes, err := m.fileSizes()
	if err != nil {
		return err
	}
	if err := m.validateGraphs(sizes); err != nil {
		return err
	}
	return m.validateConstants(sizes)
}

type bound struct {
	name            string
	value, min, max int
}

func (m *Manifest) bounds() []bound {
	return []bound{
		{"image_size", m.ImageSize, 32, 4096},
		{"d_model", m.DModel, 4, 4096},
		{"mem_dim", m.MemDim, 1, 4096},
		{"memory_tokens", m.MemoryTokens, 1, 1 << 20},
		{"num_maskmem", m.NumMaskmem, 1, 64},
		{"max_pointers", m.MaxPointers, 0, 256},
		{"feature_size", m.FeatureSize, m.ImageSize / 16, m.ImageSize / 16},
		{"low_res_size", m.LowResSize, m.ImageSize / 4, m.ImageSize / 4},
		{"high_res_dims[0]", m.HighResDims[0], 1, 4096},
		{"high_res_dims[1]", m.HighResDims[1], 1, 4096},
		{"builder_version", m.BuilderVersion, 1, 1 << 30},
	}
}

// maxFile bounds one file of a pack: protobuf, and so ONNX, ends at 2 GB, and
// weights beside a graph are not expected to be larger than a few of those.
const maxFile = 8 << 30

func (m *Manifest) fileSizes() (map[string]int64, error) {
	if len(m.Files) > 64 {
		return nil, fmt.Errorf("lists %d files", len(m.Files))
	}
	sizes := make(map[string]int64, len(m.Files))
	for _, f := range m.Files {
		if err := checkName(f.Name); err != nil || f.Name == ManifestName {
			return nil, fmt.Errorf("file name %q is not allowed", f.Name)
		}
		if _, dup := sizes[f.Name]; dup {
			return nil, fmt.Errorf("file %s is listed twice", f.Name)
		}
		if f.Size < 0 || f.Size > maxFile {
			return nil, fmt.Errorf("file %s: size %d", f.Name, f.Size)
		}
		if !isSHA256(f.SHA256) {
			return nil, fmt.Errorf("file %s: sha256 is not a SHA-256", f.Name)
		}
		sizes[f.Name] = f.Size
	}
	return sizes, nil
}

// isSHA256 accepts 64 lower-case hexadecimal digits.
func isSHA256(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == 32 && hex.EncodeToString(b) == s
}

// checkName accepts names that are one safe path element on every system.
func checkName(s string) error {
	switch {
	case s == "":
		return errors.New("is empty")
	case len(s) > 100:
		return errors.New("is longer than 100 bytes")
	case strings.HasPrefix(s, ".") || strings.HasSuffix(s, "."):
		return errors.New("begins or ends with a dot")
	case !filepath.IsLocal(s):
		return errors.New("is not a plain name")
	}
	for _, r := range s {
		ok := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("._-", r)
		if !ok {
			return fmt.Errorf("has the character %q (letters, digits, '.', '_' and '-' are allowed)", r)
		}
	}
	return nil
}
