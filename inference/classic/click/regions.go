package click

import (
	"container/heap"
	"math"
)

// regionPixels is the mean area of a region in working pixels.
const regionPixels = 56

// maxRegions bounds the regions of a frame, and with them the memory of the
// kernel between all pairs of regions.
const maxRegions = 2200

// regions is a partition of the working grid into small connected pieces of
// like colour and motion.
type regions struct {
	w, h  int
	of    []int32     // region of each pixel
	area  []float32   // pixels
	x, y  []float32   // centroid, pixels
	feat  [][]float32 // mean feature vector
	edge  [][]int32   // indices into edges, per region
	edges []border
}

// border is what separates two neighbouring regions.
type border struct {
	a, b           int32
	length         float32 // pixel sides shared
	colour, motion float32 // mean squared feature steps across it
}

// other returns the region on the other side of the border.
func (b border) other(r int32) int32 { return b.a + b.b - r }

// makeRegions grows regions from a regular lattice of seeds, always adding the
// pixel that is nearest to a region's running mean in colour, motion and place
// (simple non-iterative clustering: Achanta and Süsstrunk, 2017).
func makeRegions(f *features) *regions {
	step := math.Sqrt(math.Max(regionPixels, float64(f.w*f.h)/maxRegions))
	g := &grower{f: f, r: &regions{w: f.w, h: f.h, of: make([]int32, f.w*f.h)}, place: float32(1 / (step * step))}
	for p := range g.r.of {
		g.r.of[p] = -1
	}
	nx, ny := max(1, int(math.Round(float64(f.w)/step))), max(1, int(math.Round(float64(f.h)/step)))
	for j := range ny {
		for i := range nx {
			x, y := (2*i+1)*f.w/(2*nx), (2*j+1)*f.h/(2*ny)
			g.seeds = append(g.seeds, seed{sum: make([]float32, f.n)})
			g.queue = append(g.queue, candidate{x: int32(x), y: int32(y), region: int32(len(g.seeds) - 1), order: int32(len(g.queue))})
		}
	}
	g.order = int32(len(g.queue))
	heap.Init(&g.queue)
	for len(g.queue) > 0 {
		g.take(heap.Pop(&g.queue).(candidate))
	}
	g.finish()
	g.r.findBorders(f)
	return g.r
}

type seed struct {
	sum     []float32
	x, y, n float32
}

type candidate struct {
	cost   float32
	x, y   int32
	region int32
	order  int32 // makes the order of equals fixed
}

type candidates []candidate

func (c candidates) Len() int { return len(c) }
func (c candidates) Less(i, j int) bool {
	if c[i].cost != c[j].cost {
		return c[i].cost < c[j].cost
	}
	return c[i].order < c[j].order
}
func (c candidates) Swap(i, j int) { c[i], c[j] = c[j], c[i] }
func (c *candidates) Push(v any)   { *c = append(*c, v.(candidate)) }
func (c *candidates) Pop() any {
	last := (*c)[len(*c)-1]
	*c = (*c)[:len(*c)-1]
	return last
}

type grower struct {
	f     *features
	r     *regions
	seeds []seed
	queue candidates
	order int32
	place float32
}

// compactness is the colour step that weighs as much as one lattice step.
const compactness = 14

func (g *grower) take(c candidate) {
	p := int(c.y)*g.f.w + int(c.x)
	if g.r.of[p] >= 0 {
		return
	}
	g.r.of[p] = c.region
	s := &g.seeds[c.region]
	for i, v := range g.f.at(int(c.x), int(c.y)) {
		s.sum[i] += v
	}
	s.x, s.y, s.n = s.x+float32(c.x), s.y+float32(c.y), s.n+1
	for _, d := range [4][2]int32{{1, 0}, {-1, 0}, {0, 1}, {0, -1}} {
		x, y := c.x+d[0], c.y+d[1]
		if x < 0 || y < 0 || int(x) >= g.f.w || int(y) >= g.f.h || g.r.of[int(y)*g.f.w+int(x)] >= 0 {
			continue
		}
		var d2 float32
		for i, v := range g.f.at(int(x), int(y)) {
			d := v - s.sum[i]/s.n
			d2 += d * d
		}
		dx, dy := float32(x)-s.x/s.n, float32(y)-s.y/s.n
		cost := d2/(compactness*compactness) + (dx*dx+dy*dy)*g.place
		heap.Push(&g.queue, candidate{cost, x, y, c.region, g.order})
		g.order++
	}
}

func (g *grower) finish() {
	for _, s := range g.seeds {
		mean := make([]float32, len(s.sum))
		for i, v := range s.sum {
			mean[i] = v / s.n
		}
		g.r.feat = append(g.r.feat, mean)
		g.r.area = append(g.r.area, s.n)
		g.r.x, g.r.y = append(g.r.x, s.x/s.n), append(g.r.y, s.y/s.n)
	}
}

// findBorders measures the borders between neighbouring regions. Steps are
// taken over three pixels, so that blurred outlines count in full.
func (r *regions) findBorders(f *features) {
	index := map[[2]int32]int32{}
	r.edge = make([][]int32, len(r.area))
	visit := func(x, y, dx, dy int) {
		a, b := r.of[y*r.w+x], r.of[(y+dy)*r.w+x+dx]
		if a == b {
			return
		}
		key := [2]int32{min(a, b), max(a, b)}
		e, ok := index[key]
		if !ok {
			e = int32(len(r.edges))
			index[key] = e
			r.edges = append(r.edges, border{a: key[0], b: key[1]})
			r.edge[a], r.edge[b] = append(r.edge[a], e), append(r.edge[b], e)
		}
		x0, y0 := max(x-dx, 0), max(y-dy, 0)
		x1, y1 := min(x+2*dx, r.w-1), min(y+2*dy, r.h-1)
		c, m := apart(f.at(x0, y0), f.at(x1, y1))
		r.edges[e].length++
		r.edges[e].colour += c
		r.edges[e].motion += m
	}
	for y := range r.h {
		for x := range r.w {
			if x+1 < r.w {
				visit(x, y, 1, 0)
			}
			if y+1 < r.h {
				visit(x, y, 0, 1)
			}
		}
	}
	for i := range r.edges {
		r.edges[i].colour /= r.edges[i].length
		r.edges[i].motion /= r.edges[i].length
	}
}
