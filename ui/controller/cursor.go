package controller

import "github.com/masklet/masklet/annotate"

// The keyboard cursor places prompts without a mouse: while it is on, the
// arrow keys move it instead of stepping through the frames.

// ToggleCursor switches the keyboard cursor on, in the middle of the picture
// or where it was, or off.
func (c *Prompts) ToggleCursor() {
	if c.cursor != nil {
		c.cursor, c.corner = nil, nil
		c.say(Info, "Keyboard cursor off: arrows step frames")
	} else {
		w, h := c.doc().Size()
		c.cursor = &annotate.Point{X: float64(w) / 2, Y: float64(h) / 2}
		c.say(Info, "Keyboard cursor on: arrows move it (Shift: one pixel), Enter uses the tool, + and - add and remove, Esc ends")
	}
	c.changed(PartScene | PartTool)
}

// CursorOn reports whether the keyboard cursor is on.
func (c *Prompts) CursorOn() bool { return c.cursor != nil }

// MoveCursor moves the keyboard cursor by video pixels, within the picture.
func (c *Prompts) MoveCursor(dx, dy float64) {
	if !c.CursorOn() {
		return
	}
	w, h := c.doc().Size()
	p := *c.cursor
	p.X = min(max(0.5, p.X+dx), float64(w)-0.5)
	p.Y = min(max(0.5, p.Y+dy), float64(h)-0.5)
	c.cursor = &p
	c.changed(PartScene)
}

// UseCursor does at the keyboard cursor what a press of the mouse would do
// with the current tool; for a box the first call sets one corner and the
// second the other.
func (c *Prompts) UseCursor() {
	if !c.CursorOn() {
		return
	}
	p := *c.cursor
	switch c.view.tool {
	case ToolAdd, ToolRemove:
		c.Click(p.X, p.Y, c.view.tool == ToolAdd)
	case ToolBox:
		if c.corner == nil {
			c.corner = &p
			c.say(Info, "Move to the opposite corner and press Enter")
			c.changed(PartScene)
			return
		}
		b := annotate.Box{X0: c.corner.X, Y0: c.corner.Y, X1: p.X, Y1: p.Y}
		c.corner = nil
		c.DrawBox(b)
	default:
		c.BeginStroke(p.X, p.Y)
		c.EndStroke()
	}
}

// ClickCursor adds a point at the keyboard cursor.
func (c *Prompts) ClickCursor(positive bool) {
	if c.CursorOn() {
		c.Click(c.cursor.X, c.cursor.Y, positive)
	}
}
