package sam2

import (
	"encoding/binary"
	"fmt"
	"math"

	"github.com/x448/float16"
)

// Cached features are one blob: a header of eight bytes ("MSF1", element size,
// three zeros), then hr0, hr1 and feat in little endian, as float32 or fp16.
var featureMagic = [4]byte{'M', 'S', 'F', '1'}

const featureHeader = 8

func packFeatures(f *Features, half bool) []byte {
	size := 4
	if half {
		size = 2
	}
	n := len(f.HR0) + len(f.HR1) + len(f.Feat)
	out := make([]byte, featureHeader+n*size)
	copy(out, featureMagic[:])
	out[4] = byte(size)
	at := featureHeader
	for _, part := range [][]float32{f.HR0, f.HR1, f.Feat} {
		for _, v := range part {
			if half {
				binary.LittleEndian.PutUint16(out[at:], float16.Fromfloat32(v).Bits())
			} else {
				binary.LittleEndian.PutUint32(out[at:], math.Float32bits(v))
			}
			at += size
		}
	}
	return out
}

// featureSizes returns the element counts of hr0, hr1 and feat.
func (m *Model) featureSizes() [3]int {
	f, q := m.feat(), m.lowRes()
	return [3]int{m.HighResDims[0] * q * q, m.HighResDims[1] * 4 * f * f, m.DModel * f * f}
}

func (m *Model) checkFeatures(f *Features) error {
	want := m.featureSizes()
	if have := [3]int{len(f.HR0), len(f.HR1), len(f.Feat)}; have != want {
		return fmt.Errorf("%w: the encoder gives %v values, not %v", ErrModel, have, want)
	}
	return nil
}

// unpackFeatures reads a blob; one of another size or kind is an error.
func (m *Model) unpackFeatures(data []byte) (*Features, error) {
	if len(data) < featureHeader || [4]byte(data[:4]) != featureMagic {
		return nil, fmt.Errorf("cached features: not in this format")
	}
	size := int(data[4])
	n := m.featureSizes()
	if size != 2 && size != 4 || len(data) != featureHeader+size*(n[0]+n[1]+n[2]) {
		return nil, fmt.Errorf("cached features: %d bytes of element size %d", len(data), size)
	}
	at := featureHeader
	read := func(count int) []float32 {
		out := make([]float32, count)
		for i := range out {
			if size == 2 {
				out[i] = float16.Frombits(binary.LittleEndian.Uint16(data[at:])).Float32()
			} else {
				out[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[at:]))
			}
			at += size
		}
		return out
	}
	return &Features{HR0: read(n[0]), HR1: read(n[1]), Feat: read(n[2])}, nil
}
