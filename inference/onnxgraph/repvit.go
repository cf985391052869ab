package onnxgraph

import (
	"fmt"
	"math"
)

const (
	repBody      = "image_encoder.trunk.body."
	batchNormEps = 1e-5
)

// repvit describes the image encoder of EdgeTAM. It returns the map after each
// stage. Batch normalisation is folded into the convolutions, and the three
// branches of a token mixer into one.
func (b *Builder) repvit(g *graph, image val) [4]val {
	r := b.cfg.RepViT
	g.in(repBody + "stem")
	first, second := r.Dims[0]/2, r.Dims[0]
	x := g.gelu(g.folded(image, g.convNorm(repBody+"stem.conv1", first, 3, 3), 2, 1))
	x = g.folded(x, g.convNorm(repBody+"stem.conv2", second, first, 3), 2, 1)
	var out [4]val
	for s := range out {
		if s > 0 {
			x = g.repDownsample(x, fmt.Sprintf("%sstages_%d.downsample", repBody, s), r.Dims[s-1], r.Dims[s])
		}
		for i := range r.Depths[s] {
			name := fmt.Sprintf("%sstages_%d.blocks.%d", repBody, s, i)
			x = g.in(name).repBlock(x, name, r.Dims[s], i%2 == 0)
		}
		out[s] = x
	}
	return out
}

// repDownsample halves the map and changes the channels.
func (g *graph) repDownsample(x val, name string, from, to int) val {
	x = g.in(name).repBlock(x, name+".pre_block", from, false)
	x = g.folded(x, g.convNorm(name+".spatial_downsample", from, 1, 3), 2, from)
	x = g.folded(x, g.convNorm(name+".channel_downsample", to, from, 1), 1, 1)
	return g.plus(x, g.repMLP(x, name+".ffn", to))
}

// repBlock mixes cells, weighs channels if se is set, and mixes channels.
func (g *graph) repBlock(x val, name string, d int, se bool) val {
	x = g.folded(x, g.tokenMixer(name+".token_mixer", d), 1, d)
	if se {
		hidden := g.dim(name+".se.fc1.weight", 0)
		w := g.reshape(g.reduce("ReduceMean", x, 2, 3), -1, d)
		w = g.relu(g.linear(w, g.pointwise(name+".se.fc1", hidden, d)))
		w = g.op("Sigmoid", []val{g.linear(w, g.pointwise(name+".se.fc2", d, hidden))})
		x = g.times(x, g.reshape(w, -1, d, 1, 1))
	}
	return g.plus(x, g.repMLP(x, name+".channel_mixer", d))
}

func (g *graph) repMLP(x val, name string, d int) val {
	x = g.gelu(g.folded(x, g.convNorm(name+".conv1", 2*d, d, 1), 1, 1))
	return g.folded(x, g.convNorm(name+".conv2", d, 2*d, 1), 1, 1)
}

// foldedConv is a convolution with its normalisation folded in.
type foldedConv struct{ w, b tensor }

func (g *graph) folded(x val, c foldedConv, stride, groups int) val {
	return g.conv(x, c.w, &c.b, stride, c.w.dims[2]/2, groups)
}

// convNorm returns a convolution without bias and the batch normalisation
// after it as one convolution.
func (g *graph) convNorm(name string, out, in, k int) foldedConv {
	scale, shift := g.batchNorm(name+".bn", out)
	w := g.weight(name+".c.weight", out, in, k, k)
	w = w.with(scale, name, w.dims, func(v, s []float32) []float32 {
		per := len(v) / len(s)
		for i := range v {
			v[i] *= s[i/per]
		}
		return v
	})
	return foldedConv{w, shift}
}

// batchNorm returns the scale and shift per channel of a batch normalisation.
func (g *graph) batchNorm(name string, n int) (scale, shift tensor) {
	weight, bias := g.weight(name+".weight", n), g.weight(name+".bias", n)
	mean, variance := g.weight(name+".running_mean", n), g.weight(name+".running_var", n)
	scale = weight.with(variance, name+" scale", []int{n}, func(w, v []float32) []float32 {
		for i := range w {
			w[i] = float32(float64(w[i]) / math.Sqrt(float64(v[i])+batchNormEps))
		}
		return w
	})
	shift = scale.with(mean, name+" mean", []int{n}, func(s, m []float32) []float32 {
		for i := range s {
			s[i] *= -m[i]
		}
		return s
	}).with(bias, name+" shift", []int{n}, func(s, b []float32) []float32 {
		for i := range s {
			s[i] += b[i]
		}
		return s
	})
	return scale, shift
}

// tokenMixer returns the sum of a depthwise 3×3, a depthwise 1×1 and the
// identity as one depthwise 3×3 convolution.
func (g *graph) tokenMixer(name string, d int) foldedConv {
	wide, narrow := g.convNorm(name+".conv", d, 1, 3), g.convNorm(name+".conv1", d, 1, 1)
	w := wide.w.with(narrow.w, name, wide.w.dims, func(v, u []float32) []float32 {
		for c := range u {
			v[9*c+4] += u[c] + 1
		}
		return v
	})
	b := wide.b.with(narrow.b, name+" shift", wide.b.dims, func(v, u []float32) []float32 {
		for c := range u {
			v[c] += u[c]
		}
		return v
	})
	return foldedConv{w, b}
}

// repvitNeck computes the outputs from the stages of RepViT.
func (b *Builder) repvitNeck(g *graph, stages [4]val) (hr0, hr1, feat val) {
	g.in("image_encoder.neck")
	hr0 = g.pointwiseConv(stages[0], b.highRes(g, 0))
	hr1 = g.pointwiseConv(stages[1], b.highRes(g, 1))
	coarse := g.pointwiseConv(stages[3], b.neckConv(g, 3))
	up := g.op("Resize", []val{coarse, "", g.tensor(values("nearest x2", []float32{1, 1, 2, 2}, 4))},
		stringAttr("mode", "nearest"), stringAttr("coordinate_transformation_mode", "asymmetric"),
		stringAttr("nearest_mode", "floor"))
	feat = g.plus(g.pointwiseConv(stages[2], b.neckConv(g, 2)), up)
	return hr0, hr1, feat
}
