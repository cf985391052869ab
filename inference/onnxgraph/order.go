package onnxgraph

// order says which cell of an n×n grid each row of a token matrix is:
// cell = y·n + x.
type order struct {
	n     int
	cells []int
}

// nested returns an order in which the windows of the first three stages of
// Hiera and all 2×2 pools are contiguous: 8×8 windows row by row; inside them
// the lowest bits of y and x vary slowest. n must be a multiple of 8.
func nested(n int) order {
	o := order{n: n}
	for wy := range n / 8 {
		for wx := range n / 8 {
			for i := range 64 {
				y := i>>5&1 | i>>3&1<<1 | i>>1&1<<2
				x := i>>4&1 | i>>2&1<<1 | i&1<<2
				o.cells = append(o.cells, (8*wy+y)*n+8*wx+x)
			}
		}
	}
	return o
}

// pooled returns the order after a maximum over axis 1 of rows seen as
// [groups, 4, rest]: every 2×2 block of cells becomes one.
func (o order) pooled(rest int) order {
	p := order{n: o.n / 2, cells: make([]int, 0, len(o.cells)/4)}
	for i := 0; i < len(o.cells); i += 4 * rest {
		for r := range rest {
			y, x := o.cells[i+r]/o.n, o.cells[i+r]%o.n
			p.cells = append(p.cells, y/2*p.n+x/2)
		}
	}
	return p
}

// inverse returns for each cell its row.
func (o order) inverse() []int {
	inv := make([]int, len(o.cells))
	for row, cell := range o.cells {
		inv[cell] = row
	}
	return inv
}

// windows returns the rows of all windows of side w, window by window, with -1
// for cells beyond the grid. Inside a window, rows keep their order and the
// padding comes last: attention does not mind.
func (o order) windows(w int) []int {
	side := (o.n + w - 1) / w
	out := make([]int, side*side*w*w)
	for i := range out {
		out[i] = -1
	}
	fill := make([]int, side*side)
	for row, cell := range o.cells {
		win := cell/o.n/w*side + cell%o.n/w
		out[win*w*w+fill[win]] = row
		fill[win]++
	}
	return out
}

// isIdentity reports whether index picks every row in place.
func isIdentity(index []int) bool {
	for i, v := range index {
		if i != v {
			return false
		}
	}
	return true
}

// backIndex returns for each of n rows its place in index.
func backIndex(index []int, n int) []int {
	back := make([]int, n)
	for place, row := range index {
		if row >= 0 {
			back[row] = place
		}
	}
	return back
}
