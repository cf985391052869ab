package onnxgraph

import "math"

// attention is softmax(q·kᵀ/√head)·v. q is [B, Lq, heads·head], k is
// [B, Lk, heads·head] and v is [B, Lk, heads·vHead]; the result is
// [B, Lq, heads·vHead].
//
// The fused operator never holds the Lq×Lk matrix; the plain form does.
func (g *graph) attention(q, k, v val, heads, head, vHead int) val {
	if g.plain {
		return g.plainAttention(q, k, v, heads, head, vHead)
	}
	return g.contrib("MultiHeadAttention", []val{q, k, v},
		intAttr("num_heads", heads), floatAttr("scale", attentionScale(head)))
}

func attentionScale(head int) float32 { return float32(1 / math.Sqrt(float64(head))) }

// plainAttention is attention as MatMul, Softmax, MatMul.
func (g *graph) plainAttention(q, k, v val, heads, head, vHead int) val {
	q = g.times(q, g.float(attentionScale(head)))
	if heads == 1 {
		weights := g.op("Softmax", []val{g.op("MatMul", []val{q, g.transpose(k, 0, 2, 1)})}, intAttr("axis", -1))
		return g.op("MatMul", []val{weights, v})
	}
	split := func(x val, n int, perm ...int) val {
		return g.transpose(g.op("Reshape", []val{x, g.ints(0, 0, heads, n)}), perm...)
	}
	scores := g.op("MatMul", []val{split(q, head, 0, 2, 1, 3), split(k, head, 0, 2, 3, 1)})
	weights := g.op("Softmax", []val{scores}, intAttr("axis", -1))
	out := g.op("MatMul", []val{weights, split(v, vHead, 0, 2, 1, 3)})
	return g.op("Reshape", []val{g.transpose(out, 0, 2, 1, 3), g.ints(0, 0, heads*vHead)})
}
