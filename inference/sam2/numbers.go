package sam2

import "math"

// toBF16 rounds to bfloat16, to nearest and to even on ties. The reference
// keeps memories in this format, so exact results need the same rounding.
func toBF16(v float32) uint16 {
	u := math.Float32bits(v)
	if u&0x7fffffff > 0x7f800000 {
		return uint16(u>>16) | 0x40 // NaN stays NaN
	}
	return uint16((u + 0x7fff + u>>16&1) >> 16)
}

// fromBF16 widens a bfloat16; it is exact.
func fromBF16(v uint16) float32 { return math.Float32frombits(uint32(v) << 16) }

func toBF16s(src []float32) []uint16 {
	out := make([]uint16, len(src))
	for i, v := range src {
		out[i] = toBF16(v)
	}
	return out
}

func sigmoid(x float32) float32 { return float32(1 / (1 + math.Exp(-float64(x)))) }

// sine1D is the temporal position code of object pointers: d/2 sines, then d/2
// cosines, of pos divided by 10000^(2*floor(k/2)/(d/2)).
func sine1D(pos float32, d int) []float32 {
	half := d / 2
	out := make([]float32, d)
	for k := range half {
		w := float32(math.Pow(10000, float64(2*(k/2))/float64(half)))
		x := float64(pos / w)
		out[k], out[half+k] = float32(math.Sin(x)), float32(math.Cos(x))
	}
	return out
}
