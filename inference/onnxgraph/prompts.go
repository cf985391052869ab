package onnxgraph

import (
	"fmt"
	"math"
)

const prompts = "sam_prompt_encoder."

// pointPrompt turns points (B×N×2, in pixels of S×S) and labels (B×N) into
// B×N×d. The label -1 replaces the position by a learned vector.
func (b *Builder) pointPrompt(g *graph, pts, labels val) val {
	d, size := b.cfg.DModel, float32(b.opt.ImageSize)
	gauss := g.weight(prompts+"pe_layer.positional_encoding_gaussian_matrix", 2, d/2)
	// 2(p+0.5)/S - 1, in one multiplication and one addition.
	at := g.plus(g.times(pts, g.float(2/size)), g.float(1/size-1))
	angle := g.op("MatMul", []val{at, g.tensor(gauss.scaled(2 * math.Pi))})
	pos := g.concat(-1, g.op("Sin", []val{angle}), g.op("Cos", []val{angle}))

	isPoint := g.op("Cast", []val{g.op("Greater", []val{labels, g.float(-0.5)})}, intAttr("to", elemFloat))
	pos = g.times(pos, g.op("Unsqueeze", []val{isPoint, g.ints(-1)}))

	learned := []tensor{g.weight(prompts+"not_a_point_embed.weight", 1, d)}
	for i := range 4 {
		learned = append(learned, g.weight(fmt.Sprintf("%spoint_embeddings.%d.weight", prompts, i), 1, d))
	}
	row := g.op("Cast", []val{g.plus(labels, g.float(1))}, intAttr("to", elemInt64))
	table := g.tensor(stacked("label embeddings", []int{len(learned), d}, learned...))
	return g.plus(pos, g.gather(table, 0, row))
}

// maskPrompt turns the prior mask logits (B×1×q×q) into B×f²×d, or a learned
// vector for every cell where has_mask is 0. The convolutions do not overlap:
// on rows of nested cells they are linear maps.
func (b *Builder) maskPrompt(g *graph, prior, hasMask val) val {
	d := b.cfg.DModel
	f := b.cfg.FeatureSize(b.opt.ImageSize)
	const name = prompts + "mask_downscaling."
	conv := func(i string, out, in int) affine {
		w := g.weight(name+i+".weight", out, in, 2, 2).permuted(0, 2, 3, 1).shaped(out, 4*in)
		return affine{w, g.weight(name+i+".bias", out)}
	}
	x := g.reshape(prior, -1, f, 2, 2, f, 2, 2)
	x = g.reshape(g.transpose(x, 0, 1, 4, 2, 5, 3, 6), -1, 4)
	x = g.gelu(g.layerNorm(g.linear(x, conv("0", 4, 1)), name+"1", 4, mapEps))
	x = g.linear(g.reshape(x, -1, 16), conv("3", 16, 4))
	x = g.gelu(g.layerNorm(x, name+"4", 16, mapEps))
	x = g.reshape(g.linear(x, g.pointwise(name+"6", d, 16)), -1, f*f, d)

	has := g.op("Greater", []val{g.reshape(hasMask, -1, 1, 1), g.float(0.5)})
	return g.op("Where", []val{has, x, g.tensor(g.weight(prompts+"no_mask_embed.weight", 1, d))})
}
