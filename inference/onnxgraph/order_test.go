package onnxgraph

import (
	"slices"
	"testing"
)

// cellsOnce fails unless an order has every cell of its grid once.
func cellsOnce(t *testing.T, o order) {
	t.Helper()
	got := slices.Clone(o.cells)
	slices.Sort(got)
	if !isIdentity(got) || len(got) != o.n*o.n {
		t.Fatalf("order of a %d×%d grid does not have every cell once", o.n, o.n)
	}
}

// TestNestedOrder checks what the image encoder relies on: after each pool,
// the rows that a maximum brings together are a 2×2 block, in the order that
// pooled states.
func TestNestedOrder(t *testing.T) {
	for _, n := range []int{8, 24, 40} {
		o := nested(n)
		cellsOnce(t, o)
		for rest := 16; rest >= 1; rest /= 4 {
			p := o.pooled(rest)
			cellsOnce(t, p)
			for row, cell := range o.cells {
				group := row/(4*rest)*rest + row%rest
				if want := cell/o.n/2*p.n + cell%o.n/2; p.cells[group] != want {
					t.Fatalf("n=%d rest=%d: row %d (cell %d) goes to cell %d, want %d", n, rest, row, cell, p.cells[group], want)
				}
			}
			o = p
		}
		if !isIdentity(o.cells) {
			t.Errorf("n=%d: the last stage is not in row-major order", n)
		}
	}
}

// TestFirstWindowsNeedNoGather checks that the windows of the first two stages
// are contiguous as they are.
func TestFirstWindowsNeedNoGather(t *testing.T) {
	o := nested(40)
	if !isIdentity(o.windows(8)) {
		t.Error("windows of 8 in the first stage are not contiguous")
	}
	if p := o.pooled(16); !isIdentity(p.windows(4)) {
		t.Error("windows of 4 in the second stage are not contiguous")
	}
}

func TestWindows(t *testing.T) {
	for _, c := range []struct{ n, w int }{{8, 4}, {8, 14}, {16, 14}, {20, 7}, {4, 4}} {
		o := rowMajor(c.n)
		index := o.windows(c.w)
		side := (c.n + c.w - 1) / c.w
		if len(index) != side*side*c.w*c.w {
			t.Fatalf("%v: %d places", c, len(index))
		}
		back := backIndex(index, len(o.cells))
		for row, place := range back {
			if index[place] != row {
				t.Fatalf("%v: row %d is not at its place", c, row)
			}
			win := o.cells[row]/c.n/c.w*side + o.cells[row]%c.n/c.w
			if place/(c.w*c.w) != win {
				t.Errorf("%v: row %d is in window %d, not %d", c, row, place/(c.w*c.w), win)
			}
		}
		pads := 0
		for _, row := range index {
			if row < 0 {
				pads++
			}
		}
		if pads != len(index)-len(o.cells) {
			t.Errorf("%v: %d places of padding", c, pads)
		}
	}
}

func TestPermute(t *testing.T) {
	got := permute([]float32{0, 1, 2, 3, 4, 5}, []int{1, 2, 3}, []int{2, 0, 1})
	if want := []float32{0, 3, 1, 4, 2, 5}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestCubicTapsSumToOne(t *testing.T) {
	for _, c := range []struct{ n, m int }{{7, 256}, {14, 128}, {7, 7}, {14, 8}} {
		for i, tap := range cubicTaps(c.n, c.m) {
			sum := 0.0
			for k, w := range tap.w {
				sum += w
				if tap.at[k] < 0 || tap.at[k] >= c.n {
					t.Fatalf("%v: tap %d reads cell %d", c, i, tap.at[k])
				}
			}
			if sum < 1-1e-12 || sum > 1+1e-12 {
				t.Errorf("%v: weights at %d sum to %g", c, i, sum)
			}
		}
	}
}

// rowMajor is the order of a map.
func rowMajor(n int) order {
	o := order{n: n, cells: make([]int, n*n)}
	for i := range o.cells {
		o.cells[i] = i
	}
	return o
}
