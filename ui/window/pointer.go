package window

import (
	"fyne.io/fyne/v2"

	"masklet/ui/canvasview"
	"masklet/ui/controller"
)

// canvasActions says what the canvas's intents mean.
func (w *Window) canvasActions() canvasview.Actions {
	return canvasview.Actions{
		Add: w.c.Click,
		Box: w.c.DrawBox,
		Stroke: func(p canvasview.Phase, x, y float64) {
			switch p {
			case canvasview.StrokeBegin:
				w.c.BeginStroke(x, y)
			case canvasview.StrokeMove:
				w.c.MoveStroke(x, y)
			case canvasview.StrokeEnd:
				w.c.EndStroke()
			}
		},
		Point: func(x, y, radius float64) bool {
			i := w.c.HitPoint(x, y, radius)
			if i >= 0 {
				w.c.SelectPoint(i)
			}
			return i >= 0
		},
		Hover: func(x, y float64, mods fyne.KeyModifier) { w.preview() },
		Leave: w.c.EndPreview,
		Focus: w.focusCanvas,
		Zoomed: func() {
			if w.status != nil {
				w.status.Update(w.canvas.Zoom())
			}
		},
		Failed: func(err error) { w.c.Say(controller.Failure, "Show a mask: "+controller.PlainLine(err)) },
	}
}

// preview shows the mask under the pointer while Shift is held.
func (w *Window) preview() {
	x, y, ok := w.canvas.Pointer()
	tool := w.c.Tool()
	if !w.keys.shift || !ok || tool != controller.ToolAdd && tool != controller.ToolRemove {
		w.c.EndPreview()
		return
	}
	w.c.PreviewAt(x, y, tool == controller.ToolAdd && !w.keys.alt)
}

func (w *Window) dropped(_ fyne.Position, uris []fyne.URI) {
	if len(uris) > 0 && uris[0].Scheme() == "file" {
		w.Open(uris[0].Path())
	}
}
