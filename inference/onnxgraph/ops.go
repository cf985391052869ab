package onnxgraph

// Rows are matrices [rows, channels]: every token of a map (and of every item
// of a batch) is a row. Maps are B×C×H×W as at the graphs' borders.

// linear applies a to rows.
func (g *graph) linear(x val, a affine) val {
	return g.op("Gemm", []val{x, g.tensor(a.w), g.tensor(a.b)}, intAttr("transB", 1))
}

// matrix applies a map without bias to rows.
func (g *graph) matrix(x val, w tensor) val {
	return g.op("Gemm", []val{x, g.tensor(w)}, intAttr("transB", 1))
}

// layerNorm normalises the last axis, which has n channels, with the weights
// of that name.
func (g *graph) layerNorm(x val, name string, n int, eps float32) val {
	return g.op("LayerNormalization",
		[]val{x, g.tensor(g.weight(name+".weight", n)), g.tensor(g.weight(name+".bias", n))},
		intAttr("axis", -1), floatAttr("epsilon", eps))
}

// gelu is the exact form, with the error function.
func (g *graph) gelu(x val) val { return g.contrib("Gelu", []val{x}) }

func (g *graph) relu(x val) val { return g.op("Relu", []val{x}) }

func (g *graph) plus(a, b val) val { return g.op("Add", []val{a, b}) }

func (g *graph) times(a, b val) val { return g.op("Mul", []val{a, b}) }

// reshape gives x other dims; one of them may be -1.
func (g *graph) reshape(x val, dims ...int) val {
	return g.op("Reshape", []val{x, g.ints(dims...)})
}

func (g *graph) transpose(x val, perm ...int) val {
	return g.op("Transpose", []val{x}, intsAttr("perm", perm...))
}

func (g *graph) concat(axis int, parts ...val) val {
	return g.op("Concat", parts, intAttr("axis", axis))
}

// gather picks entries of an axis by constant indices.
func (g *graph) gather(x val, axis int, index val) val {
	return g.op("Gather", []val{x, index}, intAttr("axis", axis))
}

// slice cuts [from, to) out of an axis.
func (g *graph) slice(x val, axis, from, to int) val {
	return g.op("Slice", []val{x, g.ints(from), g.ints(to), g.ints(axis)})
}

// reduce is ReduceMax or ReduceMean over axes, which are dropped.
func (g *graph) reduce(op string, x val, axes ...int) val {
	return g.op(op, []val{x, g.ints(axes...)}, intAttr("keepdims", 0))
}

// conv is a convolution with a square kernel and the same padding on each
// side. The bias may be missing.
func (g *graph) conv(x val, w tensor, bias *tensor, stride, pad, groups int) val {
	in := []val{x, g.tensor(w)}
	if bias != nil {
		in = append(in, g.tensor(*bias))
	}
	k := w.dims[2]
	return g.op("Conv", in, intsAttr("kernel_shape", k, k), intsAttr("strides", stride, stride),
		intsAttr("pads", pad, pad, pad, pad), intAttr("group", groups))
}

// pointwiseConv applies a to the channels of a map.
func (g *graph) pointwiseConv(x val, a affine) val {
	w := a.w.shaped(a.w.dims[0], a.w.dims[1], 1, 1)
	return g.conv(x, w, &a.b, 1, 0, 1)
}

// mapToRows turns B×C×n×n into rows.
func (g *graph) mapToRows(x val, channels int) val {
	return g.reshape(g.transpose(x, 0, 2, 3, 1), -1, channels)
}

// rowsToMap turns rows in row-major order of n×n cells into B×C×n×n.
func (g *graph) rowsToMap(x val, channels, n int) val {
	t := g.transpose(g.reshape(x, -1, n*n, channels), 0, 2, 1)
	return g.reshape(t, -1, channels, n, n)
}

// mlp is a chain of linear layers name.layers.0, 1, ... with an activation
// between them.
func (g *graph) mlp(x val, name string, act func(val) val, dims ...int) val {
	for i := range len(dims) - 1 {
		if i > 0 {
			x = act(x)
		}
		x = g.linear(x, g.affine(layerName(name, i), dims[i+1], dims[i]))
	}
	return x
}
