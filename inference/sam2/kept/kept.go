// Package kept is the form in which the memory of a video predictor is kept
// beside the masks of a run: memories as bfloat16, as they are used, pointers and
// logits as float32, so that nothing is rounded.
//
// It exists apart from package sam2 because bytes in a file outlive the program
// that wrote them: they have a version and a checksum, and are read with
// suspicion.
package kept

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
)

// ErrUnreadable is wrapped by errors about bytes that are not in this form.
var ErrUnreadable = errors.New("the memory of the stopped run cannot be read")

// version is the first byte of everything that is kept.
const version = 1

// Output is what is known of an object on a frame besides its mask. Parts that
// are not kept are nil.
type Output struct {
	Score, IoU float32
	Ptr        []float32 // d
	Mem        []uint16  // T x m, bfloat16
	Low        []float32 // q x q logits
}

// Frame is what is kept of an object on a frame.
type Frame struct {
	Tracked, Reverse bool
	// Ordinary is what tracking found, Guide what guides others, Pending an answer
	// that is to become a guide. Each may be nil.
	Ordinary, Guide, Pending *Output
}

// Head is what is kept of an object as a whole.
type Head struct {
	Of     string // the model and settings that the rest is of
	Frames int    // number of frames that are kept: fewer are not all
}

const (
	tracked = 1 << iota
	reverse
	ordinary
	guide
	pending
)

// Bytes returns the form in which a frame is kept.
func (f Frame) Bytes() []byte {
	flags := byte(0)
	for bit, on := range map[byte]bool{
		tracked: f.Tracked, reverse: f.Reverse, ordinary: f.Ordinary != nil, guide: f.Guide != nil, pending: f.Pending != nil,
	} {
		if on {
			flags |= bit
		}
	}
	out := []byte{version, flags}
	for _, o := range []*Output{f.Ordinary, f.Guide, f.Pending} {
		if o != nil {
			out = o.append(out)
		}
	}
	return sealed(out)
}

func (o *Output) append(out []byte) []byte {
	out = binary.LittleEndian.AppendUint32(out, math.Float32bits(o.Score))
	out = binary.LittleEndian.AppendUint32(out, math.Float32bits(o.IoU))
	for _, part := range []struct {
		values any
		n      int
	}{{o.Ptr, len(o.Ptr)}, {o.Mem, len(o.Mem)}, {o.Low, len(o.Low)}} {
		out = binary.LittleEndian.AppendUint32(out, uint32(part.n))
		out, _ = binary.Append(out, binary.LittleEndian, part.values) // slices of numbers are always encoded
	}
	return out
}

// ParseFrame reads what Bytes wrote. Errors wrap ErrUnreadable.
func ParseFrame(data []byte) (f Frame, err error) {
	data, err = unsealed(data)
	if err != nil {
		return f, err
	}
	if len(data) < 1 || data[0] >= 2*pending {
		return f, fmt.Errorf("%w: a frame without its flags", ErrUnreadable)
	}
	flags, rest := data[0], data[1:]
	f.Tracked, f.Reverse = flags&tracked != 0, flags&reverse != 0
	for _, part := range []struct {
		bit byte
		to  **Output
	}{{ordinary, &f.Ordinary}, {guide, &f.Guide}, {pending, &f.Pending}} {
		if flags&part.bit == 0 {
			continue
		}
		*part.to = &Output{}
		if rest, err = (*part.to).read(rest); err != nil {
			return Frame{}, err
		}
	}
	if len(rest) > 0 {
		return Frame{}, fmt.Errorf("%w: %d bytes too many", ErrUnreadable, len(rest))
	}
	return f, nil
}

func (o *Output) read(data []byte) (rest []byte, err error) {
	if len(data) < 8 {
		return nil, errShort
	}
	o.Score = math.Float32frombits(binary.LittleEndian.Uint32(data))
	o.IoU = math.Float32frombits(binary.LittleEndian.Uint32(data[4:]))
	if o.Ptr, rest, err = numbers[float32](data[8:], 4); err == nil {
		o.Mem, rest, err = numbers[uint16](rest, 2)
	}
	if err == nil {
		o.Low, rest, err = numbers[float32](rest, 4)
	}
	return rest, err
}

var errShort = fmt.Errorf("%w: it is cut short", ErrUnreadable)

// numbers reads a count and so many numbers of a size.
func numbers[T float32 | uint16](data []byte, size int) (out []T, rest []byte, err error) {
	if len(data) < 4 {
		return nil, nil, errShort
	}
	n := int(binary.LittleEndian.Uint32(data))
	data = data[4:]
	if n == 0 {
		return nil, data, nil
	}
	if n > len(data)/size {
		return nil, nil, errShort
	}
	out = make([]T, n)
	used, err := binary.Decode(data, binary.LittleEndian, out)
	return out, data[used:], err
}

// Bytes returns the form in which the head is kept.
func (h Head) Bytes() []byte {
	out := binary.LittleEndian.AppendUint32([]byte{version}, uint32(h.Frames))
	return sealed(append(out, h.Of...))
}

// ParseHead reads what Bytes wrote. Errors wrap ErrUnreadable.
func ParseHead(data []byte) (Head, error) {
	data, err := unsealed(data)
	if err != nil {
		return Head{}, err
	}
	if len(data) < 4 {
		return Head{}, errShort
	}
	return Head{Of: string(data[4:]), Frames: int(binary.LittleEndian.Uint32(data))}, nil
}

// sealed appends a checksum.
func sealed(data []byte) []byte {
	return binary.LittleEndian.AppendUint32(data, crc32.ChecksumIEEE(data))
}

// unsealed checks version and checksum and returns what lies between them.
func unsealed(data []byte) ([]byte, error) {
	switch n := len(data) - 4; {
	case n < 1:
		return nil, errShort
	case crc32.ChecksumIEEE(data[:n]) != binary.LittleEndian.Uint32(data[n:]):
		return nil, fmt.Errorf("%w: its checksum is wrong", ErrUnreadable)
	case data[0] != version:
		return nil, fmt.Errorf("%w: it has the form %d, known is %d", ErrUnreadable, data[0], version)
	default:
		return data[1:n], nil
	}
}
