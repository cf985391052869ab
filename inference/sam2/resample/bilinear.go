package resample

import "math"

// lerp says which two samples of one axis an output sample lies between.
type lerp struct {
	a, b   int
	wa, wb float32
}

// lerps computes bilinear positions with half-pixel centres, clamped at the
// edges (PyTorch's align_corners=false).
func lerps(in, out int) []lerp {
	scale := float32(in) / float32(out)
	list := make([]lerp, out)
	for i := range list {
		x := max((float32(i)+0.5)*scale-0.5, 0)
		a := min(int(x), in-1)
		w := x - float32(a)
		list[i] = lerp{a, min(a+1, in-1), 1 - w, w}
	}
	return list
}

// BilinearRows scales an ih x iw plane to oh x ow without antialiasing, row by
// row; row is reused between calls.
func BilinearRows(src []float32, iw, ih, ow, oh int, f func(y int, row []float32)) {
	across, down := lerps(iw, ow), lerps(ih, oh)
	row := make([]float32, ow)
	for y, v := range down {
		top, bottom := src[v.a*iw:][:iw], src[v.b*iw:][:iw]
		for x, u := range across {
			row[x] = v.wa*(u.wa*top[u.a]+u.wb*top[u.b]) + v.wb*(u.wa*bottom[u.a]+u.wb*bottom[u.b])
		}
		f(y, row)
	}
}

// area is one output sample of an antialiased axis.
type area struct {
	first   int
	weights []float32
}

// areas computes the triangle filter, widened by the scale when shrinking
// (PyTorch's antialias=true).
func areas(in, out int) []area {
	scale := float32(in) / float32(out)
	stretch := max(scale, 1)
	list := make([]area, out)
	for i := range list {
		centre := scale * (float32(i) + 0.5)
		first := max(int(centre-stretch+0.5), 0)
		last := min(int(centre+stretch+0.5), in)
		w := make([]float32, last-first)
		sum := float32(0)
		for j := range w {
			w[j] = max(0, 1-float32(math.Abs(float64((float32(first+j)-centre+0.5)/stretch))))
			sum += w[j]
		}
		for j := range w {
			w[j] /= sum
		}
		list[i] = area{first, w}
	}
	return list
}

// BilinearAA scales an ih x iw plane to oh x ow with antialiasing.
func BilinearAA(src []float32, iw, ih, ow, oh int) []float32 {
	across, down := areas(iw, ow), areas(ih, oh)
	mid := make([]float32, ow*ih)
	for y := range ih {
		row := src[y*iw:][:iw]
		for x, a := range across {
			sum := float32(0)
			for j, w := range a.weights {
				sum += w * row[a.first+j]
			}
			mid[y*ow+x] = sum
		}
	}
	out := make([]float32, ow*oh)
	for y, a := range down {
		row := out[y*ow:][:ow]
		for j, w := range a.weights {
			for x, v := range mid[(a.first+j)*ow:][:ow] {
				row[x] += w * v
			}
		}
	}
	return out
}
