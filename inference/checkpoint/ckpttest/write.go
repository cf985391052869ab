package ckpttest

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
)

// FromManifest reads the tensors of a model from a list made elsewhere: a JSON
// file with a "tensors" array of name, shape, dtype and rule.
func FromManifest(path string) ([]Tensor, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var m struct {
		Tensors []Tensor `json:"tensors"`
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m.Tensors, nil
}

// Write writes a checkpoint in the format of its extension, .pt or
// .safetensors. Tensors are made and written one after the other.
func Write(path string, tensors []Tensor) (err error) {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	if filepath.Ext(path) == ".safetensors" {
		err = WriteSafetensors(w, tensors)
	} else {
		err = WriteTorch(w, tensors)
	}
	if err == nil {
		err = w.Flush()
	}
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}

// WriteSafetensors writes a .safetensors file.
func WriteSafetensors(w io.Writer, tensors []Tensor) error {
	type entry struct {
		DType   string   `json:"dtype"`
		Shape   []int    `json:"shape"`
		Offsets [2]int64 `json:"data_offsets"`
	}
	header := map[string]any{"__metadata__": map[string]string{"format": "pt"}}
	var pos int64
	for _, t := range tensors {
		end := pos + int64(t.Count()*width(t.DType))
		shape := t.Shape
		if shape == nil {
			shape = []int{}
		}
		header[t.Name] = entry{t.DType, shape, [2]int64{pos, end}}
		pos = end
	}
	data, err := json.Marshal(header)
	if err != nil {
		return err
	}
	head := binary.LittleEndian.AppendUint64(nil, uint64(len(data)))
	if _, err := w.Write(append(head, data...)); err != nil {
		return err
	}
	for _, t := range tensors {
		if _, err := w.Write(t.Bytes()); err != nil {
			return err
		}
	}
	return nil
}

func width(dtype string) int {
	switch dtype {
	case "I64":
		return 8
	case "F16", "BF16":
		return 2
	}
	return 4
}

// Bytes returns the tensor as it lies in a file. Values of F16 must be small
// integers or halves and quarters of them, which convert exactly.
func (t Tensor) Bytes() []byte {
	values := t.Values()
	out := make([]byte, 0, len(values)*width(t.DType))
	for _, v := range values {
		switch t.DType {
		case "I64":
			out = binary.LittleEndian.AppendUint64(out, uint64(int64(v)))
		case "BF16":
			out = binary.LittleEndian.AppendUint16(out, uint16(math.Float32bits(v)>>16))
		case "F16":
			out = binary.LittleEndian.AppendUint16(out, half(v))
		default:
			out = binary.LittleEndian.AppendUint32(out, math.Float32bits(v))
		}
	}
	return out
}

// half cuts a float32 to binary16; the exponent must fit.
func half(v float32) uint16 {
	b := math.Float32bits(v)
	if v == 0 {
		return uint16(b >> 16)
	}
	return uint16(b>>16&0x8000) | uint16((b>>23&0xff)-112)<<10 | uint16(b>>13&0x3ff)
}
