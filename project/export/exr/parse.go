package exr

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"strings"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/project/infile"
)

// maxFile bounds what is read of one file.
const maxFile = 1 << 30

// channel is a channel of a file that is read.
type channel struct {
	name string
	kind uint32
}

func (c channel) bytes() int {
	return map[uint32]int{typeHalf: 2}[c.kind] + map[uint32]int{0: 4, typeFloat: 4}[c.kind]
}

// file is a file that is read.
type file struct {
	w, h        int
	x0, y0      int
	compression byte
	channels    []channel
	notes       map[string]string
	data        []byte // of the whole file
	at          int    // where the table of blocks begins
}

// parse reads the head of a file. check may refuse its size in pixels.
func parse(ctx context.Context, path string, check func(w, h int) error) (*file, error) {
	data, err := infile.Read(ctx, path, maxFile)
	if err != nil {
		return nil, err
	}
	f := &file{data: data, notes: map[string]string{}}
	if err := f.header(); err != nil {
		return nil, err
	}
	return f, check(f.w, f.h)
}

func (f *file) header() error {
	if len(f.data) < 8 || binary.LittleEndian.Uint32(f.data) != magic {
		return errForm("it begins otherwise")
	}
	if flags := binary.LittleEndian.Uint32(f.data[4:]); flags&0xff != version || flags&^uint32(0xff|longNames) != 0 {
		return errForm("it has tiles, depth or several parts")
	}
	f.at = 8
	for {
		name, ok := f.text()
		if !ok {
			return errForm("its head is cut off")
		}
		if name == "" {
			break
		}
		kind, ok := f.text()
		if !ok || f.at+4 > len(f.data) {
			return errForm("its head is cut off")
		}
		n := int(binary.LittleEndian.Uint32(f.data[f.at:]))
		f.at += 4
		if n < 0 || n > len(f.data)-f.at {
			return errForm("its head is cut off")
		}
		if err := f.attribute(name, kind, f.data[f.at:f.at+n]); err != nil {
			return err
		}
		f.at += n
	}
	if f.w < 1 || f.h < 1 || len(f.channels) == 0 {
		return errForm("it has no picture")
	}
	return nil
}

// text reads up to the next zero byte.
func (f *file) text() (string, bool) {
	n := bytes.IndexByte(f.data[f.at:], 0)
	if n < 0 || n > 255 {
		return "", false
	}
	s := string(f.data[f.at : f.at+n])
	f.at += n + 1
	return s, true
}

func (f *file) attribute(name, kind string, data []byte) error {
	switch {
	case name == "channels" && kind == "chlist":
		for len(data) > 1 {
			n := bytes.IndexByte(data, 0)
			if n < 0 || len(data) < n+17 {
				return errForm("its channels are cut off")
			}
			c := channel{string(data[:n]), binary.LittleEndian.Uint32(data[n+1:])}
			if binary.LittleEndian.Uint64(data[n+9:]) != 1<<32|1 || c.bytes() == 0 {
				return errForm("channel %q is not of full size", c.name)
			}
			f.channels = append(f.channels, c)
			data = data[n+17:]
		}
	case name == "compression" && len(data) == 1:
		f.compression = data[0]
		if f.compression != compressNo && f.compression != compressOne && f.compression != compressZIP {
			return errForm("its compression is neither none nor zip")
		}
	case name == "dataWindow" && len(data) == 16:
		v := [4]int{}
		for i := range v {
			v[i] = int(int32(binary.LittleEndian.Uint32(data[4*i:])))
		}
		f.x0, f.y0, f.w, f.h = v[0], v[1], v[2]-v[0]+1, v[3]-v[1]+1
		if f.w < 1 || f.h < 1 || f.w > annotate.MaxSide || f.h > annotate.MaxSide {
			return errForm("it claims %dx%d pixels", f.w, f.h)
		}
	case kind == "string":
		f.notes[name] = string(data)
	}
	return nil
}

// alpha decodes the channels of which wanted returns true and hands on their
// values, a line at a time.
func (f *file) alpha(ctx context.Context, take func(channel, y int, values []float32)) error {
	lines := 1
	if f.compression == compressZIP {
		lines = linesOfZIP
	}
	row := 0
	for _, c := range f.channels {
		row += c.bytes() * f.w
	}
	values := make([]float32, f.w)
	for i := range (f.h + lines - 1) / lines {
		if err := ctx.Err(); err != nil {
			return err
		}
		y := i * lines
		raw, err := f.block(i, f.y0+y, row*min(lines, f.h-y))
		if err != nil {
			return err
		}
		for ; len(raw) > 0; y++ {
			for k, c := range f.channels {
				n := c.bytes() * f.w
				floats(values, raw[:n], c.kind)
				take(k, y, values)
				raw = raw[n:]
			}
		}
	}
	return nil
}

// block decodes the ith block, which begins at line y and has size bytes.
func (f *file) block(i, y, size int) ([]byte, error) {
	cut := errForm("its pixels are cut off")
	entry := f.at + 8*i
	if entry+8 > len(f.data) {
		return nil, cut
	}
	at := binary.LittleEndian.Uint64(f.data[entry:])
	if at > uint64(len(f.data)-8) {
		return nil, cut
	}
	head := f.data[at:]
	n := int(binary.LittleEndian.Uint32(head[4:]))
	if int(int32(binary.LittleEndian.Uint32(head))) != y || n < 0 || n > len(head)-8 || n > size {
		return nil, cut
	}
	data := head[8 : 8+n]
	if n == size || f.compression == compressNo {
		if n != size {
			return nil, cut
		}
		return data, nil
	}
	z, err := zlib.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, errForm("its pixels are damaged")
	}
	raw := make([]byte, size)
	if _, err := io.ReadFull(z, raw); err != nil {
		return nil, errors.Join(errForm("its pixels are damaged"), z.Close())
	}
	return restored(raw), z.Close()
}

func floats(to []float32, data []byte, kind uint32) {
	for i := range to {
		switch kind {
		case typeHalf:
			to[i] = unhalf(binary.LittleEndian.Uint16(data[2*i:]))
		case typeFloat:
			to[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
		default:
			to[i] = float32(binary.LittleEndian.Uint32(data[4*i:]))
		}
	}
}

// layer returns the layer whose alpha a channel is: "" for that of the picture
// itself.
func (c channel) layer() (name string, ok bool) {
	if c.name == "A" {
		return "", true
	}
	return strings.CutSuffix(c.name, ".A")
}
