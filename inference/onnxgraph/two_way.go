package onnxgraph

const twoWay = "sam_mask_decoder.transformer"

// twoWay is the transformer of the mask decoder: tokens B×K×d and the image
// B×f²×d look at themselves and at each other in two layers.
func (b *Builder) twoWay(g *graph, tokens, image val) (val, val) {
	d := b.cfg.DModel
	f := b.cfg.FeatureSize(b.opt.ImageSize)
	t := &twoWayLayer{b: b, g: g, f: f, tokenPos: tokens}
	gauss := g.weight("sam_prompt_encoder.pe_layer.positional_encoding_gaussian_matrix", 2, d/2)
	t.imagePos = g.tensor(gauss.derive(" of the grid", []int{f * f, d}, func(v []float32) []float32 {
		return denseTable(f, v)
	}))
	for i := range 2 {
		tokens, image = t.layer(layerName(twoWay, i), tokens, image, i == 0)
	}
	g.in(twoWay + ".final_attn_token_to_image")
	tokens = g.plus(tokens, t.toImage(twoWay+".final_attn_token_to_image", tokens, g.plus(image, t.imagePos), image))
	return g.layerNorm(tokens, twoWay+".norm_final_attn", d, attentionEps), image
}

type twoWayLayer struct {
	b                  *Builder
	g                  *graph
	f                  int
	tokenPos, imagePos val
}

// layer runs one layer. In the first one the tokens are their own positions,
// and its self attention replaces them.
func (t *twoWayLayer) layer(name string, tokens, image val, first bool) (val, val) {
	g, d := t.g.in(name), t.b.cfg.DModel
	norm := func(x val, i string) val { return g.layerNorm(x, name+".norm"+i, d, attentionEps) }
	if first {
		tokens = t.amongTokens(name+".self_attn", tokens, tokens)
	} else {
		tokens = g.plus(tokens, t.amongTokens(name+".self_attn", g.plus(tokens, t.tokenPos), tokens))
	}
	tokens = norm(tokens, "1")

	placed := g.plus(image, t.imagePos)
	tokens = norm(g.plus(tokens, t.toImage(name+".cross_attn_token_to_image", tokens, placed, image)), "2")

	w := t.b.cfg.DecoderMLP
	h := g.relu(g.smallLinear(tokens, g.affine(name+".mlp.layers.0", w, d)))
	h = g.smallLinear(h, g.affine(name+".mlp.layers.1", d, w))
	tokens = norm(g.plus(tokens, h), "3")

	image = norm(g.plus(image, t.fromImage(name+".cross_attn_image_to_token", placed, tokens)), "4")
	return tokens, image
}

// amongTokens is self attention of the tokens.
func (t *twoWayLayer) amongTokens(name string, x, v val) val {
	g, d, heads := t.g, t.b.cfg.DModel, t.b.cfg.DecoderHeads
	a := g.attention(g.smallLinear(x, g.affine(name+".q_proj", d, d)), g.smallLinear(x, g.affine(name+".k_proj", d, d)),
		g.smallLinear(v, g.affine(name+".v_proj", d, d)), heads, d/heads, d/heads)
	return g.smallLinear(a, g.affine(name+".out_proj", d, d))
}

// toImage lets the tokens look at the image: placed has its positions added.
func (t *twoWayLayer) toImage(name string, tokens, placed, image val) val {
	g, d, heads := t.g, t.b.cfg.DModel, t.b.cfg.DecoderHeads
	q := g.smallLinear(g.plus(tokens, t.tokenPos), g.affine(name+".q_proj", d/2, d))
	k := t.imageLinear(placed, g.affine(name+".k_proj", d/2, d))
	v := t.imageLinear(image, g.affine(name+".v_proj", d/2, d))
	a := g.attention(q, k, v, heads, d/2/heads, d/2/heads)
	return g.smallLinear(a, g.affine(name+".out_proj", d, d/2))
}

// fromImage lets the image look at the tokens.
func (t *twoWayLayer) fromImage(name string, placed, tokens val) val {
	g, d, heads := t.g, t.b.cfg.DModel, t.b.cfg.DecoderHeads
	q := t.imageLinear(placed, g.affine(name+".q_proj", d/2, d))
	k := g.smallLinear(g.plus(tokens, t.tokenPos), g.affine(name+".k_proj", d/2, d))
	v := g.smallLinear(tokens, g.affine(name+".v_proj", d/2, d))
	a := g.attention(q, k, v, heads, d/2/heads, d/2/heads)
	return t.imageLinear(a, g.affine(name+".out_proj", d, d/2))
}

// imageLinear applies a map to the image, B×f²×channels.
func (t *twoWayLayer) imageLinear(x val, a affine) val {
	in, out := a.w.dims[1], a.w.dims[0]
	return t.g.reshape(t.g.linear(t.g.reshape(x, -1, in), a), -1, t.f*t.f, out)
}

// smallLinear applies a map to the last axis of an array whose other sizes are
// not known.
func (g *graph) smallLinear(x val, a affine) val {
	return g.plus(g.op("MatMul", []val{x, g.tensor(a.w.transposed())}), g.tensor(a.b))
}
