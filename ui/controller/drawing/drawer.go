package drawing

import (
	"fmt"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/scene"
)

// Drawer draws areas: a polygon vertex by vertex, or a lasso in one go. An area stays
// with its frame and object: it is not seen elsewhere, and goes on when the user comes
// back, unless they begin another.
type Drawer struct {
	host Host
	area *area
}

// NewDrawer returns a drawer that draws nothing yet.
func NewDrawer(h Host) *Drawer { return &Drawer{host: h} }

// How says how an area is drawn.
type How struct {
	Lasso    bool
	Subtract bool    // take the area away from the mask, rather than add it; counts at its beginning
	Snap     bool    // follow edges
	Pixel    float64 // the size of a screen pixel, in video pixels
}

// Press sets a vertex, or begins a lasso. A polygon is finished by a press on its first
// vertex.
func (d *Drawer) Press(x, y float64, how How) {
	p := scene.Pt{X: x, Y: y}
	switch {
	case !d.Drawing():
		d.begin(p, how)
	case d.area.closes(p):
		d.Finish()
	case !d.area.doubled(p):
		d.area.pixel = how.Pixel
		d.area.add(p)
	}
	d.host.AreaChanged()
}

func (d *Drawer) begin(p scene.Pt, how How) {
	d.host.Begin()
	a := &area{key: d.host.Key(), subtract: how.Subtract, lasso: how.Lasso, pixel: how.Pixel}
	if how.Snap {
		a.img = d.host.Picture()
	}
	if d.area != nil {
		d.host.Say(fmt.Sprintf("The area that was begun on frame %d is given up", d.area.key.Frame))
	} else if !how.Lasso {
		d.host.Say("Click along the outline. Enter or a double click closes it, Backspace takes the last point back, Esc gives up")
	}
	d.area = a
	a.add(p)
}

// Move goes with the pointer.
func (d *Drawer) Move(x, y float64) {
	if d.Drawing() {
		d.area.move(scene.Pt{X: x, Y: y})
		d.host.AreaChanged()
	}
}

// Release ends a lasso.
func (d *Drawer) Release() {
	if d.Drawing() && d.area.lasso {
		d.Finish()
	}
}

// Drawing reports whether an area is being drawn on the current frame for the selected
// object.
func (d *Drawer) Drawing() bool { return d.area != nil && d.area.key == d.host.Key() }

// Finish adds the area to the mask of its frame, or takes it away; it reports whether
// there was one.
func (d *Drawer) Finish() bool {
	if !d.Drawing() {
		return false
	}
	a := d.area
	d.area = nil
	w, h := d.host.Size()
	m := annotate.MaskFromOutline(w, h, a.closed())
	if m.Empty() {
		d.host.Say("That is no area yet: set three points or more")
		if !a.lasso {
			d.area = a
		}
		d.host.AreaChanged()
		return true
	}
	key := d.host.Make()
	name := "Add area"
	whole, err := m, error(nil)
	if base := d.host.Mask(key); base != nil || a.subtract {
		name, whole, err = join(base, m, a.subtract)
	}
	if err != nil {
		d.host.Fail(name, err)
		d.host.AreaChanged()
		return true
	}
	d.host.Paint(name, key, whole)
	d.host.AreaChanged()
	return true
}

// join adds an area to a mask, or takes it away.
func join(base annotate.MaskRef, area annotate.Mask, subtract bool) (name string, m annotate.Mask, err error) {
	old := annotate.EmptyMask(area.Size())
	if base != nil {
		if old, err = base.Load(); err != nil {
			return "Draw area", m, err
		}
	}
	if subtract {
		m, err = annotate.Subtract(old, area)
		return "Take area away", m, err
	}
	m, err = annotate.Union(old, area)
	return "Add area", m, err
}

// Back takes the last vertex back, with the only one the area; it reports whether there
// was one.
func (d *Drawer) Back() bool {
	if !d.Drawing() {
		return false
	}
	if !d.area.back() {
		d.area = nil
	}
	d.host.AreaChanged()
	return true
}

// Cancel gives an area up, on whatever frame it is; it reports whether there was one.
func (d *Drawer) Cancel() bool {
	if d.area == nil {
		return false
	}
	d.area = nil
	d.host.AreaChanged()
	return true
}

// Outline returns what is drawn so far on the current frame, nil if nothing is. color is
// the object's.
func (d *Drawer) Outline(color annotate.Color) *scene.Outline {
	if !d.Drawing() {
		return nil
	}
	a := d.area
	o := &scene.Outline{Points: a.shown, Tip: simplified(a.tip, 0.75*a.pixel), Subtract: a.subtract, Color: color}
	if !a.lasso {
		o.Vertices = a.vertices
	}
	return o
}
