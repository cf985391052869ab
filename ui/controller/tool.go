package controller

import (
	"strconv"
	"strings"
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
)

// Painting reports whether the tool draws strokes.
func (t Tool) Painting() bool { return t == ToolBrush || t == ToolEraser }

// ViewOptions say how masks are drawn.
type ViewOptions struct {
	Opacity float64 // of the inside of masks, 0..1
	Outline bool    // outline only
	Onion   bool    // outlines of the neighbour frames too
	Light   bool    // light theme
}

// Brush limits in pixels.
const (
	minBrush = 1
	maxBrush = 400
)

// Tool returns the current tool.
func (c *Controller) Tool() Tool { return c.tool }

// SetTool chooses a tool.
func (c *Controller) SetTool(t Tool) {
	if c.clip != nil {
		c.cancelStroke()
		c.clip.corner = nil
	}
	c.tool = t
	c.changed(PartTool | PartScene)
}

// Brush returns the brush radius in video pixels.
func (c *Controller) Brush() float64 { return c.brush }

// SetBrush sets the brush radius in video pixels, within its limits.
func (c *Controller) SetBrush(r float64) {
	c.brush = min(maxBrush, max(minBrush, r))
	c.changed(PartTool | PartScene)
}

// View returns how masks are drawn.
func (c *Controller) View() ViewOptions { return c.view }

// SetView changes how masks are drawn, and keeps it for the next session.
func (c *Controller) SetView(v ViewOptions) {
	v.Opacity = min(1, max(0, v.Opacity))
	c.view = v
	c.deps.Prefs.Set("view.opacity", strconv.FormatFloat(v.Opacity, 'f', 2, 64))
	c.deps.Prefs.Set("view.outline", strconv.FormatBool(v.Outline))
	c.deps.Prefs.Set("view.onion", strconv.FormatBool(v.Onion))
	c.deps.Prefs.Set("view.light", strconv.FormatBool(v.Light))
	c.changed(PartTool | PartScene)
}

func (c *Controller) loadPrefs() {
	p := c.deps.Prefs
	c.view.Opacity = 0.5
	if v, err := strconv.ParseFloat(p.Get("view.opacity"), 64); err == nil {
		c.view.Opacity = min(1, max(0, v))
	}
	c.view.Outline = p.Get("view.outline") == "true"
	c.view.Onion = p.Get("view.onion") == "true"
	c.view.Light = p.Get("view.light") == "true"
	c.engine.name = p.Get("engine")
	if want := c.deps.Engine; c.engine.name == "" && want != "" {
		for _, name := range c.deps.Engines.Names() {
			if strings.HasPrefix(name, want) {
				c.engine.name = name
				break
			}
		}
	}
	c.loadSettings()
	c.speeds = loadSpeeds(p)
}
