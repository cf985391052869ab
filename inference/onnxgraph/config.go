package onnxgraph

import "math"

// Family is a line of models that share switches and behaviour.
type Family string

// The families.
const (
	SAM21   Family = "sam2.1"
	SAM20   Family = "sam2"
	EdgeTAM Family = "edgetam"
)

// Config holds the facts about a model that its graphs and its host need. It
// is read from the names and shapes of a checkpoint's tensors by Recognize.
type Config struct {
	Family Family
	Name   string // for example "sam2.1-tiny"; one safe path element

	DModel int // channels of features and object pointers
	MemDim int // channels of a memory token

	NumMaskmem  int // rows of the time table of memory frames
	MaxPointers int // object pointers as trained

	Neck            [4]int // channels of the stages, stride 32 first
	HighRes         [2]int // channels of hr0 (stride 4) and hr1 (stride 8)
	AttentionLayers int    // layers of the memory attention
	AttentionFFN    int    // hidden width of its MLPs
	DecoderMLP      int    // hidden width of the mask decoder's MLPs
	DecoderHeads    int    // attention heads of the mask decoder

	// ProjectPointerPos: object pointers carry a signed, projected time
	// position (SAM 2.1); otherwise their position is zero.
	ProjectPointerPos bool
	// NoObjEmbedSpatial: the memory encoder adds a vector to every token of a
	// frame on which the object is not visible (SAM 2.1).
	NoObjEmbedSpatial bool

	Hiera     *Hiera     // SAM 2
	RepViT    *RepViT    // EdgeTAM
	Perceiver *Perceiver // EdgeTAM
}

// Hiera describes the image encoder of SAM 2.
type Hiera struct {
	EmbedDim int
	Stages   [4]int // blocks per stage
	Heads    int    // of the first stage; doubles with each stage
	Windows  [4]int // tokens per side and stage
	Global   []int  // blocks without windows
	PosGrid  int    // side of the coarse position table
	Blocks   []HieraBlock
}

// HieraBlock is one block of Hiera.
type HieraBlock struct {
	Dim, DimOut int
	Heads       int
	Window      int  // tokens per side before pooling; 0: the whole grid
	Pool        bool // queries are max-pooled 2x2: the first block of a stage
	Stage       int
}

// RepViT describes the image encoder of EdgeTAM.
type RepViT struct {
	Dims   [4]int
	Depths [4]int
}

// Perceiver describes the resampler that shrinks EdgeTAM's memory.
type Perceiver struct {
	Layers    int
	Latents   int // global latents
	Latents2D int // latents of one window each; a square number
}

// FeatureSize returns the side of the stride-16 feature map.
func (c Config) FeatureSize(imageSize int) int { return imageSize / 16 }

// MemoryTokens returns the number of memory tokens of one frame.
func (c Config) MemoryTokens(imageSize int) int {
	if c.Perceiver != nil {
		return c.Perceiver.Latents + c.Perceiver.Latents2D
	}
	f := c.FeatureSize(imageSize)
	return f * f
}

// side2D returns the side of the square of 2-D latents.
func (p Perceiver) side2D() int { return int(math.Round(math.Sqrt(float64(p.Latents2D)))) }
