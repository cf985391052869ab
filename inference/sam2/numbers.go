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

// toF16 rounds to IEEE half precision, to nearest and to even on ties; what is
// too large becomes infinite.
func toF16(v float32) uint16 {
	u := math.Float32bits(v)
	sign := uint16(u >> 16 & 0x8000)
	abs := u & 0x7fffffff
	switch {
	case abs > 0x7f800000:
		return sign | 0x7e00
	case abs >= 0x477ff000: // 65520 and above round to infinity
		return sign | 0x7c00
	case abs < 0x38800000: // below 2^-14: subnormal, in steps of 2^-24
		return sign | uint16(math.RoundToEven(float64(math.Float32frombits(abs))*(1<<24)))
	}
	return sign | uint16((abs-0x38000000+0xfff+abs>>13&1)>>13)
}

// fromF16 widens an IEEE half; it is exact.
func fromF16(h uint16) float32 {
	sign := uint32(h&0x8000) << 16
	exp, frac := uint32(h>>10&0x1f), uint32(h&0x3ff)
	switch exp {
	case 0:
		v := float32(frac) / (1 << 24)
		return math.Float32frombits(math.Float32bits(v) | sign)
	case 0x1f:
		return math.Float32frombits(sign | 0x7f800000 | frac<<13)
	}
	return math.Float32frombits(sign | (exp+112)<<23 | frac<<13)
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
