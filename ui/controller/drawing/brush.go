package drawing

import (
	"math"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/annotate/edges"
	"github.com/masklet/masklet/ui/scene"
)

// Stroke says how a stroke paints.
type Stroke struct {
	Radius float64
	Erase  bool
	Snap   bool // it stops at edges: every dab of it covers only what looks like its middle
	// Edge: what is under it is decided anew, by what the object and its surroundings
	// look like there.
	Edge bool
}

// Brush paints strokes over the mask that a frame has.
type Brush struct {
	host   Host
	stroke *stroke
}

// stroke is a stroke that is being painted.
type stroke struct {
	key  annotate.FrameKey
	base annotate.MaskRef // nil: the frame had no mask
	how  Stroke
	scene.Stroke
}

// NewBrush returns a brush that paints nothing yet.
func NewBrush(h Host) *Brush { return &Brush{host: h} }

// Begin starts a stroke at a position.
func (b *Brush) Begin(x, y float64, how Stroke) {
	b.host.Begin()
	key := b.host.Key()
	if !how.Edge { // which needs a mask
		key = b.host.Make()
	}
	how.Snap = how.Snap && b.host.Picture() != nil
	b.stroke = &stroke{key: key, base: b.host.Mask(key), how: how, Stroke: scene.Stroke{Erase: how.Erase, Radius: how.Radius}}
	b.Move(x, y)
}

// Move goes on painting to a position.
func (b *Brush) Move(x, y float64) {
	s := b.stroke
	if s == nil {
		return
	}
	p := scene.Pt{X: x, Y: y}
	if s.how.Snap {
		s.dabs(b.host, p)
	}
	// Whoever draws the scene reads what it was given; appending leaves that alone.
	s.Points = append(s.Points, p)
	b.host.Changed()
}

// dabs appends the dabs from the last point to p, near enough for a line without gaps.
func (s *stroke) dabs(h Host, p scene.Pt) {
	img := h.Picture()
	if img == nil {
		return
	}
	from, n := p, 1.0
	if k := len(s.Points); k > 0 {
		from = s.Points[k-1]
		n = max(1, math.Ceil(math.Hypot(p.X-from.X, p.Y-from.Y)/max(1, s.Radius/2)))
	}
	for i := 1.0; i <= n; i++ {
		at := scene.Pt{X: from.X + (p.X-from.X)*i/n, Y: from.Y + (p.Y-from.Y)*i/n}
		s.Dabs = append(s.Dabs, edges.Dab(img, at, s.Radius))
	}
}

// End makes what was painted the mask of the frame. It becomes a mask prompt, so that
// tracking starts from it.
func (b *Brush) End() {
	s := b.stroke
	if s == nil {
		return
	}
	b.stroke = nil
	w, h := b.host.Size()
	if s.how.Edge {
		b.redraw(s.Stroke, w, h)
		return
	}
	name := "Paint"
	if s.Erase {
		name = "Erase"
	}
	m, err := s.Over(s.base, w, h)
	if err != nil {
		b.host.Fail(name, err)
		b.host.Changed()
		return
	}
	b.host.Paint(name, s.key, m)
}

// redraw decides anew where the edge of the mask is under a stroke.
func (b *Brush) redraw(s scene.Stroke, w, h int) {
	img := b.host.Picture()
	under, err := s.Over(nil, w, h)
	b.host.Changed()
	if img == nil || err != nil {
		b.host.Say("Redraw the edge: the frame is not shown yet")
		return
	}
	b.host.Mend("Redraw the edge", func(m annotate.Mask) annotate.Mask { return edges.Redraw(img, m, under) })
}

// Cancel gives a stroke up that is being painted; it reports whether there was one.
func (b *Brush) Cancel() bool {
	if b.stroke == nil {
		return false
	}
	b.stroke = nil
	b.host.Changed()
	return true
}

// Painting reports whether a stroke is being painted.
func (b *Brush) Painting() bool { return b.stroke != nil }

// Show changes the layer of an object's mask on a frame to what a stroke on it makes of
// it, and returns the layers that are to be seen.
func (b *Brush) Show(k annotate.FrameKey, l scene.Layer) []scene.Layer {
	s := b.stroke
	switch {
	case (s == nil || s.key != k) && l.Mask == nil:
		return nil
	case s == nil || s.key != k:
		return []scene.Layer{l}
	case s.how.Edge:
		return []scene.Layer{l, {Strokes: []scene.Stroke{s.Stroke}, Color: annotate.Color{R: 255, G: 255, B: 255}, Fill: 0.3}}
	}
	l.Mask, l.Strokes = s.base, []scene.Stroke{s.Stroke}
	return []scene.Layer{l}
}
