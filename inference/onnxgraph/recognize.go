package onnxgraph

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// hieraSize is a published size of Hiera. Heads, windows and global blocks do
// not follow from the shapes of the tensors.
type hieraSize struct {
	name    string
	embed   int
	stages  [4]int
	heads   int
	windows [4]int
	global  []int
}

func (h hieraSize) blocks() int { return h.stages[0] + h.stages[1] + h.stages[2] + h.stages[3] }

func hieraSizes() []hieraSize {
	common, large := [4]int{8, 4, 14, 7}, [4]int{8, 4, 16, 8}
	return []hieraSize{
		{"nano", 8, [4]int{1, 2, 3, 1}, 1, common, []int{4}},
		{"tiny", 96, [4]int{1, 2, 7, 2}, 1, common, []int{5, 7, 9}},
		{"small", 96, [4]int{1, 2, 11, 2}, 1, common, []int{7, 10, 13}},
		{"base-plus", 112, [4]int{2, 3, 16, 3}, 2, common, []int{12, 16, 20}},
		{"large", 144, [4]int{2, 6, 36, 4}, 2, large, []int{23, 33, 43}},
	}
}

// repvitSize is a published size of EdgeTAM's encoder.
type repvitSize struct {
	name   string
	dims   [4]int
	depths [4]int
}

func repvitSizes() []repvitSize {
	return []repvitSize{
		{"nano-edgetam", [4]int{16, 24, 32, 48}, [4]int{1, 2, 3, 1}},
		{"edgetam", [4]int{48, 96, 192, 384}, [4]int{2, 2, 14, 2}},
	}
}

// Recognize tells from the names and shapes of a checkpoint's tensors which
// model it is, and checks that every tensor the graphs need is there in the
// right shape. Errors wrap ErrUnknownModel, or ErrIncomplete with the name of
// the first tensor that is missing or wrong. Further tensors do not matter.
func Recognize(w Weights) (Config, error) {
	c := Config{MaxPointers: 16, DecoderHeads: 8}
	_, hiera := w.Shape(trunk + "patch_embed.proj.weight")
	_, repvit := w.Shape(repBody + "stem.conv2.c.weight")
	var err error
	switch {
	case hiera:
		err = c.recognizeHiera(w)
	case repvit:
		err = c.recognizeRepViT(w)
	default:
		err = fmt.Errorf("%w: %s", ErrUnknownModel, describeForeign(w.Names()))
	}
	if err != nil {
		return Config{}, err
	}
	if err := c.readWidths(w); err != nil {
		return Config{}, err
	}
	if err := CheckSize(c, trainedSize); err != nil {
		return Config{}, fmt.Errorf("%w: %v", ErrUnknownModel, err)
	}
	if _, err := NewBuilder(w, c, Options{ImageSize: sizeStep(c)}); err != nil {
		return Config{}, err
	}
	return c, nil
}

// recognizeHiera reads what makes a SAM 2 model.
func (c *Config) recognizeHiera(w Weights) error {
	patch, _ := w.Shape(trunk + "patch_embed.proj.weight")
	have := lastIndex(w, trunk+"blocks.") + 1
	if len(patch) == 0 {
		return fmt.Errorf("%w: tensor %spatch_embed.proj.weight is a scalar", ErrUnknownModel, trunk)
	}
	// A size with more blocks is an incomplete checkpoint: its first missing
	// tensor is found when the graphs are described.
	var size *hieraSize
	for _, s := range hieraSizes() {
		if s.embed == patch[0] && s.blocks() >= have && size == nil {
			size = &s
		}
	}
	if size == nil {
		return fmt.Errorf("%w: an image encoder with %d channels and %d blocks is not known", ErrUnknownModel, patch[0], have)
	}
	c.Family = SAM20
	for _, key := range []string{"no_obj_embed_spatial", "obj_ptr_tpos_proj.weight"} {
		if _, ok := w.Shape(key); ok {
			c.Family = SAM21
		}
	}
	c.ProjectPointerPos, c.NoObjEmbedSpatial = c.Family == SAM21, c.Family == SAM21
	c.Name = string(c.Family) + "-" + size.name
	if size.name == "nano" && c.Family == SAM21 {
		c.Name = size.name
	}
	c.AttentionLayers = 4
	c.Hiera = newHiera(*size)
	if pos, ok := w.Shape(trunk + "pos_embed"); ok && len(pos) == 4 {
		c.Hiera.PosGrid = pos[2]
	}
	for i := range c.Neck {
		c.Neck[i] = size.embed << (3 - i)
	}
	return nil
}

// newHiera lists the blocks of a size. The first block of a stage pools its
// queries and still has the windows of the stage before.
func newHiera(s hieraSize) *Hiera {
	h := &Hiera{EmbedDim: s.embed, Stages: s.stages, Heads: s.heads, Windows: s.windows, Global: s.global}
	dim, heads := s.embed, s.heads
	for stage, n := range s.stages {
		for i := range n {
			b := HieraBlock{Dim: dim, DimOut: dim, Heads: heads, Window: s.windows[stage], Stage: stage}
			if i == 0 && stage > 0 {
				dim, heads = 2*dim, 2*heads
				b.DimOut, b.Heads, b.Pool, b.Window = dim, heads, true, s.windows[stage-1]
			}
			if slices.Contains(s.global, len(h.Blocks)) {
				b.Window = 0
			}
			h.Blocks = append(h.Blocks, b)
		}
	}
	return h
}

// recognizeRepViT reads what makes an EdgeTAM model.
func (c *Config) recognizeRepViT(w Weights) error {
	stem, _ := w.Shape(repBody + "stem.conv2.c.weight")
	if len(stem) == 0 {
		return fmt.Errorf("%w: tensor %sstem.conv2.c.weight is a scalar", ErrUnknownModel, repBody)
	}
	var size *repvitSize
	for _, s := range repvitSizes() {
		if s.dims[0] == stem[0] {
			size = &s
		}
	}
	if size == nil {
		return fmt.Errorf("%w: a RepViT encoder with %d channels is not known", ErrUnknownModel, stem[0])
	}
	c.Family, c.Name, c.AttentionLayers = EdgeTAM, size.name, 2
	c.RepViT = &RepViT{Dims: size.dims, Depths: size.depths}
	for i := range c.Neck {
		c.Neck[i] = size.dims[3-i]
	}
	c.Perceiver = &Perceiver{Layers: 2}
	for key, n := range map[string]*int{"latents": &c.Perceiver.Latents, "latents_2d": &c.Perceiver.Latents2D} {
		shape, ok := w.Shape("spatial_perceiver." + key)
		if !ok || len(shape) != 2 {
			return fmt.Errorf("%w: tensor spatial_perceiver.%s is missing or has the shape %v", ErrIncomplete, key, shape)
		}
		*n = shape[0]
	}
	if s := c.Perceiver.side2D(); s < 1 || s*s != c.Perceiver.Latents2D {
		return fmt.Errorf("%w: %d 2-D latents do not form a square", ErrUnknownModel, c.Perceiver.Latents2D)
	}
	return nil
}

// readWidths reads the sizes that follow from single tensors.
func (c *Config) readWidths(w Weights) error {
	for _, r := range []struct {
		key        string
		rank, axis int
		to         *int
	}{
		{"no_mem_embed", 3, 2, &c.DModel},
		{"maskmem_tpos_enc", 4, 3, &c.MemDim},
		{"maskmem_tpos_enc", 4, 0, &c.NumMaskmem},
		{"memory_attention.layers.0.linear1.weight", 2, 0, &c.AttentionFFN},
		{twoWay + ".layers.0.mlp.layers.0.weight", 2, 0, &c.DecoderMLP},
	} {
		shape, ok := w.Shape(r.key)
		if !ok {
			return fmt.Errorf("%w: tensor %s is missing", ErrIncomplete, r.key)
		}
		if len(shape) != r.rank || shape[r.axis] < 1 || shape[r.axis] > 1<<16 {
			return fmt.Errorf("%w: tensor %s has the shape %v", ErrIncomplete, r.key, shape)
		}
		*r.to = shape[r.axis]
	}
	if c.DModel%32 != 0 || c.MemDim%4 != 0 || c.DModel%c.MemDim != 0 {
		return fmt.Errorf("%w: %d channels with memory of %d", ErrUnknownModel, c.DModel, c.MemDim)
	}
	c.HighRes = [2]int{c.DModel / 8, c.DModel / 4}
	return nil
}

// lastIndex returns the highest N of all tensors named prefix+N+"....", or -1.
func lastIndex(w Weights, prefix string) int {
	last := -1
	for _, name := range w.Names() {
		rest, ok := strings.CutPrefix(name, prefix)
		if !ok {
			continue
		}
		number, _, _ := strings.Cut(rest, ".")
		if n, err := strconv.Atoi(number); err == nil && n < 1<<16 {
			last = max(last, n)
		}
	}
	return last
}
