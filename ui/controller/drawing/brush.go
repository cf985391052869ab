package drawing

import (
	"math"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/annotate/edges"
	"github.com/masklet/masklet/ui/scene"
)

// Brush paints strokes over the mask that a frame has.
type Brush struct {
	host   Host
	stroke *stroke
}

// stroke is a stroke that is being painted.
type stroke struct {
	key  annotate.FrameKey
	base annotate.MaskRef // nil: the frame had no mask
	snap bool             // it stops at edges
	scene.Stroke
}

// NewBrush returns a brush that paints nothing yet.
func NewBrush(h Host) *Brush { return &Brush{host: h} }

// Begin starts a stroke at a position. A stroke that snaps stops at edges: every dab of
// it covers only what looks like its middle.
func (b *Brush) Begin(x, y, radius float64, erase, snap bool) {
	b.host.Begin()
	key := b.host.Make()
	b.stroke = &stroke{key: key, base: b.host.Mask(key), snap: snap && b.host.Picture() != nil,
		Stroke: scene.Stroke{Erase: erase, Radius: radius}}
	b.Move(x, y)
}

// Move goes on painting to a position.
func (b *Brush) Move(x, y float64) {
	s := b.stroke
	if s == nil {
		return
	}
	p := scene.Pt{X: x, Y: y}
	if s.snap {
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

// Cancel gives a stroke up that is being painted; it reports whether there was one.
func (b *Brush) Cancel() bool {
	if b.stroke == nil {
		return false
	}
	b.stroke = nil
	b.host.Changed()
	return true
}

// Stroke returns the stroke that is being painted on a frame, and the mask under it; nil
// if there is none.
func (b *Brush) Stroke(k annotate.FrameKey) (base annotate.MaskRef, s *scene.Stroke) {
	if b.stroke == nil || b.stroke.key != k {
		return nil, nil
	}
	now := b.stroke.Stroke
	return b.stroke.base, &now
}
