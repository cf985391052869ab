package onnxgraph

import "fmt"

const (
	maskTokens = 4
	headTokens = 2 + maskTokens // object score, IoU, masks
	mapEps     = 1e-6           // of normalisations that the model applies to maps
)

// defineDecoder: emb, hr0, hr1, pts, labels, prior, has_mask -> masks, iou,
// ptr, score.
//
// Maps are rows throughout. A transposed convolution with stride 2 is then a
// linear map whose output rows are the four cells of each cell: their order is
// nested, and only the four masks are brought into row-major order at the end.
func (b *Builder) defineDecoder(g *graph) {
	d, size := b.cfg.DModel, b.opt.ImageSize
	f, q := size/16, size/4
	emb := g.input("emb", "B", d, f, f)
	hr0 := g.input("hr0", "B", b.cfg.HighRes[0], q, q)
	hr1 := g.input("hr1", "B", b.cfg.HighRes[1], 2*f, 2*f)
	pts := g.input("pts", "B", "N", 2)
	labels := g.input("labels", "B", "N")
	prior := g.input("prior", "B", 1, q, q)
	hasMask := g.input("has_mask", "B")

	points := b.pointPrompt(g.in("sam_prompt_encoder"), pts, labels)
	mask := b.maskPrompt(g, prior, hasMask)

	g.in("sam_mask_decoder")
	image := g.plus(g.reshape(g.transpose(emb, 0, 2, 3, 1), -1, f*f, d), mask)
	tokens := g.concat(1, b.outputTokens(g, labels), points)
	tokens, image = b.twoWay(g, tokens, image)

	g.in("sam_mask_decoder")
	token := func(from, to int) val { return g.reshape(g.slice(tokens, 1, from, to), -1, d) }
	masks := token(2, headTokens)
	const head = "sam_mask_decoder."
	score := g.mlp(token(0, 1), head+"pred_obj_score_head", g.relu, d, d, d, 1)
	hidden := g.dim("sam_mask_decoder.iou_prediction_head.layers.0.weight", 0)
	iou := g.mlp(token(1, 2), head+"iou_prediction_head", g.relu, d, hidden, hidden, maskTokens)
	ptr := g.mlp(masks, "obj_ptr_proj", g.relu, d, d, d, d)
	g.output("masks", b.drawMasks(g, masks, image, hr0, hr1), "B", maskTokens, q, q)
	g.output("iou", g.op("Sigmoid", []val{iou}), "B", maskTokens)
	g.output("ptr", g.reshape(ptr, -1, maskTokens, d), "B", maskTokens, d)
	g.output("score", score, "B", 1)
}

// outputTokens are the learned tokens that become the outputs, B×6×d.
func (b *Builder) outputTokens(g *graph, labels val) val {
	d := b.cfg.DModel
	const name = "sam_mask_decoder."
	t := stacked("output tokens", []int{1, headTokens, d},
		g.weight(name+"obj_score_token.weight", 1, d),
		g.weight(name+"iou_token.weight", 1, d),
		g.weight(name+"mask_tokens.weight", maskTokens, d))
	batch := g.op("Shape", []val{labels}, intAttr("start", 0), intAttr("end", 1))
	return g.op("Expand", []val{g.tensor(t), g.concat(0, batch, g.ints(headTokens, d))})
}

// drawMasks turns the image into high resolution and draws the mask of each
// mask token.
func (b *Builder) drawMasks(g *graph, tokens, image, hr0, hr1 val) val {
	d, c0, c1 := b.cfg.DModel, b.cfg.HighRes[0], b.cfg.HighRes[1]
	f := b.cfg.FeatureSize(b.opt.ImageSize)
	const up = "sam_mask_decoder.output_upscaling."

	x := g.linear(g.reshape(image, -1, d), g.upscale(up+"0", c1, d))
	x = g.plus(g.reshape(x, -1, c1), g.nest2(hr1, f, c1))
	x = g.gelu(g.layerNorm(x, up+"1", c1, mapEps))
	x = g.linear(x, g.upscale(up+"3", c0, c1))
	x = g.gelu(g.plus(g.reshape(x, -1, c0), g.nest4(hr0, f, c0)))

	weights := g.transpose(b.hyperNetworks(g, tokens), 0, 2, 1)
	m := g.op("MatMul", []val{g.reshape(x, -1, 16*f*f, c0), weights})
	m = g.transpose(g.reshape(m, -1, f, f, 2, 2, 2, 2, maskTokens), 0, 7, 1, 3, 5, 2, 4, 6)
	return g.reshape(m, -1, maskTokens, 4*f, 4*f)
}

// upscale returns the transposed convolution name, kernel and stride 2, as a
// linear map to [row, column, channel] of the four new cells.
func (g *graph) upscale(name string, out, in int) affine {
	w := g.weight(name+".weight", in, out, 2, 2).permuted(2, 3, 1, 0).shaped(4*out, in)
	bias := g.weight(name+".bias", out).derive(".x4", []int{4 * out}, func(v []float32) []float32 {
		return append(append(append(append([]float32(nil), v...), v...), v...), v...)
	})
	return affine{w, bias}
}

// nest2 turns B×C×2f×2f into rows of C channels: cells of the f×f grid, and in
// each its 2×2 cells.
func (g *graph) nest2(x val, f, c int) val {
	x = g.reshape(g.transpose(x, 0, 2, 3, 1), -1, f, 2, f, 2*c)
	return g.reshape(g.transpose(x, 0, 1, 3, 2, 4), -1, c)
}

// nest4 does the same for B×C×4f×4f with two levels of 2×2 cells.
func (g *graph) nest4(x val, f, c int) val {
	x = g.reshape(g.transpose(x, 0, 2, 3, 1), -1, f, 2, 2, f, 2, 2*c)
	return g.reshape(g.transpose(x, 0, 1, 4, 2, 5, 3, 6), -1, c)
}

// hyperNetworks applies each mask token's own MLP: rows -> B×4×c0.
func (b *Builder) hyperNetworks(g *graph, tokens val) val {
	d, c0 := b.cfg.DModel, b.cfg.HighRes[0]
	x := g.reshape(tokens, -1, maskTokens, 1, d)
	dims := []int{d, d, d, c0}
	for i := range 3 {
		if i > 0 {
			x = g.relu(x)
		}
		var w, bias []tensor
		for k := range maskTokens {
			name := layerName(fmt.Sprintf("sam_mask_decoder.output_hypernetworks_mlps.%d", k), i)
			w = append(w, g.weight(name+".weight", dims[i+1], dims[i]).transposed())
			bias = append(bias, g.weight(name+".bias", dims[i+1]))
		}
		name := fmt.Sprintf("hypernetworks %d ", i)
		x = g.op("MatMul", []val{x, g.tensor(stacked(name+"weight", []int{maskTokens, dims[i], dims[i+1]}, w...))})
		x = g.plus(x, g.tensor(stacked(name+"bias", []int{maskTokens, 1, dims[i+1]}, bias...)))
	}
	return g.reshape(x, -1, maskTokens, c0)
}
