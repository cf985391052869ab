package track

// grid counts object and background pixels over five dimensions: place (x, y)
// and colour (L, a, b). Places are cells of nx by ny; each colour of the table
// owns one plane of nx*ny cells, and each cell two counts (object, background).
// Planes are made when a colour first needs one.
type grid struct {
	table  *colourTable
	nx, ny int
	planes [][]float32 // by colour number; nil: all zero
}

func newGrid(table *colourTable, nx, ny int) *grid {
	return &grid{table: table, nx: nx, ny: ny}
}

func (g *grid) plane(colour int32) []float32 {
	for int(colour) >= len(g.planes) {
		g.planes = append(g.planes, nil)
	}
	if g.planes[colour] == nil {
		g.planes[colour] = make([]float32, 2*g.nx*g.ny)
	}
	return g.planes[colour]
}

// add counts one pixel at place (x, y), in cells, as object (1) or background (0).
func (g *grid) add(x, y float32, c colourAt, object uint8, weight float32) {
	ix, iy := int(x+0.5), int(y+0.5)
	if x < -0.5 || y < -0.5 || ix >= g.nx || iy >= g.ny {
		return
	}
	bin := c.nearest()
	g.table.add(bin)
	n := g.table.number[bin]
	if n < 0 {
		return
	}
	g.plane(n)[2*(iy*g.nx+ix)+1-int(object)] += weight
}

// blurred returns the grid smoothed by 1-2-1 in each of the five dimensions.
func (g *grid) blurred() *grid {
	out := g.blurPlaces()
	for _, stride := range []int32{strideL, strideA, strideB} {
		out = out.blurColour(stride)
	}
	return out
}

// slab gives planes out of one piece of memory: a grid has thousands of them.
type slab struct {
	size int
	free []float32
}

func (g *grid) slab(planes int) slab {
	size := 2 * g.nx * g.ny
	return slab{size, make([]float32, planes*size)}
}

func (s *slab) plane() []float32 {
	p := s.free[:s.size:s.size]
	s.free = s.free[s.size:]
	return p
}

func (g *grid) blurPlaces() *grid {
	out := newGrid(g.table, g.nx, g.ny)
	out.planes = make([][]float32, len(g.planes))
	used := 0
	for _, p := range g.planes {
		if p != nil {
			used++
		}
	}
	row, memory := 2*g.nx, g.slab(used)
	tmp := make([]float32, row*(g.ny+2)) // with a row of zeros above and below
	for c, p := range g.planes {
		if p == nil {
			continue
		}
		for y := range g.ny {
			blurRow(tmp[(y+1)*row:(y+2)*row], p[y*row:(y+1)*row])
		}
		q := memory.plane()
		up, here, down := tmp, tmp[row:], tmp[2*row:]
		for i := range q {
			q[i] = (up[i] + 2*here[i] + down[i]) / 4
		}
		out.planes[c] = q
	}
	return out
}

// blurRow smooths the two counts of a row of cells by 1-2-1.
func blurRow(dst, p []float32) {
	n := len(p)
	for i := range p {
		left, right := float32(0), float32(0)
		if i >= 2 {
			left = p[i-2]
		}
		if i < n-2 {
			right = p[i+2]
		}
		dst[i] = (left + 2*p[i] + right) / 4
	}
}

func (g *grid) blurColour(stride int32) *grid {
	out := newGrid(g.table, g.nx, g.ny)
	out.planes = make([][]float32, len(g.table.bins))
	get := func(n int32) []float32 {
		if n < 0 || int(n) >= len(g.planes) {
			return nil
		}
		return g.planes[n]
	}
	type sources struct{ here, before, after []float32 }
	from, used := make([]sources, len(g.table.bins)), 0
	for n, bin := range g.table.bins {
		f := sources{get(int32(n)), get(g.table.neighbour(bin, stride, false)), get(g.table.neighbour(bin, stride, true))}
		if f.here != nil || f.before != nil || f.after != nil {
			from[n] = f
			used++
		}
	}
	memory := g.slab(used)
	for n, f := range from {
		if f.here == nil && f.before == nil && f.after == nil {
			continue
		}
		q := memory.plane()
		for i, v := range f.here {
			q[i] = v / 2
		}
		for i, v := range f.before {
			q[i] += v / 4
		}
		for i, v := range f.after {
			q[i] += v / 4
		}
		out.planes[n] = q
	}
	return out
}

// corners are the numbers and weights of the eight colours around a colour.
type corners struct {
	n [8]int32
	w [8]float32
}

func (t *colourTable) corners(c colourAt) corners {
	var k corners
	for i := range 8 {
		bin, w := c.bin, float32(1)
		if i&1 != 0 {
			bin, w = bin+strideL, w*c.l
		} else {
			w *= 1 - c.l
		}
		if i&2 != 0 {
			bin, w = bin+strideA, w*c.a
		} else {
			w *= 1 - c.a
		}
		if i&4 != 0 {
			bin, w = bin+strideB, w*c.b
		} else {
			w *= 1 - c.b
		}
		k.n[i], k.w[i] = t.number[bin], w
	}
	return k
}

// read returns the counts at place (x, y), in cells, and a colour, linear
// between the cells in all five dimensions. Outside the places it returns 0, 0.
func (g *grid) read(x, y float32, k *corners) (object, background float32) {
	if !(x >= 0 && y >= 0 && x <= float32(g.nx-1) && y <= float32(g.ny-1)) {
		return 0, 0
	}
	ix, iy := min(int(x), g.nx-2), min(int(y), g.ny-2)
	u, v := x-float32(ix), y-float32(iy)
	w00, w10, w01, w11 := (1-u)*(1-v), u*(1-v), (1-u)*v, u*v
	at := 2 * (iy*g.nx + ix)
	down := 2 * g.nx
	for i, n := range k.n {
		if n < 0 || int(n) >= len(g.planes) || k.w[i] == 0 {
			continue
		}
		p := g.planes[n]
		if p == nil {
			continue
		}
		top := p[at : at+4 : at+4]
		bottom := p[at+down : at+down+4 : at+down+4]
		w := k.w[i]
		object += w * (w00*top[0] + w10*top[2] + w01*bottom[0] + w11*bottom[2])
		background += w * (w00*top[1] + w10*top[3] + w01*bottom[1] + w11*bottom[3])
	}
	return object, background
}

// mix makes g the running mean keep·g + (1-keep)·o.
func (g *grid) mix(o *grid, keep float32) {
	for n := range max(len(g.planes), len(o.planes)) {
		var q []float32
		if n < len(o.planes) {
			q = o.planes[n]
		}
		if n >= len(g.planes) || g.planes[n] == nil {
			if q == nil {
				continue
			}
			g.plane(int32(n))
		}
		p := g.planes[n]
		for i := range p {
			p[i] *= keep
		}
		for i, v := range q {
			p[i] += (1 - keep) * v
		}
	}
}
