package samplegen

import "math"

// colour is a linear mix of red, green and blue in 0..255.
type colour [3]float64

func (c colour) mix(o colour, t float64) colour {
	for i := range c {
		c[i] += (o[i] - c[i]) * t
	}
	return c
}

func (c colour) scale(k float64) colour {
	for i := range c {
		c[i] *= k
	}
	return c
}

// hash gives a fixed pseudo-random number in [0, 1) for a grid point.
func hash(x, y int, seed uint32) float64 {
	h := uint32(x)*0x8da6b343 ^ uint32(y)*0xd8163841 ^ seed*0xcb1ab31f
	h ^= h >> 13
	h *= 0x5bd1e995
	h ^= h >> 15
	h *= 0x2c1b3c6d
	h ^= h >> 12
	return float64(h) / (1 << 32)
}

// noise is smooth value noise in [0, 1) with features of about one unit.
func noise(x, y float64, seed uint32) float64 {
	fx, fy := math.Floor(x), math.Floor(y)
	ix, iy := int(fx), int(fy)
	tx, ty := smooth(x-fx), smooth(y-fy)
	top := lerp(hash(ix, iy, seed), hash(ix+1, iy, seed), tx)
	low := lerp(hash(ix, iy+1, seed), hash(ix+1, iy+1, seed), tx)
	return lerp(top, low, ty)
}

// clouds adds octaves of noise; the result lies about 0.5.
func clouds(x, y float64, octaves int, seed uint32) float64 {
	sum, weight, total := 0.0, 1.0, 0.0
	for o := range octaves {
		sum += weight * noise(x, y, seed+uint32(o)*101)
		total += weight
		x, y, weight = 2*x, 2*y, weight*0.55
	}
	return sum / total
}

func smooth(t float64) float64 { return t * t * (3 - 2*t) }

func lerp(a, b, t float64) float64 { return a + (b-a)*t }

func clamp(v, lo, hi float64) float64 { return max(lo, min(hi, v)) }
