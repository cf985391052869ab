package onnxgraph

// perceive is EdgeTAM's spatial perceiver: learned latents read the memory
// tokens (rows). Global latents read all of them, with positions on keys and
// values; the 2-D latents read one window each, without positions. Both go
// through the same layers. Source: "EdgeTAM: On-Device Track Anything Model".
func (b *Builder) perceive(g *graph, rows val) val {
	m, p := b.cfg.MemDim, b.cfg.Perceiver
	f := b.cfg.FeatureSize(b.opt.ImageSize)
	const name = "spatial_perceiver"
	pos := g.tensor(table("position of the memory", func() []float32 { return sineTable(f, m) }, f*f, m))

	batch := g.op("Shape", []val{g.reshape(rows, -1, f*f, m)}, intAttr("start", 0), intAttr("end", 1))
	spread := func(key string, n int) val {
		t := g.tensor(g.weight(name+"."+key, n, m).shaped(1, n, m))
		return g.op("Expand", []val{t, g.concat(0, batch, g.ints(n, m))})
	}
	global := latents{b: b, g: g, x: spread("latents", p.Latents), n: p.Latents}
	local := latents{b: b, g: g, x: g.reshape(spread("latents_2d", p.Latents2D), -1, 1, m), n: 1}
	for i := range p.Layers {
		layer := layerName(name, i)
		g.in(layer)
		x := g.layerNorm(rows, layer+".attn.norm_x", m, attentionEps)
		kv := g.weight(layer+".attn.to_kv.weight", 2*m, m)
		k, v := g.matrix(x, kv.rows(0, m)), g.matrix(x, kv.rows(m, 2*m))
		placed := func(x val) val { return g.plus(g.reshape(x, -1, f*f, m), pos) }
		global.layer(layer, placed(k), placed(v))
		local.layer(layer, b.perceiverWindows(g, k), b.perceiverWindows(g, v))
	}
	g.in(name)
	out := g.concat(1, g.reshape(global.x, -1, p.Latents, m), g.reshape(local.x, -1, p.Latents2D, m))
	return g.layerNorm(out, name+".norm", m, attentionEps)
}

// perceiverWindows turns rows into one group per window of the 2-D latents.
func (b *Builder) perceiverWindows(g *graph, rows val) val {
	m, side := b.cfg.MemDim, b.cfg.Perceiver.side2D()
	w := b.cfg.FeatureSize(b.opt.ImageSize) / side
	x := g.transpose(g.reshape(rows, -1, side, w, side, w*m), 0, 1, 3, 2, 4)
	return g.reshape(x, -1, w*w, m)
}

// latents are groups of n latents.
type latents struct {
	b *Builder
	g *graph
	x val // [groups, n, m]
	n int
}

// layer lets each group read its keys and values, and itself.
func (l *latents) layer(name string, k, v val) {
	g, m := l.g, l.b.cfg.MemDim
	q := g.matrix(l.norm(name+".attn.norm_latents"), g.weight(name+".attn.to_q.weight", m, m))
	a := g.attention(l.groups(q), k, v, 1, m, m)
	l.add(g.matrix(g.reshape(a, -1, m), g.weight(name+".attn.to_out.weight", m, m)))
	l.feedForward(name + ".ff")
	l.readSelf(name + ".self_attn")
	l.feedForward(name + ".self_ff")
}

// readSelf is self attention. A single latent can only look at itself, so that
// its attention is a linear map.
func (l *latents) readSelf(name string) {
	g, m := l.g, l.b.cfg.MemDim
	x := l.norm(name + ".norm")
	kv := g.weight(name+".to_kv.weight", 2*m, m)
	out := g.weight(name+".to_out.weight", m, m)
	query := g.weight(name+".to_q.weight", m, m)
	if l.n == 1 {
		value := kv.rows(m, 2*m)
		l.add(g.matrix(x, out.with(value, name+" of one", []int{m, m}, func(o, v []float32) []float32 {
			return matmul64(o, v, m, m, m)
		})))
		return
	}
	q, k, v := g.matrix(x, query), g.matrix(x, kv.rows(0, m)), g.matrix(x, kv.rows(m, 2*m))
	a := g.attention(l.groups(q), l.groups(k), l.groups(v), 1, m, m)
	l.add(g.matrix(g.reshape(a, -1, m), out))
}

func (l *latents) feedForward(name string) {
	g, m := l.g, l.b.cfg.MemDim
	h := g.gelu(g.matrix(l.norm(name+".0"), g.weight(name+".1.weight", 4*m, m)))
	l.add(g.matrix(h, g.weight(name+".3.weight", m, 4*m)))
}

// norm returns the normalised latents as rows.
func (l *latents) norm(name string) val {
	m := l.b.cfg.MemDim
	return l.g.layerNorm(l.g.reshape(l.x, -1, m), name, m, attentionEps)
}

func (l *latents) groups(rows val) val { return l.g.reshape(rows, -1, l.n, l.b.cfg.MemDim) }

// add adds rows to the latents.
func (l *latents) add(rows val) { l.x = l.g.plus(l.x, l.groups(rows)) }
