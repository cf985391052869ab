package ort

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"google.golang.org/protobuf/encoding/protowire"
)

// The binding can only tell a graph's inputs and outputs through a session of
// its own, which reads all weights a second time: nearly half of the time of
// loading. They stand in the file, so they are read from there, past the
// weights. Field numbers are those of onnx.proto.
const (
	fieldGraph       protowire.Number = 7 // of ModelProto
	fieldInitializer protowire.Number = 5 // of GraphProto
	fieldInput       protowire.Number = 11
	fieldOutput      protowire.Number = 12
	fieldTensorName  protowire.Number = 8 // of TensorProto

	elemFloat32 = 1 // of TensorProto.DataType
	elemInt64   = 7
)

// errHeader: the file does not say all that is needed; ONNX Runtime is asked.
var errHeader = errors.New("incomplete description")

// readHeader returns the inputs and outputs of the graph in an ONNX file of the
// given size. Inputs that have a value in the file are no inputs.
func readHeader(r io.ReaderAt, size int64) (inputs, outputs []IO, err error) {
	w := &wire{r: r}
	preset := map[string]bool{}
	collect := func(f field) (err error) {
		var p IO
		switch f.num {
		case fieldInput:
			if p, err = w.port(f); err == nil {
				inputs = append(inputs, p)
			}
		case fieldOutput:
			if p, err = w.port(f); err == nil {
				outputs = append(outputs, p)
			}
		case fieldInitializer:
			var name string
			if name, err = w.text(f, fieldTensorName); err == nil {
				preset[name] = true
			}
		}
		return err
	}
	err = w.each(field{end: size}, func(f field) error {
		if f.num != fieldGraph {
			return nil
		}
		return w.each(f, collect)
	})
	if err != nil {
		return nil, nil, err
	}
	inputs = slices.DeleteFunc(inputs, func(p IO) bool { return preset[p.Name] })
	if len(inputs) == 0 || len(outputs) == 0 {
		return nil, nil, errHeader
	}
	return inputs, outputs, nil
}

// field is one field of a message: a number, or the bytes from at to end.
type field struct {
	num     protowire.Number
	typ     protowire.Type
	value   uint64
	at, end int64
}

// wire reads protocol buffers from a file without reading what is passed over.
type wire struct {
	r     io.ReaderAt
	block [4096]byte
	from  int64 // file position of the block
	have  int
}

// each calls f for every field of a message.
func (w *wire) each(m field, f func(field) error) error {
	for at := m.at; at < m.end; {
		next, err := w.next(at, m.end)
		if err != nil {
			return err
		}
		if err := f(next); err != nil {
			return err
		}
		at = next.end
	}
	return nil
}

// next reads the field at a position of a message that ends at end.
func (w *wire) next(at, end int64) (field, error) {
	tag, at, err := w.varint(at, end)
	if err != nil {
		return field{}, err
	}
	num, typ := protowire.DecodeTag(tag)
	f := field{num: num, typ: typ, at: at}
	size := uint64(0)
	switch typ {
	case protowire.VarintType:
		f.value, f.end, err = w.varint(at, end)
		return f, err
	case protowire.Fixed32Type:
		size = 4
	case protowire.Fixed64Type:
		size = 8
	case protowire.BytesType:
		if size, f.at, err = w.varint(at, end); err != nil {
			return field{}, err
		}
	default:
		return field{}, fmt.Errorf("%w: wire type %d", errHeader, typ)
	}
	if size > uint64(end-f.at) {
		return field{}, fmt.Errorf("%w: a field of %d bytes", errHeader, size)
	}
	f.end = f.at + int64(size)
	return f, nil
}

func (w *wire) varint(at, end int64) (v uint64, next int64, err error) {
	b, err := w.bytes(at, min(end, at+10))
	if err != nil {
		return 0, 0, err
	}
	v, n := protowire.ConsumeVarint(b)
	if n < 0 {
		return 0, 0, fmt.Errorf("%w: a number at byte %d", errHeader, at)
	}
	return v, at + int64(n), nil
}

// bytes returns the bytes of a stretch not longer than a block, valid until the
// next call.
func (w *wire) bytes(at, end int64) ([]byte, error) {
	if end < at || end-at > int64(len(w.block)) {
		return nil, fmt.Errorf("%w: %d bytes", errHeader, end-at)
	}
	if at < w.from || end > w.from+int64(w.have) {
		n, err := w.r.ReadAt(w.block[:], at)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, err
		}
		w.from, w.have = at, n
	}
	if end > w.from+int64(w.have) {
		return nil, fmt.Errorf("%w: it ends early", errHeader)
	}
	return w.block[at-w.from : end-w.from], nil
}

// text returns a field of a message as text.
func (w *wire) text(m field, num protowire.Number) (s string, err error) {
	err = w.each(m, func(f field) error {
		if f.num == num && f.typ == protowire.BytesType {
			b, err := w.bytes(f.at, f.end)
			s = string(b)
			return err
		}
		return nil
	})
	return s, err
}

// part returns the last field of a message that is itself a message.
func (w *wire) part(m field, num protowire.Number) (field, error) {
	var out field
	err := w.each(m, func(f field) error {
		if f.num == num && f.typ == protowire.BytesType {
			out = f
		}
		return nil
	})
	if err == nil && out.num == 0 {
		err = errHeader
	}
	return out, err
}

// port reads a ValueInfoProto.
func (w *wire) port(m field) (IO, error) {
	name, err := w.text(m, 1)
	if err != nil {
		return IO{}, err
	}
	typ, err := w.part(m, 2)
	if err != nil {
		return IO{}, err
	}
	tensor, err := w.part(typ, 1)
	if err != nil {
		return IO{}, err
	}
	shape, err := w.part(tensor, 2)
	if err != nil {
		return IO{}, err
	}
	out := IO{Name: name}
	err = w.each(tensor, func(f field) error {
		switch {
		case f.num != 1 || f.typ != protowire.VarintType:
		case f.value == elemFloat32:
			out.Type = Float32
		case f.value == elemInt64:
			out.Type = Int64
		}
		return nil
	})
	if err != nil {
		return IO{}, err
	}
	return out, w.each(shape, func(dim field) error {
		if dim.num != 1 || dim.typ != protowire.BytesType {
			return nil
		}
		size := int64(-1)
		err := w.each(dim, func(f field) error {
			if f.num == 1 && f.typ == protowire.VarintType {
				size = int64(f.value)
			}
			return nil
		})
		out.Shape = append(out.Shape, size)
		return err
	})
}
