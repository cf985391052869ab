package exr

import (
	"bufio"
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"image"
	"io"
	"math"
	"os"
)

// Source of the file's form: "OpenEXR File Layout" and "Technical Introduction
// to OpenEXR", openexr.com; version 2, one part, scan lines.
const (
	magic       = 20000630
	version     = 2
	longNames   = 0x400 // names of more than 31 bytes
	typeHalf    = 1
	typeFloat   = 2
	compressNo  = 0
	compressOne = 2  // zlib, one line at a time
	compressZIP = 3  // zlib, 16 lines at a time
	linesOfZIP  = 16 // the last block may have fewer
)

// plane is a channel with a value of 0 to 1 for each pixel of a box, row by row,
// and 0 around it.
type plane struct {
	name  string
	box   image.Rectangle
	alpha []float32
}

// line writes the values of a row of the picture.
func (p plane) line(y int, to []float32) {
	clear(to)
	if y >= p.box.Min.Y && y < p.box.Max.Y {
		at := (y - p.box.Min.Y) * p.box.Dx()
		copy(to[p.box.Min.X:], p.alpha[at:at+p.box.Dx()])
	}
}

// note is a text in the header.
type note struct{ name, text string }

// writeFile writes planes, in the order of their names, as half floats.
func writeFile(path string, w, h int, planes []plane, notes []note) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(f, 256<<10)
	err = encode(out, w, h, planes, notes)
	if err == nil {
		err = out.Flush()
	}
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err
}

func encode(out io.Writer, w, h int, planes []plane, notes []note) error {
	head := header(w, h, planes, notes)
	var blocks [][]byte
	for y := 0; y < h; y += linesOfZIP {
		b, err := block(w, y, min(h, y+linesOfZIP), planes)
		if err != nil {
			return err
		}
		blocks = append(blocks, b)
	}
	at := uint64(len(head) + 8*len(blocks))
	for _, b := range blocks {
		head = binary.LittleEndian.AppendUint64(head, at)
		at += uint64(len(b))
	}
	for _, b := range append([][]byte{head}, blocks...) {
		if _, err := out.Write(b); err != nil {
			return err
		}
	}
	return nil
}

func header(w, h int, planes []plane, notes []note) []byte {
	flags := uint32(version)
	var channels []byte
	for _, p := range planes {
		if len(p.name) > 31 {
			flags |= longNames
		}
		channels = append(append(channels, p.name...), 0)
		for _, v := range []uint32{typeHalf, 0, 1, 1} { // type, linear, every column, every row
			channels = binary.LittleEndian.AppendUint32(channels, v)
		}
	}
	var window []byte
	for _, v := range []int{0, 0, w - 1, h - 1} {
		window = binary.LittleEndian.AppendUint32(window, uint32(v))
	}
	one := binary.LittleEndian.AppendUint32(nil, math.Float32bits(1))
	out := binary.LittleEndian.AppendUint32(nil, magic)
	out = binary.LittleEndian.AppendUint32(out, flags)
	add := func(name, kind string, data []byte) {
		out = append(append(append(append(out, name...), 0), kind...), 0)
		out = append(binary.LittleEndian.AppendUint32(out, uint32(len(data))), data...)
	}
	add("channels", "chlist", append(channels, 0))
	add("compression", "compression", []byte{compressZIP})
	add("dataWindow", "box2i", window)
	add("displayWindow", "box2i", window)
	add("lineOrder", "lineOrder", []byte{0})
	for _, n := range notes {
		add(n.name, "string", []byte(n.text))
	}
	add("pixelAspectRatio", "float", one)
	add("screenWindowCenter", "v2f", make([]byte, 8))
	add("screenWindowWidth", "float", one)
	return append(out, 0)
}

// block encodes the lines from y0 to before y1, with their head.
func block(w, y0, y1 int, planes []plane) ([]byte, error) {
	raw := make([]byte, 0, 2*w*(y1-y0)*len(planes))
	line := make([]float32, w)
	for y := y0; y < y1; y++ {
		for _, p := range planes {
			p.line(y, line)
			for _, v := range line {
				raw = binary.LittleEndian.AppendUint16(raw, half(v))
			}
		}
	}
	var packed bytes.Buffer
	z, err := zlib.NewWriterLevel(&packed, zlib.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(predicted(raw)); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	data := packed.Bytes()
	if len(data) >= len(raw) {
		data = raw
	}
	out := binary.LittleEndian.AppendUint32(nil, uint32(y0))
	out = binary.LittleEndian.AppendUint32(out, uint32(len(data)))
	return append(out, data...), nil
}

// predicted puts the even bytes before the odd ones and replaces each by how it
// differs from the one before it.
func predicted(raw []byte) []byte {
	out := make([]byte, len(raw))
	odd := (len(raw) + 1) / 2
	for i, b := range raw {
		out[i/2+i%2*odd] = b
	}
	for i := len(out) - 1; i > 0; i-- {
		out[i] = out[i] - out[i-1] + 128
	}
	return out
}

// restored undoes predicted.
func restored(data []byte) []byte {
	for i := 1; i < len(data); i++ {
		data[i] += data[i-1] - 128
	}
	out := make([]byte, len(data))
	odd := (len(data) + 1) / 2
	for i := range out {
		out[i] = data[i/2+i%2*odd]
	}
	return out
}

// half returns a number from 0 to 1 as a half float, rounded to the nearest.
func half(v float32) uint16 {
	switch {
	case v <= 0:
		return 0
	case v >= 1:
		return 0x3c00
	}
	fraction, exponent := math.Frexp(float64(v)) // 0.5 to 1, 2 to that power
	if exponent < -13 {                          // too small for a leading one
		return uint16(math.Round(float64(v) * (1 << 24)))
	}
	return uint16(exponent+14)<<10 + uint16(math.Round((fraction*2-1)*1024))
}

// unhalf returns the value of a half float; what is no number is 0.
func unhalf(h uint16) float32 {
	exponent, fraction := int(h>>10&31), float64(h&1023)
	v := math.Ldexp(1+fraction/1024, exponent-15)
	switch exponent {
	case 0:
		v = math.Ldexp(fraction, -24)
	case 31:
		return 0
	}
	if h>>15 != 0 {
		v = -v
	}
	return float32(v)
}

// errForm says what is not understood of a file.
func errForm(what string, args ...any) error {
	return fmt.Errorf("it is no OpenEXR file of scan lines that is understood here: %s", fmt.Sprintf(what, args...))
}
