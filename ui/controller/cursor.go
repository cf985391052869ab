package controller

import "github.com/masklet/masklet/annotate"

// The keyboard cursor places prompts without a mouse: while it is on, the
// arrow keys move it instead of stepping through the frames.

// Cursor is the keyboard cursor.
type Cursor struct {
	*desk
	tools   *Tools
	prompts *Prompts
	painter *Painter

	at     *annotate.Point // nil: off
	corner *annotate.Point // first corner of a box
}

// ToggleCursor switches the keyboard cursor on, in the middle of the picture
// or where it was, or off.
func (k *Cursor) ToggleCursor() {
	if k.at != nil {
		k.at, k.corner = nil, nil
		k.say(Info, "Keyboard cursor off: arrows step frames")
	} else {
		w, h := k.doc().Size()
		k.at = &annotate.Point{X: float64(w) / 2, Y: float64(h) / 2}
		k.say(Info, "Keyboard cursor on: arrows move it (Shift: one pixel), Enter uses the tool, + and - add and remove, Esc ends")
	}
	k.changed(PartScene | PartTool)
}

// CursorOn reports whether the keyboard cursor is on.
func (k *Cursor) CursorOn() bool { return k.at != nil }

// MoveCursor moves the keyboard cursor by video pixels, within the picture.
func (k *Cursor) MoveCursor(dx, dy float64) {
	if !k.CursorOn() {
		return
	}
	w, h := k.doc().Size()
	p := *k.at
	p.X = min(max(0.5, p.X+dx), float64(w)-0.5)
	p.Y = min(max(0.5, p.Y+dy), float64(h)-0.5)
	k.at = &p
	k.changed(PartScene)
}

// UseCursor does at the keyboard cursor what a press of the mouse would do
// with the current tool; for a box the first call sets one corner and the
// second the other.
func (k *Cursor) UseCursor() {
	if !k.CursorOn() {
		return
	}
	p := *k.at
	switch k.tools.tool {
	case ToolAdd, ToolRemove:
		k.prompts.Click(p.X, p.Y, k.tools.tool == ToolAdd)
	case ToolBox:
		if k.corner == nil {
			k.corner = &p
			k.say(Info, "Move to the opposite corner and press Enter")
			k.changed(PartScene)
			return
		}
		b := annotate.Box{X0: k.corner.X, Y0: k.corner.Y, X1: p.X, Y1: p.Y}
		k.corner = nil
		k.prompts.DrawBox(b)
	default:
		k.painter.BeginStroke(p.X, p.Y)
		k.painter.EndStroke()
	}
}

// ClickCursor adds a point at the keyboard cursor.
func (k *Cursor) ClickCursor(positive bool) {
	if k.CursorOn() {
		k.prompts.Click(k.at.X, k.at.Y, positive)
	}
}
