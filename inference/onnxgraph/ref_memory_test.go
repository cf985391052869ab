package onnxgraph_test

import (
	"fmt"
)

// memoryAttention returns cond for one item; spat and ptr are the memory, with
// their positions.
func (r *refModel) memoryAttention(feat grid, spat, spatPos, ptr, ptrPos mat) grid {
	f := feat.h
	x := feat.tokens()
	for i, p := range sineGrid(f, r.d).tokens().v {
		x.v[i] += 0.1 * p
	}
	values := stack(spat, ptr)
	keys := values.plus(stack(spatPos, ptrPos))
	for l := range r.layers {
		name := fmt.Sprintf("memory_attention.layers.%d", l)
		n := r.norm(x, name+".norm1", 1e-5)
		q := rotateGrid(r.linear(n, name+".self_attn.q_proj", r.d), f)
		k := rotateGrid(r.linear(n, name+".self_attn.k_proj", r.d), f)
		a := attend(q, k, r.linear(n, name+".self_attn.v_proj", r.d), 1)
		x = x.plus(r.linear(a, name+".self_attn.out_proj", r.d))

		cross := name + ".cross_attn_image"
		q = rotateGrid(r.linear(r.norm(x, name+".norm2", 1e-5), cross+".q_proj", r.d), f)
		k = r.rotateMemory(r.linear(keys, cross+".k_proj", r.d), spat.r, f)
		a = attend(q, k, r.linear(values, cross+".v_proj", r.d), 1)
		x = x.plus(r.linear(a, cross+".out_proj", r.d))

		h := r.linear(r.norm(x, name+".norm3", 1e-5), name+".linear1", r.ffn).each(relu)
		x = x.plus(r.linear(h, name+".linear2", r.d))
	}
	return r.norm(x, "memory_attention.norm", 1e-5).toGrid(f, f)
}

func stack(a, b mat) mat { return mat{a.r + b.r, a.c, append(append([]float64(nil), a.v...), b.v...)} }

// part returns rows [from, to).
func (m mat) part(from, to int) mat { return mat{to - from, m.c, m.v[from*m.c : to*m.c]} }

// rotateMemory rotates the keys of each frame; pointers come after the first n.
func (r *refModel) rotateMemory(k mat, n, f int) mat {
	out := newMat(0, k.c)
	per, still, side := f*f, 0, f
	if r.latents > 0 {
		per, still, side = r.latents+r.latents2D, r.latents, r.latentSide
	}
	for from := 0; from < n; from += per {
		out = stack(out, k.part(from, from+still))
		out = stack(out, rotateGrid(k.part(from+still, from+per), side))
	}
	return stack(out, k.part(n, k.r))
}

// memoryEncoder returns the memory tokens of one item.
func (r *refModel) memoryEncoder(feat, mask grid, score float64) mat {
	const down = "memory_encoder.mask_downsampler.encoder."
	x := mask
	for i, c := range []int{4, 16, 64, 256} {
		x = r.conv(x, fmt.Sprintf("%s%d", down, 3*i), c, 3, 2, 1, 1)
		x = r.norm2D(x, fmt.Sprintf("%s%d", down, 3*i+1)).each(gelu)
	}
	x = r.conv(x, down+"12", r.d, 1, 1, 0, 1)
	x = x.plus(r.conv(feat, "memory_encoder.pix_feat_proj", r.d, 1, 1, 0, 1))
	for l := range 2 {
		name := fmt.Sprintf("memory_encoder.fuser.layers.%d", l)
		h := r.norm2D(r.conv(x, name+".dwconv", r.d, 7, 1, 3, r.d), name+".norm").tokens()
		h = r.linear(r.linear(h, name+".pwconv1", 4*r.d).each(gelu), name+".pwconv2", r.d)
		gamma := r.w(name+".gamma", r.d)
		for i := range h.v {
			h.v[i] *= gamma[i%r.d]
		}
		x = x.plus(h.toGrid(x.h, x.w))
	}
	x = r.conv(x, "memory_encoder.out_proj", r.m, 1, 1, 0, 1)
	out := x.tokens()
	if r.latents > 0 {
		out = r.perceiver(x)
	}
	if r.noObjSpatial && score <= 0 {
		for i, v := range r.w("no_obj_embed_spatial", 1, r.m) {
			for j := range out.r {
				out.row(j)[i] += v
			}
		}
	}
	return out
}

// perceiver returns the global latents and then the 2-D latents.
func (r *refModel) perceiver(x grid) mat {
	const name = "spatial_perceiver"
	pos := sineGrid(x.h, r.m).tokens()
	global := mat{r.latents, r.m, r.w(name+".latents", r.latents, r.m)}
	for l := range 2 {
		global = r.latentLayer(global, x.tokens(), &pos, fmt.Sprintf("%s.layers.%d", name, l))
	}
	local := mat{r.latents2D, r.m, r.w(name+".latents_2d", r.latents2D, r.m)}
	side := x.h / r.latentSide
	out := newMat(0, r.m)
	for i := range r.latents2D {
		window := newGrid(r.m, side, side)
		for c := range r.m {
			for j := range side * side {
				window.set(c, j/side, j%side, x.at(c, i/r.latentSide*side+j/side, i%r.latentSide*side+j%side))
			}
		}
		latent := local.part(i, i+1)
		for l := range 2 {
			latent = r.latentLayer(latent, window.tokens(), nil, fmt.Sprintf("%s.layers.%d", name, l))
		}
		out = stack(out, latent)
	}
	return r.norm(stack(global, out), name+".norm", 1e-5)
}

func (r *refModel) latentLayer(x, memory mat, pos *mat, name string) mat {
	halves := func(kv mat) (k, v mat) {
		k, v = newMat(kv.r, r.m), newMat(kv.r, r.m)
		for i := range kv.r {
			copy(k.row(i), kv.row(i)[:r.m])
			copy(v.row(i), kv.row(i)[r.m:])
		}
		return k, v
	}
	q := r.linearNoBias(r.norm(x, name+".attn.norm_latents", 1e-5), name+".attn.to_q", r.m)
	k, v := halves(r.linearNoBias(r.norm(memory, name+".attn.norm_x", 1e-5), name+".attn.to_kv", 2*r.m))
	if pos != nil {
		k, v = k.plus(*pos), v.plus(*pos)
	}
	x = x.plus(r.linearNoBias(attend(q, k, v, 1), name+".attn.to_out", r.m))
	x = x.plus(r.latentMLP(x, name+".ff"))
	n := r.norm(x, name+".self_attn.norm", 1e-5)
	k, v = halves(r.linearNoBias(n, name+".self_attn.to_kv", 2*r.m))
	a := attend(r.linearNoBias(n, name+".self_attn.to_q", r.m), k, v, 1)
	x = x.plus(r.linearNoBias(a, name+".self_attn.to_out", r.m))
	return x.plus(r.latentMLP(x, name+".self_ff"))
}

func (r *refModel) latentMLP(x mat, name string) mat {
	h := r.linearNoBias(r.norm(x, name+".0", 1e-5), name+".1", 4*r.m).each(gelu)
	return r.linearNoBias(h, name+".3", r.m)
}
