package annotate

import "slices"

// pieces numbers the connected pieces (over edges) of the pixels of a row-major
// w by h grid that are in. label is 0 elsewhere; areas[i] belongs to label i+1.
func pieces(in []bool, w, h int) (label []int, areas []int) {
	label = make([]int, len(in))
	var todo []int
	for start := range in {
		if !in[start] || label[start] != 0 {
			continue
		}
		n := len(areas) + 1
		area := 0
		label[start], todo = n, append(todo[:0], start)
		for len(todo) > 0 {
			i := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			area++
			x, y := i%w, i/w
			for _, d := range [4][2]int{{-1, 0}, {1, 0}, {0, -1}, {0, 1}} {
				u, v := x+d[0], y+d[1]
				if j := v*w + u; u >= 0 && v >= 0 && u < w && v < h && in[j] && label[j] == 0 {
					label[j], todo = n, append(todo, j)
				}
			}
		}
		areas = append(areas, area)
	}
	return label, areas
}

// pixels returns which pixels of a mask are on, row-major, or off if inverse.
func (m Mask) pixels(inverse bool) []bool {
	out := make([]bool, m.w*m.h)
	for i, v := range m.Bitmap().Pix {
		out[i] = (v != 0) != inverse
	}
	return out
}

func maskOf(w, h int, on func(i int) bool) Mask {
	b := NewBitmap(w, h)
	for i := range b.Pix {
		if on(i) {
			b.Pix[i] = 255
		}
	}
	return MaskFromBitmap(b)
}

// FillHoles returns the mask with every hole filled: background that the mask
// encloses and that does not reach the picture's border.
func (m Mask) FillHoles() Mask {
	label, areas := pieces(m.pixels(true), m.w, m.h)
	outside := make([]bool, len(areas)+1)
	for i, l := range label {
		if x, y := i%m.w, i/m.w; x == 0 || y == 0 || x == m.w-1 || y == m.h-1 {
			outside[l] = true
		}
	}
	return maskOf(m.w, m.h, func(i int) bool { return label[i] == 0 || !outside[label[i]] })
}

// speck is the share of the largest piece below which a piece is a speck.
const speck = 0.02

// WithoutSpecks returns the mask without pieces that are tiny against the largest.
func (m Mask) WithoutSpecks() Mask {
	return m.keepPieces(func(area, largest int) bool { return float64(area) >= speck*float64(largest) })
}

// LargestPiece returns the largest connected piece of the mask.
func (m Mask) LargestPiece() Mask {
	done := false
	return m.keepPieces(func(area, largest int) bool {
		keep := area == largest && !done
		done = done || keep
		return keep
	})
}

func (m Mask) keepPieces(keep func(area, largest int) bool) Mask {
	label, areas := pieces(m.pixels(false), m.w, m.h)
	if len(areas) == 0 {
		return m
	}
	largest := slices.Max(areas)
	kept := make([]bool, len(areas)+1)
	for i, a := range areas {
		kept[i+1] = keep(a, largest)
	}
	return maskOf(m.w, m.h, func(i int) bool { return kept[label[i]] })
}

// Grown returns the mask with its outline moved out by one pixel, or in where out
// is false. The picture's border is no outline.
func (m Mask) Grown(out bool) Mask {
	in := m.pixels(!out)
	return maskOf(m.w, m.h, func(i int) bool {
		x, y := i%m.w, i/m.w
		near := in[i] || x > 0 && in[i-1] || x < m.w-1 && in[i+1] || y > 0 && in[i-m.w] || y < m.h-1 && in[i+m.w]
		return near == out
	})
}
