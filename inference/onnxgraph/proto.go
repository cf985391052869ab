package onnxgraph

import (
	"bufio"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"

	"google.golang.org/protobuf/encoding/protowire"
)

// Versions of what is written. Opset 20 is read by every ONNX Runtime since
// 1.17; nothing older than opset 18 has the reductions in this form.
const (
	irVersion     = 9
	opset         = 20
	contribDomain = "com.microsoft"
	contribOpset  = 1
)

// Element types of onnx.proto (TensorProto.DataType).
const (
	elemFloat = 1
	elemInt64 = 7
)

// Attribute types of onnx.proto (AttributeProto.AttributeType).
const (
	attrFloat  = 1
	attrInt    = 2
	attrString = 3
	attrInts   = 7
)

// attr is one attribute of a node.
type attr struct {
	name string
	kind uint64
	f    float32
	i    []int
	s    string
}

func floatAttr(name string, v float32) attr { return attr{name: name, kind: attrFloat, f: v} }
func intAttr(name string, v int) attr       { return attr{name: name, kind: attrInt, i: []int{v}} }
func intsAttr(name string, v ...int) attr   { return attr{name: name, kind: attrInts, i: v} }
func stringAttr(name, v string) attr        { return attr{name: name, kind: attrString, s: v} }
func (a attr) append(b []byte) []byte {
	b = appendString(b, 1, a.name)
	switch a.kind {
	case attrFloat:
		b = protowire.AppendTag(b, 2, protowire.Fixed32Type)
		b = protowire.AppendFixed32(b, math.Float32bits(a.f))
	case attrInt:
		b = appendInt(b, 3, int64(a.i[0]))
	case attrString:
		b = appendString(b, 4, a.s)
	case attrInts:
		for _, v := range a.i {
			b = appendInt(b, 8, int64(v))
		}
	}
	return appendInt(b, 20, int64(a.kind))
}

// node is one operator of a graph.
type node struct {
	op, domain, name string
	in, out          []string
	attrs            []attr
}

func (n node) append(b []byte) []byte {
	for _, s := range n.in {
		b = appendString(b, 1, s)
	}
	for _, s := range n.out {
		b = appendString(b, 2, s)
	}
	b = appendString(b, 3, n.name)
	b = appendString(b, 4, n.op)
	for _, a := range n.attrs {
		b = appendBytes(b, 5, a.append(nil))
	}
	if n.domain != "" {
		b = appendString(b, 7, n.domain)
	}
	return b
}

func (v ValueInfo) append(b []byte) []byte {
	var shape []byte
	for i, d := range v.Shape {
		var dim []byte
		if d < 0 {
			dim = appendString(nil, 2, v.Dims[i])
		} else {
			dim = appendInt(nil, 1, int64(d))
		}
		shape = appendBytes(shape, 1, dim)
	}
	kind := appendInt(nil, 1, elemFloat)
	kind = appendBytes(kind, 2, shape)
	b = appendString(b, 1, v.Name)
	return appendBytes(b, 2, appendBytes(nil, 1, kind))
}

// initializer is a constant of a graph: int64 values that are there, or a
// float32 tensor that is loaded when it is written.
type initializer struct {
	tensor
	ints []int64
}

// header returns the TensorProto up to the length of its data, and that
// length.
func (t initializer) header() ([]byte, int) {
	kind, n := int64(elemFloat), 4*t.count()
	if t.ints != nil {
		kind, n = elemInt64, 8*t.count()
	}
	var b []byte
	for _, d := range t.dims {
		b = appendInt(b, 1, int64(d))
	}
	b = appendInt(b, 2, kind)
	b = appendString(b, 8, t.name)
	b = protowire.AppendTag(b, 9, protowire.BytesType)
	return protowire.AppendVarint(b, uint64(n)), n
}

// size returns the length of the initializer as a field of the graph.
func (t initializer) size() int64 {
	h, n := t.header()
	return int64(protowire.SizeTag(5)) + int64(protowire.SizeBytes(len(h)+n))
}

func (t initializer) write(w *bufio.Writer) error {
	h, n := t.header()
	b := protowire.AppendTag(nil, 5, protowire.BytesType)
	b = protowire.AppendVarint(b, uint64(len(h)+n))
	if _, err := w.Write(append(b, h...)); err != nil {
		return err
	}
	var word [8]byte
	for _, v := range t.ints {
		binary.LittleEndian.PutUint64(word[:], uint64(v))
		if _, err := w.Write(word[:]); err != nil {
			return err
		}
	}
	if t.ints != nil {
		return nil
	}
	v, err := t.load()
	if err != nil {
		return err
	}
	if len(v) != t.count() {
		return fmt.Errorf("tensor %s: %d values for the shape %v", t.name, len(v), t.dims)
	}
	return writeFloats(w, v)
}

func writeFloats(w *bufio.Writer, v []float32) error {
	var buf [4096]byte
	for len(v) > 0 {
		n := min(len(v), len(buf)/4)
		for i, x := range v[:n] {
			binary.LittleEndian.PutUint32(buf[4*i:], math.Float32bits(x))
		}
		if _, err := w.Write(buf[:4*n]); err != nil {
			return err
		}
		v = v[n:]
	}
	return nil
}

// frame returns everything of the model around the initializers: what comes
// before them (with the graph's length) and after.
func (g *graph) frame() (before, after []byte) {
	var nodes []byte
	for _, n := range g.nodes {
		nodes = appendBytes(nodes, 1, n.append(nil))
	}
	nodes = appendString(nodes, 2, g.name)
	for _, v := range g.inputs {
		after = appendBytes(after, 11, v.append(nil))
	}
	for _, v := range g.outputs {
		after = appendBytes(after, 12, v.append(nil))
	}
	length := int64(len(nodes)) + int64(len(after))
	for _, t := range g.inits {
		length += t.size()
	}

	before = appendInt(nil, 1, irVersion)
	before = appendString(before, 2, "masklet")
	for _, d := range []struct {
		domain  string
		version int64
	}{{"", opset}, {contribDomain, contribOpset}} {
		o := appendString(nil, 1, d.domain)
		before = appendBytes(before, 8, appendInt(o, 2, d.version))
	}
	before = protowire.AppendTag(before, 7, protowire.BytesType)
	before = protowire.AppendVarint(before, uint64(length))
	return append(before, nodes...), after
}

func (g *graph) size() int64 {
	before, after := g.frame()
	n := int64(len(before) + len(after))
	for _, t := range g.inits {
		n += t.size()
	}
	return n
}

func (g *graph) write(ctx context.Context, out io.Writer) error {
	if n := g.size(); n > math.MaxInt32 {
		return fmt.Errorf("%d bytes are more than an ONNX file can hold", n)
	}
	before, after := g.frame()
	w := bufio.NewWriterSize(out, 1<<16)
	if _, err := w.Write(before); err != nil {
		return err
	}
	for _, t := range g.inits {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := t.write(w); err != nil {
			return err
		}
	}
	if _, err := w.Write(after); err != nil {
		return err
	}
	return w.Flush()
}

func appendString(b []byte, field protowire.Number, s string) []byte {
	return protowire.AppendString(protowire.AppendTag(b, field, protowire.BytesType), s)
}

func appendBytes(b []byte, field protowire.Number, v []byte) []byte {
	return protowire.AppendBytes(protowire.AppendTag(b, field, protowire.BytesType), v)
}

func appendInt(b []byte, field protowire.Number, v int64) []byte {
	return protowire.AppendVarint(protowire.AppendTag(b, field, protowire.VarintType), uint64(v))
}
