// Package outline turns masks into polygons along their pixel edges and fills
// polygons. It is what the formats that hold outlines share.
package outline

import (
	"image"
	"slices"

	"github.com/masklet/masklet/annotate"
)

// Polygons returns outlines that cover exactly the pixels of m, as lists of
// alternating x and y in pixel corners. Each outlines one piece without holes:
// a part of the mask that has holes is cut along the left end of every hole.
func Polygons(m annotate.Mask) [][]int {
	t := newTracer(m)
	if t == nil {
		return [][]int{}
	}
	t.label()
	t.cut()
	var out [][]int
	for i, piece := range t.piece {
		if piece != 0 && !t.traced[piece] {
			t.traced[piece] = true
			out = append(out, t.outline(i%t.w, i/t.w, piece))
		}
	}
	return out
}

// tracer works on the mask's bounding box with a margin of one pixel.
// Foreground is connected over edges, background over corners too, so that
// every hole lies inside exactly one part.
type tracer struct {
	w, h   int
	origin image.Point
	on     []bool
	part   []int32 // connected part of each foreground pixel, from 1
	piece  []int32 // the same after the cuts, from 1
	cuts   map[int32][]int
	traced []bool
}

func newTracer(m annotate.Mask) *tracer {
	box := m.Bounds()
	if box.Empty() {
		return nil
	}
	t := &tracer{w: box.Dx() + 2, h: box.Dy() + 2, origin: box.Min.Sub(image.Pt(1, 1)), cuts: map[int32][]int{}}
	t.on = make([]bool, t.w*t.h)
	b := m.Bitmap()
	for y := range box.Dy() {
		for x := range box.Dx() {
			t.on[(y+1)*t.w+x+1] = b.Pix[(y+box.Min.Y)*b.W+x+box.Min.X] != 0
		}
	}
	return t
}

// label finds the connected parts.
func (t *tracer) label() {
	t.part, _ = t.flood(func(from, _ int) bool { return t.on[from] }, false)
}

// cut finds the holes, and splits every part that has some at the left end of
// each. What remains of a hole in a piece reaches the piece's cut edge, so
// that no piece has a hole.
func (t *tracer) cut() {
	off, n := t.flood(func(from, _ int) bool { return !t.on[from] }, true)
	left := make([]int, n+1) // index of the leftmost pixel of each background region
	for i, region := range off {
		if region > 1 && (left[region] == 0 || i%t.w < left[region]%t.w) {
			left[region] = i
		}
	}
	for _, i := range left[min(2, len(left)):] { // region 1 is the outside
		part := t.part[i-1]
		if x := i % t.w; !slices.Contains(t.cuts[part], x) {
			t.cuts[part] = append(t.cuts[part], x)
		}
	}
	walls := map[int32][]bool{}
	for part, xs := range t.cuts {
		walls[part] = make([]bool, t.w+1)
		for _, x := range xs {
			walls[part][x] = true
		}
	}
	var pieces int
	t.piece, pieces = t.flood(func(from, to int) bool {
		if !t.on[from] {
			return false
		}
		wall := walls[t.part[from]]
		return wall == nil || from%t.w == to%t.w || !wall[max(from%t.w, to%t.w)]
	}, false)
	t.traced = make([]bool, pieces+1)
}

// flood numbers regions from 1 in the order of their first pixel. A pixel is
// in a region if open(i, i), and joined to a neighbour of the same kind if
// open(i, neighbour); corners says whether diagonal neighbours count.
func (t *tracer) flood(open func(from, to int) bool, corners bool) (region []int32, n int) {
	region = make([]int32, t.w*t.h)
	steps := []image.Point{{X: 1}, {X: -1}, {Y: 1}, {Y: -1}}
	if corners {
		steps = append(steps, image.Pt(1, 1), image.Pt(-1, -1), image.Pt(1, -1), image.Pt(-1, 1))
	}
	var stack []int
	for start := range region {
		if region[start] != 0 || !open(start, start) {
			continue
		}
		n++
		region[start] = int32(n)
		for stack = append(stack[:0], start); len(stack) > 0; {
			i := stack[len(stack)-1]
			stack = stack[:len(stack)-1]
			for _, s := range steps {
				x, y := i%t.w+s.X, i/t.w+s.Y
				if x < 0 || y < 0 || x >= t.w || y >= t.h {
					continue
				}
				j := y*t.w + x
				if region[j] == 0 && t.on[j] == t.on[i] && open(i, j) {
					region[j] = int32(n)
					stack = append(stack, j)
				}
			}
		}
	}
	return region, n
}

// outline walks around a piece along the pixel edges, with the piece to the
// right, and returns the corners where it turns. (x, y) is the piece's first
// pixel in reading order.
func (t *tracer) outline(x, y int, piece int32) []int {
	heading := [4]image.Point{{X: 1}, {Y: 1}, {X: -1}, {Y: -1}} // clockwise
	// The pixels ahead of a corner, to the right and to the left, by heading.
	right := [4]image.Point{{}, {X: -1}, {X: -1, Y: -1}, {Y: -1}}
	start := image.Pt(x, y)
	var out []int
	at, d := start, 0
	for {
		at = at.Add(heading[d])
		ahead, beside := t.in(at.Add(right[d]), piece), t.in(at.Add(right[(d+3)%4]), piece)
		turn := 0
		if !ahead {
			turn = 1
		} else if beside {
			turn = 3
		}
		if turn != 0 {
			out = append(out, at.X+t.origin.X, at.Y+t.origin.Y)
			d = (d + turn) % 4
		}
		if at == start && d == 0 {
			return out
		}
	}
}

func (t *tracer) in(p image.Point, piece int32) bool { return t.piece[p.Y*t.w+p.X] == piece }
