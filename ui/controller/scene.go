package controller

import (
	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/annotate/edges"
	"github.com/masklet/masklet/ui/scene"
)

// Canvas is what the picture shows.
type Canvas struct {
	*desk
	play    *Playback
	objects *Objects
	prompts *Prompts
	preview *Preview
	painter *Painter
	cursor  *Cursor
	view    *Tools
}

// Scene returns what the canvas shows. It is cheap: masks are handed over as
// references and turned into pixels elsewhere.
func (c *Canvas) Scene() scene.Scene {
	w, h := c.doc().Size()
	s := scene.Scene{W: w, H: h, Frame: c.play.frame, Picture: c.play.shown.img, Shown: c.play.shown.frame, Cursor: c.cursor.at, Tone: c.view.view.Tone}
	if c.view.tool.Painting() {
		s.Brush = c.view.brush
	}
	at := c.play.shown.frame
	for _, o := range c.doc().Objects() {
		if o.Hidden || c.view.view.Solo && o.ID != c.objects.selected {
			continue
		}
		if c.view.view.Onion {
			s.Layers = append(s.Layers, c.onion(o, at-1, 0)...)
			s.Layers = append(s.Layers, c.onion(o, at+1, 255)...)
		}
		s.Layers = append(s.Layers, c.layers(o, at)...)
	}
	if m, ok := c.matte(at); ok {
		s.Layers = []scene.Layer{m}
	}
	if p := c.preview; p.mask != nil && p.key.Frame == at {
		s.Layers = append(s.Layers, scene.Layer{Mask: p.mask, Color: c.color(p.key.Object), Fill: c.fill() / 2, Line: 1})
	}
	if c.play.frame == at {
		c.addPrompts(&s)
	}
	return s
}

// Outline returns the area that is being drawn on the current frame, or nil.
func (c *Canvas) Outline() *scene.Outline {
	id := c.objects.selected
	if id == 0 {
		id = c.objects.newObject().ID
	}
	return c.painter.Area.Outline(c.color(id))
}

// matte shows how soft the edge of the selected object is, while that is looked at and
// nothing is painted.
func (c *Canvas) matte(frame int) (scene.Layer, bool) {
	k := annotate.FrameKey{Object: c.objects.selected, Frame: frame}
	r, ok := c.doc().Result(k)
	img, soft := c.play.shown.img, c.sess.Softener()
	if !ok || r.Area == 0 || !c.view.view.Matte || img == nil || c.painter.brush.Painting() {
		return scene.Layer{}, false
	}
	_, h := c.doc().Size()
	return scene.Layer{Mask: r.Mask, Matte: func(m annotate.Mask) edges.Alpha {
		if soft != nil {
			if a, ok := soft.Softness(k, m); ok {
				return a
			}
		}
		return edges.Matte(img, m, edges.Band(h))
	}}, true
}

func (c *Canvas) layers(o annotate.Object, frame int) []scene.Layer {
	k := annotate.FrameKey{Object: o.ID, Frame: frame}
	l := scene.Layer{Color: o.Color, Fill: c.fill(), Line: 0.55}
	if o.ID == c.objects.selected || c.view.view.Outline {
		l.Line = 1
	}
	if r, ok := c.doc().Result(k); ok && r.Area > 0 {
		l.Mask = r.Mask
	}
	if c.preview.mask != nil && c.preview.key == k {
		// The preview stands in for the mask it would replace.
		l.Mask = nil
	}
	return c.painter.brush.Show(k, l)
}

// onion returns the mask of a neighbour frame: thin, and towards black before and
// white after the frame, so that the three are told apart.
func (c *Canvas) onion(o annotate.Object, frame int, towards int) []scene.Layer {
	r, ok := c.doc().Result(annotate.FrameKey{Object: o.ID, Frame: frame})
	if !ok || r.Area == 0 {
		return nil
	}
	mix := func(v uint8) uint8 { return uint8((int(v) + towards) / 2) }
	col := annotate.Color{R: mix(o.Color.R), G: mix(o.Color.G), B: mix(o.Color.B)}
	return []scene.Layer{{Mask: r.Mask, Color: col, Fill: 0.12, Line: 0.9}}
}

func (c *Canvas) fill() float64 {
	if c.view.view.Outline {
		return 0
	}
	return c.view.view.Opacity
}

func (c *Canvas) color(id annotate.ObjectID) annotate.Color {
	if o, ok := c.doc().Object(id); ok {
		return o.Color
	}
	return annotate.PaletteColor(int(id))
}

// addPrompts adds the prompts of the current frame: those of the selected
// object with all marks, others with their boxes and points too, since a
// person may want to see why a mask is as it is.
func (c *Canvas) addPrompts(s *scene.Scene) {
	for _, o := range c.doc().Objects() {
		p, ok := c.prompts.shown(annotate.FrameKey{Object: o.ID, Frame: c.play.frame})
		if !ok || o.Hidden {
			continue
		}
		selected := o.ID == c.objects.selected
		if p.Box != nil {
			s.Boxes = append(s.Boxes, scene.BoxMark{Box: *p.Box, Color: o.Color, Selected: selected})
		}
		if !selected {
			continue
		}
		for i, pt := range p.Points {
			s.Markers = append(s.Markers, scene.Marker{Point: pt, Color: o.Color, Selected: i == c.prompts.point})
		}
	}
	if c.cursor.corner != nil && c.cursor.at != nil {
		b := annotate.Box{X0: c.cursor.corner.X, Y0: c.cursor.corner.Y, X1: c.cursor.at.X, Y1: c.cursor.at.Y}.Canon()
		s.Boxes = append(s.Boxes, scene.BoxMark{Box: b, Color: c.color(c.objects.selected), Drawing: true})
	}
}
