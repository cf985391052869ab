package drawing

import (
	"image"
	"math"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/annotate/edges"
	"github.com/masklet/masklet/ui/scene"
)

// How far the line to the pointer is looked for along edges, in cells of about a screen
// pixel, how near a vertex is to an edge that it goes to, and after how many cells
// the line of a lasso stands.
const (
	polygonReach = 192
	lassoReach   = 64
	vertexReach  = 4
	lassoStands  = 48
)

// area is an area that is being drawn: the vertices that the user set, with the line that
// joins them.
type area struct {
	key      annotate.FrameKey
	subtract bool
	lasso    bool
	pixel    float64     // of the screen, in video pixels
	img      *image.RGBA // edges are followed in it; nil: lines are straight
	vertices []scene.Pt
	line     []scene.Pt // through all vertices
	ends     []int      // the length of line at each vertex
	shown    []scene.Pt // line, as fine as it is seen
	wire     *edges.Wire
	tip      []scene.Pt // from the last vertex to the pointer
}

// step is the size of the cells in which edges are looked for: as fine as they are seen.
func (a *area) step() int { return min(8, max(1, int(math.Round(a.pixel)))) }

// add sets a vertex, at an edge where one is near.
func (a *area) add(p scene.Pt) {
	if a.img != nil && !a.lasso {
		p = edges.Snap(a.img, p, vertexReach, a.step())
	}
	a.join(p, a.to(p))
}

// join makes a line from the last vertex to p stand, with p as the next vertex.
func (a *area) join(p scene.Pt, line []scene.Pt) {
	if len(a.line) > 0 && len(line) > 0 {
		line = line[1:]
	}
	a.line = append(a.line, line...)
	a.vertices, a.ends = append(a.vertices, p), append(a.ends, len(a.line))
	a.rest()
}

// rest looks for lines from the last vertex.
func (a *area) rest() {
	a.tip, a.wire = nil, nil
	a.shown = simplified(a.line, 0.75*a.pixel)
	if n := len(a.vertices); n > 0 && a.img != nil {
		reach := polygonReach
		if a.lasso {
			reach = lassoReach
		}
		a.wire = edges.NewWire(a.img, a.vertices[n-1], reach, a.step())
	}
}

// to returns the line from the last vertex to p.
func (a *area) to(p scene.Pt) []scene.Pt {
	switch n := len(a.vertices); {
	case n == 0:
		return []scene.Pt{p}
	case a.wire != nil:
		line, _ := a.wire.To(p)
		return line
	default:
		return []scene.Pt{a.vertices[n-1], p}
	}
}

// move goes with the pointer. A lasso draws; of one that follows edges, the part that is
// farther behind the pointer stands.
func (a *area) move(p scene.Pt) {
	if len(a.vertices) == 0 {
		return
	}
	a.tip = a.to(p)
	switch {
	case !a.lasso:
	case a.wire == nil:
		a.join(p, a.tip)
	case len(a.tip) > lassoStands:
		line := a.tip[:2*len(a.tip)/3]
		a.join(line[len(line)-1], line)
		a.tip = a.to(p)
	case len(a.tip) == 2 && distance(a.tip[0], a.tip[1]) > lassoStands*a.pixel:
		a.join(p, a.tip) // beyond the reach
	}
}

// back takes the last vertex away; it returns false if it was the only one.
func (a *area) back() bool {
	n := len(a.vertices) - 1
	if n < 1 {
		return false
	}
	a.vertices, a.ends = a.vertices[:n], a.ends[:n]
	a.line = a.line[:a.ends[n-1]]
	a.rest()
	return true
}

// closes reports whether a press at p means the first vertex.
func (a *area) closes(p scene.Pt) bool {
	return len(a.vertices) > 2 && distance(a.vertices[0], p) <= 8*a.pixel
}

// doubled reports whether a press at p means the last vertex: the second one of a double
// click.
func (a *area) doubled(p scene.Pt) bool {
	n := len(a.vertices)
	return n > 0 && distance(a.vertices[n-1], p) <= (vertexReach+2)*a.pixel
}

// closed returns the whole outline.
func (a *area) closed() []scene.Pt {
	out := a.line
	if a.lasso && len(a.tip) > 1 {
		out = append(out[:len(out):len(out)], a.tip[1:]...)
	}
	if a.wire != nil && len(a.vertices) > 2 && !a.lasso {
		if line, ok := a.wire.To(a.vertices[0]); ok {
			out = append(out[:len(out):len(out)], line[1:]...)
		}
	}
	return out
}

func distance(p, q scene.Pt) float64 { return math.Hypot(p.X-q.X, p.Y-q.Y) }

// simplified returns a line of few points that is nowhere farther than most from the
// given one.
//
// Source: D. Douglas and T. Peucker, "Algorithms for the Reduction of the Number of
// Points Required to Represent a Digitized Line or its Caricature", 1973.
func simplified(line []scene.Pt, most float64) []scene.Pt {
	if len(line) < 3 {
		return line
	}
	first, last := line[0], line[len(line)-1]
	far, at := most, -1
	for i, p := range line {
		if d := offLine(p, first, last); d > far {
			far, at = d, i
		}
	}
	if at < 0 {
		return []scene.Pt{first, last}
	}
	left := simplified(line[:at+1], most)
	return append(left[:len(left)-1:len(left)-1], simplified(line[at:], most)...)
}

// offLine returns the distance of p from the stretch from a to b.
func offLine(p, a, b scene.Pt) float64 {
	dx, dy := b.X-a.X, b.Y-a.Y
	t := 0.0
	if l := dx*dx + dy*dy; l > 0 {
		t = min(1, max(0, ((p.X-a.X)*dx+(p.Y-a.Y)*dy)/l))
	}
	return math.Hypot(p.X-a.X-t*dx, p.Y-a.Y-t*dy)
}
