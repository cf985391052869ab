package ort

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"
)

// A few helpers that write ONNX files by hand, so that the tests need no other
// package. Field numbers are those of onnx.proto.

type node struct {
	op  string
	in  []string
	out string
}

type port struct {
	name string
	typ  int   // 1 float32, 7 int64, 11 double
	dims []any // int or name of a dynamic size
}

func model(nodes []node, inputs, outputs []port) []byte {
	var graph []byte
	for _, n := range nodes {
		var b []byte
		for _, in := range n.in {
			b = str(b, 1, in)
		}
		b = str(b, 2, n.out)
		b = str(b, 4, n.op)
		graph = msg(graph, 1, b)
	}
	graph = str(graph, 2, "test")
	for _, p := range inputs {
		graph = msg(graph, 11, valueInfo(p))
	}
	for _, p := range outputs {
		graph = msg(graph, 12, valueInfo(p))
	}
	var opset []byte
	opset = num(opset, 2, 17)
	var m []byte
	m = num(m, 1, 8)
	m = msg(m, 7, graph)
	return msg(m, 8, opset)
}

func valueInfo(p port) []byte {
	var shape []byte
	for _, d := range p.dims {
		var dim []byte
		if n, ok := d.(int); ok {
			dim = num(dim, 1, uint64(n))
		} else {
			dim = str(dim, 2, fmt.Sprint(d))
		}
		shape = msg(shape, 1, dim)
	}
	var tensor []byte
	tensor = num(tensor, 1, uint64(p.typ))
	tensor = msg(tensor, 2, shape)
	return msg(str(nil, 1, p.name), 2, msg(nil, 1, tensor))
}

func msg(b []byte, field protowire.Number, v []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), v)
}

func str(b []byte, field protowire.Number, v string) []byte { return msg(b, field, []byte(v)) }

func num(b []byte, field protowire.Number, v uint64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), v)
}
