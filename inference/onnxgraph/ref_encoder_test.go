package onnxgraph_test

import (
	"fmt"
	"math"
)

// encoder returns hr0, hr1 and feat.
func (r *refModel) encoder(image grid) (hr0, hr1, feat grid) {
	var stages [4]grid
	if r.embed > 0 {
		stages = r.hiera(image)
	} else {
		stages = r.repvit(image)
	}
	lateral := func(i int) grid { // 0: stride 4
		return r.conv(stages[i], fmt.Sprintf("image_encoder.neck.convs.%d.conv", 3-i), r.d, 1, 1, 0, 1)
	}
	top, feat := lateral(3), lateral(2)
	for i := range feat.v {
		c, y, x := i/(feat.h*feat.w), i/feat.w%feat.h, i%feat.w
		feat.v[i] += top.at(c, y/2, x/2)
	}
	hr0 = r.conv(lateral(0), "sam_mask_decoder.conv_s0", r.d/8, 1, 1, 0, 1)
	hr1 = r.conv(lateral(1), "sam_mask_decoder.conv_s1", r.d/4, 1, 1, 0, 1)
	return hr0, hr1, feat
}

const refTrunk = "image_encoder.trunk."

func (r *refModel) hiera(image grid) [4]grid {
	x := r.conv(image, refTrunk+"patch_embed.proj", r.embed, 7, 4, 3, 1)
	coarse := grid{r.embed, r.posGrid, r.posGrid, r.w(refTrunk+"pos_embed", 1, r.embed, r.posGrid, r.posGrid)}
	window := grid{r.embed, 8, 8, r.w(refTrunk+"pos_embed_window", 1, r.embed, 8, 8)}
	x = x.plus(resizeCubic(coarse, x.h))
	for i := range x.v {
		x.v[i] += window.at(i/(x.h*x.w), i/x.w%x.h%8, i%x.w%8)
	}
	var out [4]grid
	block, heads := 0, r.heads
	for s, n := range r.stages {
		for i := range n {
			win, pool := r.windows[s], i == 0 && s > 0
			if pool {
				heads, win = 2*heads, r.windows[s-1]
			}
			if r.global[block] {
				win = 0
			}
			x = r.hieraBlock(x, fmt.Sprintf("%sblocks.%d", refTrunk, block), heads, win, pool)
			block++
		}
		out[s] = x
	}
	return out
}

func (r *refModel) hieraBlock(x grid, name string, heads, win int, pool bool) grid {
	out := x.c
	norm := r.norm(x.tokens(), name+".norm1", 1e-6).toGrid(x.h, x.w)
	residual := x
	if pool {
		out = 2 * x.c
		residual = maxPool(r.linear(norm.tokens(), name+".proj", out).toGrid(x.h, x.w))
	}
	if win == 0 {
		win = x.h
	}
	a := newGrid(out, residual.h, residual.w)
	for wy := 0; wy < x.h; wy += win {
		for wx := 0; wx < x.w; wx += win {
			y := r.hieraWindow(norm, name, wy, wx, win, out, heads, pool)
			scale := win / y.h
			for c := range out {
				for i := range y.h * y.w {
					if ty, tx := wy/scale+i/y.w, wx/scale+i%y.w; ty < a.h && tx < a.w {
						a.set(c, ty, tx, y.at(c, i/y.w, i%y.w))
					}
				}
			}
		}
	}
	x = residual.plus(r.linear(a.tokens(), name+".attn.proj", out).toGrid(a.h, a.w))
	m := r.mlp(r.norm(x.tokens(), name+".norm2", 1e-6), name+".mlp", gelu, 4*out, out)
	return x.plus(m.toGrid(x.h, x.w))
}

// hieraWindow attends inside one window; cells beyond the map are zeros.
func (r *refModel) hieraWindow(norm grid, name string, wy, wx, win, out, heads int, pool bool) grid {
	in := newGrid(norm.c, win, win)
	for c := range norm.c {
		for i := range win * win {
			in.set(c, i/win, i%win, norm.at(c, wy+i/win, wx+i%win))
		}
	}
	qkv := r.linear(in.tokens(), name+".attn.qkv", 3*out)
	part := func(k int) mat {
		m := newMat(qkv.r, out)
		for i := range m.r {
			copy(m.row(i), qkv.row(i)[k*out:(k+1)*out])
		}
		return m
	}
	q, side := part(0), win
	if pool {
		q, side = maxPool(q.toGrid(win, win)).tokens(), win/2
	}
	return attend(q, part(1), part(2), heads).toGrid(side, side)
}

func maxPool(g grid) grid {
	out := newGrid(g.c, g.h/2, g.w/2)
	for c := range g.c {
		for i := range out.h * out.w {
			y, x := 2*(i/out.w), 2*(i%out.w)
			out.set(c, i/out.w, i%out.w,
				math.Max(math.Max(g.at(c, y, x), g.at(c, y, x+1)), math.Max(g.at(c, y+1, x), g.at(c, y+1, x+1))))
		}
	}
	return out
}

const refBody = "image_encoder.trunk.body."

func (r *refModel) repvit(image grid) [4]grid {
	d := r.repDims
	x := r.convNorm(image, refBody+"stem.conv1", d[0]/2, 3, 2, 1).each(gelu)
	x = r.convNorm(x, refBody+"stem.conv2", d[0], 3, 2, 1)
	var out [4]grid
	for s := range out {
		if s > 0 {
			name := fmt.Sprintf("%sstages_%d.downsample", refBody, s)
			x = r.repBlock(x, name+".pre_block", false)
			x = r.convNorm(x, name+".spatial_downsample", x.c, 3, 2, x.c)
			x = r.convNorm(x, name+".channel_downsample", d[s], 1, 1, 1)
			x = x.plus(r.repMLP(x, name+".ffn"))
		}
		for i := range r.repDepths[s] {
			x = r.repBlock(x, fmt.Sprintf("%sstages_%d.blocks.%d", refBody, s, i), i%2 == 0)
		}
		out[s] = x
	}
	return out
}

func (r *refModel) repBlock(x grid, name string, se bool) grid {
	t := name + ".token_mixer"
	x = x.plus(r.convNorm(x, t+".conv", x.c, 3, 1, x.c)).plus(r.convNorm(x, t+".conv1", x.c, 1, 1, x.c))
	if se {
		// A quarter of the channels, rounded to a multiple of 8.
		hidden := max(8, (x.c/4+4)/8*8)
		mean := newGrid(x.c, 1, 1)
		for i, v := range x.v {
			mean.v[i/(x.h*x.w)] += v / float64(x.h*x.w)
		}
		g := r.conv(r.conv(mean, name+".se.fc1", hidden, 1, 1, 0, 1).each(relu), name+".se.fc2", x.c, 1, 1, 0, 1).each(sigmoid)
		y := newGrid(x.c, x.h, x.w)
		for i, v := range x.v {
			y.v[i] = v * g.v[i/(x.h*x.w)]
		}
		x = y
	}
	return x.plus(r.repMLP(x, name+".channel_mixer"))
}

func (r *refModel) repMLP(x grid, name string) grid {
	h := r.convNorm(x, name+".conv1", 2*x.c, 1, 1, 1).each(gelu)
	return r.convNorm(h, name+".conv2", x.c, 1, 1, 1)
}

// convNorm is a convolution and the batch normalisation after it.
func (r *refModel) convNorm(x grid, name string, out, k, stride, groups int) grid {
	y := convolve(x, r.w(name+".c.weight", out, x.c/groups, k, k), out, k, stride, k/2, groups)
	w, b := r.w(name+".bn.weight", out), r.w(name+".bn.bias", out)
	mean, variance := r.w(name+".bn.running_mean", out), r.w(name+".bn.running_var", out)
	for i := range y.v {
		c := i / (y.h * y.w)
		y.v[i] = (y.v[i]-mean[c])/math.Sqrt(variance[c]+1e-5)*w[c] + b[c]
	}
	return y
}
