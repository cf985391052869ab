package modelpack

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
)

// Errors that callers test for with errors.Is.
var (
	// ErrNotPack: the folder or zip is not a model pack.
	ErrNotPack = errors.New("not a model pack")
	// ErrDamaged: a pack's files are missing or differ from its manifest.
	ErrDamaged = errors.New("model pack is damaged")
	// ErrNewer: the pack was made by a newer version of the program.
	ErrNewer = errors.New("made by a newer version of Masklet")
	// ErrNotFound: no pack of that name is installed.
	ErrNotFound = errors.New("no such model")
)

// ManifestName is the name of the manifest inside a pack.
const ManifestName = "manifest.json"

// Format is the version of the manifest that this program writes and reads.
const Format = 1

// The graphs of a pack.
const (
	GraphEncoder         = "encoder"
	GraphMemoryAttention = "memory_attention"
	GraphDecoder         = "decoder"
	GraphMemoryEncoder   = "memory_encoder"
)

// GraphNames returns the graphs that every pack has.
func GraphNames() []string {
	return []string{GraphEncoder, GraphMemoryAttention, GraphDecoder, GraphMemoryEncoder}
}

// The families of models.
const (
	FamilySAM21   = "sam2.1"
	FamilySAM2    = "sam2"
	FamilyEdgeTAM = "edgetam"
)

// Manifest describes one pack: all that the engine must know of the model.
type Manifest struct {
	Format    int        `json:"format"`
	Name      string     `json:"name"`       // of the model, for example "sam2.1-tiny"
	Family    string     `json:"family"`     // "sam2.1", "sam2" or "edgetam"
	ImageSize int        `json:"image_size"` // S: side of the square input in pixels
	Mean      [3]float32 `json:"mean"`       // R, G, B of values in 0..1
	Std       [3]float32 `json:"std"`

	DModel       int    `json:"d_model"`       // channels of features and pointers
	MemDim       int    `json:"mem_dim"`       // channels of a memory token
	MemoryTokens int    `json:"memory_tokens"` // T: memory tokens per frame
	NumMaskmem   int    `json:"num_maskmem"`   // frames in the memory bank as trained
	MaxPointers  int    `json:"max_pointers"`  // object pointers as trained
	FeatureSize  int    `json:"feature_size"`  // f = S/16: side of the feature map
	LowResSize   int    `json:"low_res_size"`  // q = S/4: side of the mask logits
	HighResDims  [2]int `json:"high_res_dims"` // channels of hr0 (q x q) and hr1 (2f x 2f)

	// SignedPointerTPos: pointers carry a projected, signed time position.
	SignedPointerTPos bool `json:"signed_pointer_tpos"`
	// NoObjEmbedSpatial: the memory encoder marks absent objects itself.
	NoObjEmbedSpatial bool `json:"no_obj_embed_spatial"`

	CheckpointSHA256 string `json:"checkpoint_sha256"`
	BuilderVersion   int    `json:"builder_version"`

	Graphs    map[string]Graph `json:"graphs"`
	Constants []Constant       `json:"constants"`
	Files     []File           `json:"files"`
}

// Graph is one ONNX graph of a pack.
type Graph struct {
	File    string `json:"file"`
	Inputs  []Port `json:"inputs"`
	Outputs []Port `json:"outputs"`
}

// Port is a graph's input or output. All ports are float32. A size of -1 in
// Shape is one that may differ from call to call.
type Port struct {
	Name  string `json:"name"`
	Shape []int  `json:"shape"`
}

// Constant is one array of constants.bin: float32, little endian, C order.
type Constant struct {
	Name   string `json:"name"`
	Shape  []int  `json:"shape"`
	Offset int64  `json:"offset"` // in bytes
}

// Count returns the number of values.
func (c Constant) Count() int {
	n := 1
	for _, d := range c.Shape {
		n *= d
	}
	return n
}

// File is one file of a pack other than the manifest.
type File struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"` // in bytes
	SHA256 string `json:"sha256"`
}

// maxManifest bounds what is read as a manifest; real ones have a few KB.
const maxManifest = 1 << 20

// readManifest parses and checks a manifest.
func readManifest(r io.Reader) (Manifest, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxManifest+1))
	if err != nil {
		return Manifest{}, err
	}
	if len(data) > maxManifest {
		return Manifest{}, fmt.Errorf("%w: %s is larger than %d bytes", ErrNotPack, ManifestName, maxManifest)
	}
	var head struct {
		Format int `json:"format"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return Manifest{}, fmt.Errorf("%w: %s: %v", ErrNotPack, ManifestName, err)
	}
	if head.Format > Format {
		return Manifest{}, fmt.Errorf("%w: manifest format %d, this program reads %d", ErrNewer, head.Format, Format)
	}
	var m Manifest
	dec := json.NewDecoder(bytes.NewReader(data))
	if err := dec.Decode(&m); err != nil {
		return Manifest{}, fmt.Errorf("%w: %s: %v", ErrNotPack, ManifestName, err)
	}
	if err := m.validate(); err != nil {
		return Manifest{}, fmt.Errorf("%w: %s: %v", ErrNotPack, ManifestName, err)
	}
	return m, nil
}

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

func (m *Manifest) validateGraphs(sizes map[string]int64) error {
	for _, name := range GraphNames() {
		g, ok := m.Graphs[name]
		if !ok {
			return fmt.Errorf("graph %s is missing", name)
		}
		if _, ok := sizes[g.File]; !ok {
			return fmt.Errorf("graph %s: file %q is not listed", name, g.File)
		}
		if len(g.Inputs) == 0 || len(g.Outputs) == 0 {
			return fmt.Errorf("graph %s has no inputs or no outputs", name)
		}
	}
	return nil
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
