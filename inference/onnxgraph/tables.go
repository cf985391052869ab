package onnxgraph

import "math"

// sineTable returns the 2-D sine position encoding of an n×n grid as rows of d
// channels: y half first, sine on even and cosine on odd channels, positions
// (i+1)/(n+1e-6)·2π, wave lengths 10000^(2⌊k/2⌋/(d/2)). Source: "End-to-End
// Object Detection with Transformers", appendix, as SAM 2 uses it.
func sineTable(n, d int) []float32 {
	half := d / 2
	axis := make([]float32, n*half)
	for i := range n {
		p := float64(i+1) / (float64(n) + 1e-6) * 2 * math.Pi
		for k := range half {
			a := p / math.Pow(10000, float64(2*(k/2))/float64(half))
			if k%2 == 0 {
				axis[i*half+k] = float32(math.Sin(a))
			} else {
				axis[i*half+k] = float32(math.Cos(a))
			}
		}
	}
	out := make([]float32, 0, n*n*d)
	for y := range n {
		for x := range n {
			out = append(out, axis[y*half:(y+1)*half]...)
			out = append(out, axis[x*half:(x+1)*half]...)
		}
	}
	return out
}

// rotaryTable returns cosines and sines of the 2-D rotary encoding of an n×n
// grid in row-major order, d/2 angles a cell: the first half of the angles is
// column·θ_j, the second row·θ_j, θ_j = 10000^(-4j/d). Source: "Rotary
// Position Embedding for Vision Transformer" (axial form).
func rotaryTable(n, d int) (cos, sin []float32) {
	for p := range n * n {
		for _, pos := range []int{p % n, p / n} {
			for j := range d / 4 {
				a := float64(pos) * math.Pow(10000, -4*float64(j)/float64(d))
				cos = append(cos, float32(math.Cos(a)))
				sin = append(sin, float32(math.Sin(a)))
			}
		}
	}
	return cos, sin
}

// denseTable returns the random Fourier encoding of the cell centres of an n×n
// grid as rows of 2·half channels; gauss is the model's 2×half matrix.
func denseTable(n int, gauss []float32) []float32 {
	half := len(gauss) / 2
	out := make([]float32, n*n*2*half)
	for p := range n * n {
		x := 2*(float64(p%n)+0.5)/float64(n) - 1
		y := 2*(float64(p/n)+0.5)/float64(n) - 1
		row := out[p*2*half : (p+1)*2*half]
		for k := range half {
			a := 2 * math.Pi * (x*float64(gauss[k]) + y*float64(gauss[half+k]))
			row[k], row[half+k] = float32(math.Sin(a)), float32(math.Cos(a))
		}
	}
	return out
}

// cubic holds the four taps of bicubic interpolation for one output position.
type cubic struct {
	at [4]int
	w  [4]float64
}

// cubicTaps returns the taps that resize n cells to m: a = -0.75, cell
// centres aligned, no antialias, edges clamped.
func cubicTaps(n, m int) []cubic {
	const a = -0.75
	near := func(t float64) float64 { return ((a+2)*t-(a+3))*t*t + 1 }
	far := func(t float64) float64 { return ((a*t-5*a)*t+8*a)*t - 4*a }
	taps := make([]cubic, m)
	for i := range taps {
		src := (float64(i)+0.5)*float64(n)/float64(m) - 0.5
		base := math.Floor(src)
		t := src - base
		taps[i].w = [4]float64{far(t + 1), near(t), near(1 - t), far(2 - t)}
		for k := range 4 {
			taps[i].at[k] = min(max(int(base)-1+k, 0), n-1)
		}
	}
	return taps
}

// hieraTable returns Hiera's position table for an n×n grid as rows of d
// channels: the coarse table [d, grid, grid] resized to the grid plus the
// window table [d, window, window] repeated over it. Source: "Hiera: A
// Hierarchical Vision Transformer without the Bells-and-Whistles" with the
// window embedding of "Window Attention is Bugged".
func hieraTable(coarse []float32, grid int, window []float32, win, d, n int) []float32 {
	taps := cubicTaps(grid, n)
	out := make([]float32, n*n*d)
	line := make([]float64, grid)
	for c := range d {
		plane := coarse[c*grid*grid : (c+1)*grid*grid]
		tile := window[c*win*win : (c+1)*win*win]
		for y, ty := range taps {
			for x := range line {
				line[x] = 0
				for k, w := range ty.w {
					line[x] += w * float64(plane[ty.at[k]*grid+x])
				}
			}
			for x, tx := range taps {
				sum := float64(tile[y%win*win+x%win])
				for k, w := range tx.w {
					sum += w * line[tx.at[k]]
				}
				out[(y*n+x)*d+c] = float32(sum)
			}
		}
	}
	return out
}
