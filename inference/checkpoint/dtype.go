package checkpoint

import (
	"encoding/binary"
	"math"

	"github.com/x448/float16"
)

// dtype is an element type, by its safetensors name.
type dtype string

// The element types that are read.
const (
	f64   dtype = "F64"
	f32   dtype = "F32"
	f16   dtype = "F16"
	bf16  dtype = "BF16"
	i64   dtype = "I64"
	i32   dtype = "I32"
	i16   dtype = "I16"
	i8    dtype = "I8"
	u8    dtype = "U8"
	bool8 dtype = "BOOL"
)

// size returns the bytes of one element, 0 for a type that is not read.
func (d dtype) size() int64 {
	switch d {
	case f64, i64:
		return 8
	case f32, i32:
		return 4
	case f16, bf16, i16:
		return 2
	case i8, u8, bool8:
		return 1
	}
	return 0
}

// convert writes the little-endian elements of src to dst as float32. src holds
// len(dst) elements.
func (d dtype) convert(dst []float32, src []byte) {
	le := binary.LittleEndian
	switch d {
	case f32:
		for i := range dst {
			dst[i] = math.Float32frombits(le.Uint32(src[4*i:]))
		}
	case f16:
		for i := range dst {
			dst[i] = float16.Frombits(le.Uint16(src[2*i:])).Float32()
		}
	case bf16:
		for i := range dst {
			dst[i] = math.Float32frombits(uint32(le.Uint16(src[2*i:])) << 16)
		}
	case f64:
		for i := range dst {
			dst[i] = float32(math.Float64frombits(le.Uint64(src[8*i:])))
		}
	case i64:
		for i := range dst {
			dst[i] = float32(int64(le.Uint64(src[8*i:])))
		}
	case i32:
		for i := range dst {
			dst[i] = float32(int32(le.Uint32(src[4*i:])))
		}
	case i16:
		for i := range dst {
			dst[i] = float32(int16(le.Uint16(src[2*i:])))
		}
	case i8:
		for i := range dst {
			dst[i] = float32(int8(src[i]))
		}
	case u8:
		for i := range dst {
			dst[i] = float32(src[i])
		}
	case bool8:
		for i := range dst {
			if src[i] != 0 {
				dst[i] = 1
			}
		}
	}
}
