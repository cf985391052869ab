package modelpack

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
