package ckpttest

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
)

// Entry is a file of a zip.
type Entry struct {
	Name string
	Data []byte
}

// WriteTorch writes a .pt file as torch.save does for {"model": tensors}: a
// zip without compression that holds a pickle and one storage per tensor.
func WriteTorch(w io.Writer, tensors []Tensor) error {
	z := zip.NewWriter(w)
	if err := store(z, Entry{"archive/data.pkl", statePickle(tensors)}); err != nil {
		return err
	}
	for i, t := range tensors {
		if err := store(z, Entry{fmt.Sprintf("archive/data/%d", i), t.Bytes()}); err != nil {
			return err
		}
	}
	if err := store(z, Entry{"archive/version", []byte("3\n")}); err != nil {
		return err
	}
	return z.Close()
}

// Zip returns a zip of the entries without compression.
func Zip(entries ...Entry) []byte {
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, e := range entries {
		if err := store(z, e); err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return buf.Bytes()
}

func store(z *zip.Writer, e Entry) error {
	w, err := z.CreateRaw(&zip.FileHeader{
		Name: e.Name, Method: zip.Store, CRC32: crc32.ChecksumIEEE(e.Data),
		CompressedSize64: uint64(len(e.Data)), UncompressedSize64: uint64(len(e.Data)),
	})
	if err != nil {
		return err
	}
	_, err = w.Write(e.Data)
	return err
}

func statePickle(tensors []Tensor) []byte {
	p := NewPickle()
	p.Op("}").Text("model").Global("collections", "OrderedDict").Op(")R(")
	for i, t := range tensors {
		strides := make([]int, len(t.Shape))
		for n, d := 1, len(t.Shape)-1; d >= 0; d-- {
			strides[d] = n
			n *= t.Shape[d]
		}
		p.Text(t.Name).Tensor(View{Storage: fmt.Sprint(i), Type: storageType(t.DType), Elements: t.Count(), Shape: t.Shape, Strides: strides})
	}
	return p.Op("us.").Bytes()
}

func storageType(dtype string) string {
	return map[string]string{"F32": "FloatStorage", "F16": "HalfStorage", "BF16": "BFloat16Storage", "I64": "LongStorage"}[dtype]
}

// Pickle writes the instructions of a pickle of protocol 2.
type Pickle struct{ buf []byte }

// NewPickle begins a pickle.
func NewPickle() *Pickle { return &Pickle{buf: []byte{0x80, 2}} }

// Bytes returns what was written.
func (p *Pickle) Bytes() []byte { return p.buf }

// Op adds instructions without arguments, one for each byte.
func (p *Pickle) Op(codes string) *Pickle {
	p.buf = append(p.buf, codes...)
	return p
}

// Text adds a string.
func (p *Pickle) Text(s string) *Pickle {
	p.buf = append(p.buf, 'X')
	p.buf = binary.LittleEndian.AppendUint32(p.buf, uint32(len(s)))
	p.buf = append(p.buf, s...)
	return p
}

// Int adds a number.
func (p *Pickle) Int(n int) *Pickle {
	p.buf = append(p.buf, 0x8a, 8)
	p.buf = binary.LittleEndian.AppendUint64(p.buf, uint64(n))
	return p
}

// Global adds the name of a function or class.
func (p *Pickle) Global(module, name string) *Pickle {
	p.buf = append(p.buf, "c"+module+"\n"+name+"\n"...)
	return p
}

// Ints adds a tuple of numbers.
func (p *Pickle) Ints(ns []int) *Pickle {
	p.Op("(")
	for _, n := range ns {
		p.Int(n)
	}
	return p.Op("t")
}

// View describes a tensor over a storage.
type View struct {
	Storage  string
	Type     string // "FloatStorage", ...
	Elements int    // of the storage
	Offset   int
	Shape    []int
	Strides  []int
}

// Tensor adds a tensor.
func (p *Pickle) Tensor(v View) *Pickle {
	p.Global("torch._utils", "_rebuild_tensor_v2").Op("((")
	p.Text("storage").Global("torch", v.Type).Text(v.Storage).Text("cpu").Int(v.Elements).Op("tQ")
	p.Int(v.Offset).Ints(v.Shape).Ints(v.Strides)
	return p.Op("\x89").Global("collections", "OrderedDict").Op(")RtR")
}
