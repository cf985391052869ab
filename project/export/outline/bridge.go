package outline

// Bridge joins polygons into one, by lines of no width to and fro between the
// nearest corners: it has the same pixels, and formats with one polygon per
// object can hold several parts and holes.
func Bridge(polys [][]int) []int {
	if len(polys) == 0 {
		return nil
	}
	ring := polys[0]
	for _, p := range polys[1:] {
		from, to := nearest(ring, p)
		var out []int
		out = append(out, ring[:from+2]...)
		out = append(out, p[to:]...)
		out = append(out, p[:to+2]...)
		out = append(out, ring[from:]...)
		ring = out
	}
	return ring
}

// nearest returns the offsets of the corners of two polygons that lie nearest.
func nearest(a, b []int) (inA, inB int) {
	best := -1
	for i := 0; i < len(a); i += 2 {
		for j := 0; j < len(b); j += 2 {
			dx, dy := a[i]-b[j], a[i+1]-b[j+1]
			if d := dx*dx + dy*dy; best < 0 || d < best {
				best, inA, inB = d, i, j
			}
		}
	}
	return inA, inB
}
