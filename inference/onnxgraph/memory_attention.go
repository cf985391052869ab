package onnxgraph

const attentionEps = 1e-5

// defineMemoryAttention: feat, spat, spat_pos, ptr, ptr_pos -> cond.
func (b *Builder) defineMemoryAttention(g *graph) {
	d, m := b.cfg.DModel, b.cfg.MemDim
	f := b.cfg.FeatureSize(b.opt.ImageSize)
	feat := g.input("feat", "B", d, f, f)
	spat := g.input("spat", "B", "L", m)
	spatPos := g.input("spat_pos", "B", "L", m)
	ptr := g.input("ptr", "B", "P4", m)
	ptrPos := g.input("ptr_pos", "B", "P4", m)

	g.in("memory_attention")
	pos := table("position of the image", func() []float32 { return sineTable(f, d) }, f*f, d).scaled(0.1)
	x := g.plus(g.reshape(g.transpose(feat, 0, 2, 3, 1), -1, f*f, d), g.tensor(pos))
	x = g.reshape(x, -1, d)
	mem := memoryTokens{
		values: g.concat(1, spat, ptr),
		spat:   g.reshape(g.plus(spat, spatPos), -1, m),
		ptr:    g.reshape(g.plus(ptr, ptrPos), -1, m),
	}
	batch := g.op("Shape", []val{spat}, intAttr("start", 0), intAttr("end", 1))
	mem.shape = g.concat(0, batch, g.ints(-1, d))
	for i := range b.cfg.AttentionLayers {
		x = b.memoryLayer(g.in(layerName("memory_attention", i)), x, mem)
	}
	x = g.in("memory_attention").layerNorm(x, "memory_attention.norm", d, attentionEps)
	g.output("cond", g.rowsToMap(x, d, f), "B", d, f, f)
}

// memoryTokens are the memory as all layers see it.
type memoryTokens struct {
	values    val // [B, L+P4, m], without positions
	spat, ptr val // rows of m channels, with positions
	shape     val // [B, -1, d]
}

// memoryLayer is self attention, attention to the memory and an MLP, each with
// a normalisation before and a residual around it.
func (b *Builder) memoryLayer(g *graph, x val, mem memoryTokens) val {
	d, name := b.cfg.DModel, g.scope
	n := g.layerNorm(x, name+".norm1", d, attentionEps)
	x = g.plus(x, b.selfAttention(g, n, name+".self_attn"))
	n = g.layerNorm(x, name+".norm2", d, attentionEps)
	x = g.plus(x, b.crossAttention(g, n, mem, name+".cross_attn_image"))
	n = g.layerNorm(x, name+".norm3", d, attentionEps)
	h := g.relu(g.linear(n, g.affine(name+".linear1", b.cfg.AttentionFFN, d)))
	return g.plus(x, g.linear(h, g.affine(name+".linear2", d, b.cfg.AttentionFFN)))
}

// selfAttention attends between the cells of the image; queries and keys are
// rotated by their position.
func (b *Builder) selfAttention(g *graph, x val, name string) val {
	d := b.cfg.DModel
	f := b.cfg.FeatureSize(b.opt.ImageSize)
	table := b.imageRotation()
	q := g.rotate(g.linear(x, g.affine(name+".q_proj", d, d)), table)
	k := g.rotate(g.linear(x, g.affine(name+".k_proj", d, d)), table)
	v := g.reshape(g.linear(x, g.affine(name+".v_proj", d, d)), -1, f*f, d)
	a := g.attention(q, k, v, 1, d, d)
	return g.linear(g.reshape(a, -1, d), g.affine(name+".out_proj", d, d))
}

// crossAttention attends from the image to the memory. Object pointers are
// not rotated.
//
// softmax(·)·(M·Wvᵀ+bv) = (softmax(·)·M)·Wvᵀ+bv, for the weights sum to one:
// so the memory itself, a quarter as wide, serves as the values, and Wv goes
// into the output projection.
func (b *Builder) crossAttention(g *graph, x val, mem memoryTokens, name string) val {
	d, m := b.cfg.DModel, b.cfg.MemDim
	q := g.rotate(g.linear(x, g.affine(name+".q_proj", d, d)), b.imageRotation())
	key := g.affine(name+".k_proj", d, m)
	spat := g.rotate(g.linear(mem.spat, key), b.memoryRotation())
	spat = g.op("Reshape", []val{spat, mem.shape})
	ptr := g.op("Reshape", []val{g.linear(mem.ptr, key), mem.shape})
	k := g.concat(1, spat, ptr)
	value, out := g.affine(name+".v_proj", d, m), g.affine(name+".out_proj", d, d)
	if g.plain {
		v := g.plus(g.op("MatMul", []val{mem.values, g.tensor(value.w.transposed())}), g.tensor(value.b))
		return g.linear(g.reshape(g.attention(q, k, v, 1, d, d), -1, d), out)
	}
	a := g.attention(q, k, mem.values, 1, d, m)
	return g.linear(g.reshape(a, -1, m), out.after(value))
}
