package onnxgraph

import (
	"fmt"
	"slices"
)

// rotation is a table of angles for groups of n tokens.
type rotation struct {
	cos, sin tensor // [n, d/2]
	n, d     int
}

// imageRotation is the rotation of the image's own cells.
func (b *Builder) imageRotation() rotation {
	f := b.cfg.FeatureSize(b.opt.ImageSize)
	return newRotation(0, f, b.cfg.DModel)
}

// memoryRotation is the rotation of one frame's memory tokens. The global
// latents of EdgeTAM come first and are not rotated; the grid of its 2-D
// latents counts from 0 whatever the input size is.
func (b *Builder) memoryRotation() rotation {
	if p := b.cfg.Perceiver; p != nil {
		return newRotation(p.Latents, p.side2D(), b.cfg.DModel)
	}
	return b.imageRotation()
}

// newRotation rotates the last side×side tokens of each group, after some that
// stay as they are.
func newRotation(still, side, d int) rotation {
	n := still + side*side
	half := func(name string, rest float32, pick func(side, d int) []float32) tensor {
		return table(name, func() []float32 {
			out := slices.Repeat([]float32{rest}, still*d/2)
			return append(out, pick(side, d)...)
		}, n, d/2)
	}
	name := fmt.Sprintf("rotary %d+%dx%d", still, side, side)
	cos := half(name+" cos", 1, func(side, d int) []float32 { c, _ := rotaryTable(side, d); return c })
	sin := half(name+" sin", 0, func(side, d int) []float32 { _, s := rotaryTable(side, d); return s })
	return rotation{cos, sin, n, d}
}

// rotate turns rows into [groups, n, d] and rotates each group by the table:
// channels 2j and 2j+1 of a token by its angle j.
func (g *graph) rotate(rows val, r rotation) val {
	x := g.reshape(rows, -1, r.n, r.d)
	return g.contrib("RotaryEmbedding", []val{x, g.ints(0), g.tensor(r.cos), g.tensor(r.sin)},
		intAttr("interleaved", 1))
}
