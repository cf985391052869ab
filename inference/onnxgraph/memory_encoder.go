package onnxgraph

import "fmt"

const memEnc = "memory_encoder."

// defineMemoryEncoder: feat, mask, score -> mem.
func (b *Builder) defineMemoryEncoder(g *graph) {
	d, m, size := b.cfg.DModel, b.cfg.MemDim, b.opt.ImageSize
	f := b.cfg.FeatureSize(size)
	feat := g.input("feat", "B", d, f, f)
	mask := g.input("mask", "B", 1, size, size)
	score := g.input("score", "B", 1)

	x := g.linear(g.in("memory_encoder").mapToRows(feat, d), g.pointwise(memEnc+"pix_feat_proj", d, d))
	x = g.plus(x, b.shrinkMask(g.in("memory_encoder.mask_downsampler"), mask))
	for i := range 2 {
		x = b.fuse(g.in(fmt.Sprintf("%sfuser.layers.%d", memEnc, i)), x)
	}
	x = g.in("memory_encoder").linear(x, g.pointwise(memEnc+"out_proj", m, d))
	if b.cfg.Perceiver != nil {
		x = b.perceive(g, x)
	} else {
		x = g.reshape(x, -1, f*f, m)
	}
	if b.cfg.NoObjEmbedSpatial {
		x = b.gate(g, x, score)
	}
	g.output("mem", x, "B", b.MemoryTokens(), m)
}

// shrinkMask takes the mask down to the feature map by four convolutions with
// stride 2, and returns rows of d channels.
func (b *Builder) shrinkMask(g *graph, mask val) val {
	const name = memEnc + "mask_downsampler.encoder."
	channels := [5]int{1, 4, 16, 64, 256}
	x, n := mask, b.opt.ImageSize
	for i := range 4 {
		in, out := channels[i], channels[i+1]
		n /= 2
		conv := fmt.Sprintf("%s%d", name, 3*i)
		bias := g.weight(conv+".bias", out)
		x = g.conv(x, g.weight(conv+".weight", out, in, 3, 3), &bias, 2, 1, 1)
		x = g.gelu(g.layerNorm(g.mapToRows(x, out), fmt.Sprintf("%s%d", name, 3*i+1), out, mapEps))
		if i < 3 {
			x = g.rowsToMap(x, out, n)
		}
	}
	return g.linear(x, g.pointwise(name+"12", b.cfg.DModel, channels[4]))
}

// fuse is one ConvNeXt block: depthwise 7×7, normalisation, MLP, residual. The
// scale of the residual goes into the MLP's last layer.
func (b *Builder) fuse(g *graph, x val) val {
	d, name := b.cfg.DModel, g.scope
	f := b.cfg.FeatureSize(b.opt.ImageSize)
	bias := g.weight(name+".dwconv.bias", d)
	h := g.conv(g.rowsToMap(x, d, f), g.weight(name+".dwconv.weight", d, 1, 7, 7), &bias, 1, 3, d)
	h = g.layerNorm(g.mapToRows(h, d), name+".norm", d, mapEps)
	h = g.gelu(g.linear(h, g.affine(name+".pwconv1", 4*d, d)))
	gamma := g.weight(name+".gamma", d)
	last := g.affine(name+".pwconv2", d, 4*d)
	scale := func(t tensor) tensor {
		return t.with(gamma, t.name+" gamma", t.dims, func(v, by []float32) []float32 {
			per := len(v) / len(by)
			for i := range v {
				v[i] *= by[i/per]
			}
			return v
		})
	}
	return g.plus(x, g.linear(h, affine{scale(last.w), scale(last.b)}))
}

// gate adds a learned vector to every token where the object is not visible.
func (b *Builder) gate(g *graph, x, score val) val {
	visible := g.op("Greater", []val{g.reshape(score, -1, 1, 1), g.float(0)})
	vector := g.tensor(g.weight("no_obj_embed_spatial", 1, b.cfg.MemDim))
	return g.plus(x, g.op("Where", []val{visible, g.float(0), vector}))
}
