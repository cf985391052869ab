package controller

import (
	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/scene"
)

// Scene returns what the canvas shows. It is cheap: masks are handed over as
// references and turned into pixels elsewhere.
func (c *Controller) Scene() scene.Scene {
	cl := c.clip
	if cl == nil {
		return scene.Scene{}
	}
	w, h := cl.doc.Size()
	s := scene.Scene{W: w, H: h, Frame: cl.frame, Picture: cl.shown.img, Shown: cl.shown.frame, Cursor: cl.cursor}
	if c.tool.Painting() {
		s.Brush = c.brush
	}
	at := cl.shown.frame
	for _, o := range cl.doc.Objects() {
		if o.Hidden {
			continue
		}
		if c.view.Onion {
			s.Layers = append(s.Layers, c.onion(o, at-1)...)
			s.Layers = append(s.Layers, c.onion(o, at+1)...)
		}
		if l, ok := c.layer(o, at); ok {
			s.Layers = append(s.Layers, l)
		}
	}
	if p := cl.preview; p.mask != nil && p.key.Frame == at {
		s.Layers = append(s.Layers, scene.Layer{Mask: p.mask, Color: c.color(p.key.Object), Fill: c.fill() / 2, Line: 1})
	}
	if cl.frame == at {
		c.addPrompts(&s)
	}
	return s
}

func (c *Controller) layer(o annotate.Object, frame int) (scene.Layer, bool) {
	cl := c.clip
	k := annotate.FrameKey{Object: o.ID, Frame: frame}
	l := scene.Layer{Color: o.Color, Fill: c.fill(), Line: 0.55}
	if o.ID == cl.selected || c.view.Outline {
		l.Line = 1
	}
	if r, ok := cl.doc.Result(k); ok && r.Area > 0 {
		l.Mask = r.Mask
	}
	if cl.preview.mask != nil && cl.preview.key == k {
		// The preview stands in for the mask it would replace.
		l.Mask = nil
	}
	if st := cl.stroke; st != nil && st.key == k {
		l.Mask, l.Strokes = st.base, []scene.Stroke{st.stroke}
	}
	return l, l.Mask != nil || len(l.Strokes) > 0
}

func (c *Controller) onion(o annotate.Object, frame int) []scene.Layer {
	r, ok := c.clip.doc.Result(annotate.FrameKey{Object: o.ID, Frame: frame})
	if !ok || r.Area == 0 {
		return nil
	}
	return []scene.Layer{{Mask: r.Mask, Color: o.Color, Line: 0.45}}
}

func (c *Controller) fill() float64 {
	if c.view.Outline {
		return 0
	}
	return c.view.Opacity
}

func (c *Controller) color(id annotate.ObjectID) annotate.Color {
	if o, ok := c.clip.doc.Object(id); ok {
		return o.Color
	}
	return annotate.PaletteColor(int(id))
}

// addPrompts adds the prompts of the current frame: those of the selected
// object with all marks, others with their boxes and points too, since a
// person may want to see why a mask is as it is.
func (c *Controller) addPrompts(s *scene.Scene) {
	cl := c.clip
	for _, o := range cl.doc.Objects() {
		p, ok := cl.doc.Prompt(annotate.FrameKey{Object: o.ID, Frame: cl.frame})
		if !ok || o.Hidden {
			continue
		}
		selected := o.ID == cl.selected
		if p.Box != nil {
			s.Boxes = append(s.Boxes, scene.BoxMark{Box: *p.Box, Color: o.Color, Selected: selected})
		}
		if !selected {
			continue
		}
		for i, pt := range p.Points {
			s.Markers = append(s.Markers, scene.Marker{Point: pt, Color: o.Color, Selected: i == cl.point})
		}
	}
	if cl.corner != nil && cl.cursor != nil {
		b := annotate.Box{X0: cl.corner.X, Y0: cl.corner.Y, X1: cl.cursor.X, Y1: cl.cursor.Y}.Canon()
		s.Boxes = append(s.Boxes, scene.BoxMark{Box: b, Color: c.color(cl.selected), Drawing: true})
	}
}
