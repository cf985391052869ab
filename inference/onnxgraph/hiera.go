package onnxgraph

import "fmt"

const (
	trunk    = "image_encoder.trunk."
	hieraEps = 1e-6
)

// hiera describes the image encoder of SAM 2. Tokens stay in the nested order
// from the first convolution to the neck, so that windows and pools of the
// first stages need no data movement at all; where a later stage's windows do
// not fit that order, one Gather brings the rows into windows.
func (b *Builder) hiera(g *graph, image val) [4]stage {
	h := b.cfg.Hiera
	s := stage{dim: h.EmbedDim, order: nested(b.opt.ImageSize / 4)}
	s.rows = b.hieraPatches(g, image, s.order)
	rest := 64 // rows of the grid's 8×8 windows, a quarter after each pool
	var out [4]stage
	for i, blk := range h.Blocks {
		if blk.Pool {
			rest /= 4
		}
		s = g.in(fmt.Sprintf("%sblocks.%d", trunk, i)).hieraBlock(s, blk, rest)
		out[blk.Stage] = s
	}
	return out
}

// hieraPatches is the 7×7 convolution, stride 4, plus the position table.
func (b *Builder) hieraPatches(g *graph, image val, o order) val {
	h, d := b.cfg.Hiera, b.cfg.Hiera.EmbedDim
	g.in(trunk + "patch_embed")
	w := g.weight(trunk+"patch_embed.proj.weight", d, 3, 7, 7)
	bias := g.weight(trunk+"patch_embed.proj.bias", d)
	x := g.mapToRows(g.conv(image, w, &bias, 4, 3, 1), d)
	x = g.gather(x, 0, g.longInts("nested", o.cells))
	coarse := g.weight(trunk+"pos_embed", 1, d, h.PosGrid, h.PosGrid)
	window := g.weight(trunk+"pos_embed_window", 1, d, 8, 8)
	table := coarse.with(window, "position table", []int{len(o.cells), d}, func(c, w []float32) []float32 {
		t := hieraTable(c, h.PosGrid, w, 8, d, o.n)
		rows := make([]float32, 0, len(t))
		for _, cell := range o.cells {
			rows = append(rows, t[cell*d:(cell+1)*d]...)
		}
		return rows
	})
	return g.plus(x, g.tensor(table))
}

// hieraBlock is one block: windowed attention and an MLP, both with residual.
// rest is the number of pooled rows per group of a pool.
func (g *graph) hieraBlock(s stage, blk HieraBlock, rest int) stage {
	name := g.scope
	out := stage{dim: blk.DimOut, order: s.order}
	norm := g.layerNorm(s.rows, name+".norm1", blk.Dim, hieraEps)
	residual := s.rows
	if blk.Dim != blk.DimOut {
		residual = g.linear(norm, g.affine(name+".proj", blk.DimOut, blk.Dim))
	}
	qkv := g.affine(name+".attn.qkv", 3*blk.DimOut, blk.Dim)
	part := func(i int) affine {
		return affine{qkv.w.rows(i*blk.DimOut, (i+1)*blk.DimOut), qkv.b.rows(i*blk.DimOut, (i+1)*blk.DimOut)}
	}
	q := g.linear(norm, part(0))
	if blk.Pool {
		out.order = s.order.pooled(rest)
		pool := func(x val) val {
			x = g.reduce("ReduceMax", g.reshape(x, -1, 4, rest*blk.DimOut), 1)
			return g.reshape(x, -1, blk.DimOut)
		}
		residual, q = pool(residual), pool(q)
	}
	a := g.windowAttention(q, norm, part(1), part(2), s.order, out.order, blk)
	x := g.plus(residual, g.linear(a, g.affine(name+".attn.proj", blk.DimOut, blk.DimOut)))
	norm = g.layerNorm(x, name+".norm2", blk.DimOut, hieraEps)
	out.rows = g.plus(x, g.mlp(norm, name+".mlp", g.gelu, blk.DimOut, 4*blk.DimOut, blk.DimOut))
	return out
}

// windowAttention attends inside windows. q has the rows of to, x (the
// normalised tokens, from which keys and values come) those of from; to is
// from, or pooled from.
//
// Where windows reach beyond the grid, the model pads x with zeros before the
// projections: those keys and values are the biases. Queries beyond the grid
// are never used.
func (g *graph) windowAttention(q, x val, key, value affine, from, to order, blk HieraBlock) val {
	d := blk.DimOut
	k, v := g.linear(x, key), g.linear(x, value)
	wk, wq := blk.Window, blk.Window
	if blk.Window == 0 {
		wk, wq = from.n, to.n
	} else if blk.Pool {
		wq /= 2
	}
	keys, queries := from.windows(wk), to.windows(wq)
	if len(keys) > len(from.cells) {
		k, v = g.concat(0, k, g.tensor(key.b.shaped(1, d))), g.concat(0, v, g.tensor(value.b.shaped(1, d)))
	}
	k = g.gatherRows(k, "keys", keys, len(from.cells), wk, from.n)
	v = g.gatherRows(v, "keys", keys, len(from.cells), wk, from.n)
	q = g.gatherRows(q, "queries", queries, 0, wq, to.n)
	head := d / blk.Heads
	attend := g.attention
	if blk.Heads == 1 && blk.Window > 0 {
		// Small windows and no heads to bring to the front: measured a third
		// faster than the fused operator.
		attend = g.plainAttention
	}
	a := attend(g.reshape(q, -1, wq*wq, d), g.reshape(k, -1, wk*wk, d), g.reshape(v, -1, wk*wk, d), blk.Heads, head, head)
	back := backIndex(queries, len(to.cells))
	a = g.reshape(a, -1, d)
	if len(back) == len(queries) && isIdentity(back) {
		return a
	}
	return g.gather(a, 0, g.longInts(fmt.Sprintf("back from windows %d in %d", wq, to.n), back))
}

// gatherRows brings rows into windows; -1 stands for the row pad.
func (g *graph) gatherRows(x val, what string, index []int, pad, window, n int) val {
	if isIdentity(index) {
		return x
	}
	full := make([]int, len(index))
	for i, row := range index {
		if full[i] = row; row < 0 {
			full[i] = pad
		}
	}
	return g.gather(x, 0, g.longInts(fmt.Sprintf("%s of windows %d in %d", what, window, n), full))
}
