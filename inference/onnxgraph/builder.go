package onnxgraph

import (
	"context"
	"fmt"
	"io"
	"slices"
)

// Version counts the changes of what the builder writes, for the manifest of a
// model pack.
const Version = 1

// Graph names one of the four graphs.
type Graph string

// The graphs. Their inputs and outputs are described at Builder.IO.
const (
	Encoder         Graph = "encoder"
	MemoryAttention Graph = "memory_attention"
	Decoder         Graph = "decoder"
	MemoryEncoder   Graph = "memory_encoder"
)

// Graphs returns the four graphs in the order in which a frame needs them.
func Graphs() []Graph { return []Graph{Encoder, MemoryAttention, Decoder, MemoryEncoder} }

// ValueInfo describes an input or output of a graph. All are float32.
type ValueInfo struct {
	Name string
	// Shape has -1 for a size that may differ from call to call.
	Shape []int
	// Dims names the dynamic sizes ("B", "N", ...); "" for fixed ones.
	Dims []string
}

// Constant is an array that the host needs beside the graphs.
type Constant struct {
	Shape []int
	Data  []float32 // C order
}

// Options say how graphs are built.
type Options struct {
	// ImageSize is the side S of the square input in pixels, a multiple of 32.
	ImageSize int
	// Plain writes every attention as MatMul, Softmax, MatMul instead of a
	// fused operator: the yardstick for speed and memory.
	Plain bool
}

// Builder writes the graphs of one model for one input size. It is not safe
// for concurrent use.
type Builder struct {
	w      Weights
	cfg    Config
	opt    Options
	graphs map[Graph]*graph
}

// NewBuilder checks that w holds every tensor that the model needs, in the
// right shape, and prepares the graphs; no tensor is read yet. Errors wrap
// ErrSize or ErrIncomplete; the latter names the first tensor that is wrong.
func NewBuilder(w Weights, cfg Config, opt Options) (*Builder, error) {
	if err := CheckSize(cfg, opt.ImageSize); err != nil {
		return nil, err
	}
	b := &Builder{w: w, cfg: cfg, opt: opt, graphs: make(map[Graph]*graph)}
	define := map[Graph]func(*graph){
		Encoder:         b.defineEncoder,
		MemoryAttention: b.defineMemoryAttention,
		Decoder:         b.defineDecoder,
		MemoryEncoder:   b.defineMemoryEncoder,
	}
	for _, name := range Graphs() {
		g := &graph{w: w, name: string(name), plain: opt.Plain}
		define[name](g)
		if g.err != nil {
			return nil, g.err
		}
		b.graphs[name] = g
	}
	g := &graph{w: w}
	b.constants(g)
	if g.err != nil {
		return nil, g.err
	}
	return b, nil
}

// CheckSize reports whether a model can be built for an input size. The error
// wraps ErrSize and names the sizes that fit.
func CheckSize(cfg Config, imageSize int) error {
	step := sizeStep(cfg)
	if imageSize < step || imageSize > maxSize || imageSize%step != 0 {
		return fmt.Errorf("%w: %d pixels for %s (needed: a multiple of %d up to %d; trained: %d)",
			ErrSize, imageSize, cfg.Name, step, maxSize, trainedSize)
	}
	return nil
}

// Input sizes in pixels.
const (
	trainedSize = 1024
	maxSize     = 4096
)

// sizeStep returns what input sizes must be a multiple of. The windows of 2-D
// latents divide the feature map.
func sizeStep(cfg Config) int {
	if cfg.Perceiver != nil {
		return max(32, 16*cfg.Perceiver.side2D())
	}
	return 32
}

// IO returns the inputs and outputs of a graph (S: ImageSize, f = S/16,
// q = S/4, d: DModel, m: MemDim, T: MemoryTokens; B, L = F·T, P4 = 4P and N
// differ from call to call, P4 may be 0):
//
//	encoder           image 1×3×S×S, normalised
//	                  -> hr0 1×(d/8)×q×q, hr1 1×(d/4)×2f×2f, feat 1×d×f×f
//	memory_attention  feat B×d×f×f, spat and spat_pos B×L×m, ptr and ptr_pos B×P4×m
//	                  -> cond B×d×f×f
//	decoder           emb B×d×f×f, hr0, hr1 (as above, B), pts B×N×2 in pixels of
//	                  S×S, labels B×N (1, 0, 2, 3, -1) with the pad included,
//	                  prior B×1×q×q, has_mask B (0 or 1)
//	                  -> masks B×4×q×q, iou B×4, ptr B×4×d, score B×1
//	memory_encoder    feat B×d×f×f, mask B×1×S×S (20p-10), score B×1
//	                  -> mem B×T×m
func (b *Builder) IO(g Graph) (inputs, outputs []ValueInfo) {
	if gr, ok := b.graphs[g]; ok {
		return slices.Clone(gr.inputs), slices.Clone(gr.outputs)
	}
	return nil, nil
}

// Size returns the number of bytes that Write writes, for progress displays.
func (b *Builder) Size(g Graph) int64 {
	if gr, ok := b.graphs[g]; ok {
		return gr.size()
	}
	return 0
}

// Write writes a graph as one ONNX file with its weights inside. Tensors are
// read, transformed and written one after the other. It stops when ctx ends.
func (b *Builder) Write(ctx context.Context, g Graph, out io.Writer) error {
	gr, ok := b.graphs[g]
	if !ok {
		return fmt.Errorf("there is no graph %q", g)
	}
	if err := gr.write(ctx, out); err != nil {
		return fmt.Errorf("writing the graph %s: %w", g, err)
	}
	return nil
}

// Constants reads and computes the arrays that the host needs:
//
//	no_mem       d        added to the features of a frame without memory
//	tpos         7×m      time position of memory frames
//	mem_pos      T×m      position of the memory tokens of one frame
//	no_obj_ptr   d        pointer of an object that is not visible
//	ptr_proj_w   m×d      projection of the pointers' time position (SAM 2.1)
//	ptr_proj_b   m
//	mask_down_w  4×4      convolution, stride 4, that makes a mask prompt low-res
//	mask_down_b  1
func (b *Builder) Constants() (map[string]Constant, error) {
	g := &graph{w: b.w}
	out := make(map[string]Constant)
	for name, t := range b.constants(g) {
		v, err := t.load()
		if err != nil {
			return nil, fmt.Errorf("constant %s: %w", name, err)
		}
		out[name] = Constant{Shape: t.dims, Data: slices.Clone(v)}
	}
	return out, g.err
}

// MemoryTokens returns the number of memory tokens of one frame.
func (b *Builder) MemoryTokens() int { return b.cfg.MemoryTokens(b.opt.ImageSize) }
