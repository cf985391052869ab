package controller

import (
	"strconv"

	"github.com/masklet/masklet/ui/scene"
)

// Tool is what a press of the left button on the canvas does.
type Tool int

// The tools.
const (
	ToolAdd    Tool = iota // point on the object
	ToolRemove             // point not on the object
	ToolBox
	ToolBrush
	ToolEraser
	ToolPolygon
	ToolLasso
	ToolEdge // brush that decides anew where the edge of the mask is
)

// Painting reports whether the tool draws strokes.
func (t Tool) Painting() bool { return t == ToolBrush || t == ToolEraser || t == ToolEdge }

// Outlining reports whether the tool draws the outline of an area.
func (t Tool) Outlining() bool { return t == ToolPolygon || t == ToolLasso }

// ViewOptions say how masks are drawn.
type ViewOptions struct {
	Opacity float64    // of the inside of masks, 0..1
	Outline bool       // outline only
	Onion   bool       // the masks of the neighbour frames too
	Solo    bool       // the selected object alone; not kept
	Tone    scene.Tone // of the picture; not kept
	Matte   bool       // how soft the edge of the selected object is, in place of all masks; not kept
	Light   bool       // light theme
}

// Brush limits in pixels.
const (
	minBrush = 1
	maxBrush = 400
)

// Tools is the chosen tool and how masks are drawn.
type Tools struct {
	*desk
	tool   Tool
	brush  float64 // radius in pixels
	snap   bool    // drawing follows edges
	view   ViewOptions
	leaves func() // called before another tool is chosen
}

func newTools(d *desk) *Tools {
	v, p := &Tools{desk: d, brush: 12, view: ViewOptions{Opacity: 0.5}, leaves: func() {}}, d.deps.Prefs
	if o, err := strconv.ParseFloat(p.Get("view.opacity"), 64); err == nil {
		v.view.Opacity = min(1, max(0, o))
	}
	v.snap = p.Get("draw.snap") == "true"
	v.view.Outline = p.Get("view.outline") == "true"
	v.view.Onion = p.Get("view.onion") == "true"
	v.view.Light = p.Get("view.light") == "true"
	return v
}

// Tool returns the current tool.
func (v *Tools) Tool() Tool { return v.tool }

// SetTool chooses a tool.
func (v *Tools) SetTool(t Tool) {
	v.leaves()
	v.tool = t
	v.changed(PartTool | PartScene)
}

// Brush returns the brush radius in video pixels.
func (v *Tools) Brush() float64 { return v.brush }

// SetBrush sets the brush radius in video pixels, within its limits.
func (v *Tools) SetBrush(r float64) {
	v.brush = min(maxBrush, max(minBrush, r))
	v.changed(PartTool | PartScene)
}

// Snap reports whether brush, polygon and lasso follow the edges in the picture.
func (v *Tools) Snap() bool { return v.snap }

// SetSnap makes them follow the edges or not, and keeps it for the next session.
func (v *Tools) SetSnap(on bool) {
	v.snap = on
	v.deps.Prefs.Set("draw.snap", strconv.FormatBool(on))
	v.changed(PartTool)
}

// View returns how masks are drawn.
func (v *Tools) View() ViewOptions { return v.view }

// SetView changes how masks are drawn, and keeps it for the next session.
func (v *Tools) SetView(o ViewOptions) {
	o.Opacity = min(1, max(0, o.Opacity))
	v.view = o
	p := v.deps.Prefs
	p.Set("view.opacity", strconv.FormatFloat(o.Opacity, 'f', 2, 64))
	p.Set("view.outline", strconv.FormatBool(o.Outline))
	p.Set("view.onion", strconv.FormatBool(o.Onion))
	p.Set("view.light", strconv.FormatBool(o.Light))
	v.changed(PartTool | PartScene)
}
