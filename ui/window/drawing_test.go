package window

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/ui/controller"
)

// A polygon is drawn with mouse and keys, waits on its frame, and is one step of the
// history.
func TestPolygonWithMouseAndKeys(t *testing.T) {
	d := newDesk(t)
	d.openSampleClip()
	d.rune('p')
	d.until("the tool is in the hand", func() bool { return d.c.Tool() == controller.ToolPolygon })
	left := desktop.MouseButtonPrimary
	for _, p := range [][2]float64{{100, 100}, {200, 100}, {200, 180}, {100, 180}, {50, 50}} {
		d.press(p[0], p[1], left, 0)
	}
	d.key(fyne.KeyBackspace)
	d.key(fyne.KeyRight)
	d.until("the next frame is shown", func() bool { return d.c.Scene().Shown == 1 })
	if d.c.Outline() != nil {
		t.Error("the polygon is shown on another frame")
	}
	d.key(fyne.KeyLeft)
	d.until("the first frame is shown", func() bool { return d.c.Scene().Shown == 0 })
	if o := d.c.Outline(); o == nil || len(o.Vertices) != 4 {
		t.Fatalf("the polygon did not wait: %+v", o)
	}
	key := annotate.FrameKey{Object: 1}
	area := func() int { r, _ := d.c.Document().Result(key); return r.Area }
	d.key(fyne.KeyReturn)
	if area() != 8000 || d.c.Document().Protected(key) {
		t.Errorf("Enter made %d pixels, accepted %v", area(), d.c.Document().Protected(key))
	}
	for _, p := range [][2]float64{{150, 90}, {210, 90}, {210, 190}, {150, 190}} {
		d.press(p[0], p[1], desktop.MouseButtonSecondary, 0)
	}
	doubleTap := func() { d.canvas.DoubleTapped(&fyne.PointEvent{}) }
	if d.run(doubleTap); d.c.Outline() == nil {
		t.Error("fast clicks at two places closed the polygon")
	}
	d.press(150, 190, desktop.MouseButtonSecondary, 0)
	d.run(doubleTap)
	if area() != 4000 {
		t.Errorf("%d pixels are left", area())
	}
	d.run(d.c.Undo)
	if area() != 8000 {
		t.Errorf("%d pixels after undo", area())
	}
	d.press(20, 20, left, 0)
	d.press(60, 20, left, 0)
	d.run(d.c.Undo) // takes a vertex back, not a step
	if o := d.c.Outline(); area() != 8000 || o == nil || len(o.Vertices) != 1 {
		t.Errorf("undo while drawing: %d pixels, %+v", area(), o)
	}
	d.key(fyne.KeyEscape)
	if d.c.Outline() != nil {
		t.Error("Esc does not give the polygon up")
	}
}

// The brackets and the wheel with Shift change the brush while it is in the hand, and the
// range otherwise.
func TestBrushSizeKeys(t *testing.T) {
	d := newDesk(t)
	d.openSampleClip()
	d.rune('r')
	before := d.c.Brush()
	d.rune(']')
	if d.c.Brush() <= before || d.c.Document().RangeSet() {
		t.Errorf("] made the brush %v, range set %v", d.c.Brush(), d.c.Document().RangeSet())
	}
	d.rune('[')
	if d.c.Brush() != before {
		t.Errorf("[ made the brush %v", d.c.Brush())
	}
	if d.until("the tool bar is up to date", d.tools.sizeRow.Visible); d.tools.size.Text != "24 px" {
		t.Errorf("the size reads %q", d.tools.size.Text)
	}
	d.rune('q')
	d.key(fyne.KeyRight)
	d.rune('[')
	if !d.c.Document().RangeSet() || d.c.Brush() != before {
		t.Error("[ does not set the range")
	}
}
