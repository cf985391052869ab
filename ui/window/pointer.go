package window

import (
	"time"

	"fyne.io/fyne/v2"

	"github.com/masklet/masklet/ui/canvasview"
	"github.com/masklet/masklet/ui/controller"
)

// canvasActions says what the canvas's intents mean.
func (w *Window) canvasActions() canvasview.Actions {
	return canvasview.Actions{
		Add: func(x, y float64, positive bool) {
			w.c.Click(x, y, positive)
			if modifiers()&fyne.KeyModifierAlt != 0 {
				w.keepMenuShut()
			}
		},
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
		Area:     w.drawArea,
		AreaDone: func() { w.c.Area.Finish() },
		Size:     func(factor float64) { w.c.SetBrush(w.c.Brush() * factor) },
		Point:    w.c.Hold,
		Drag: func(p canvasview.Phase, x, y float64) bool {
			if p == canvasview.StrokeMove {
				w.c.Drag(x, y)
				return true
			}
			return w.c.Drop()
		},
		Hover: func(x, y float64, mods fyne.KeyModifier) {
			// A key that was let go while a dialog or menu was open is not told.
			w.keys.shift, w.keys.alt = mods&fyne.KeyModifierShift != 0, mods&fyne.KeyModifierAlt != 0
			w.preview()
		},
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

// drawArea says what presses and moves of polygon and lasso mean.
func (w *Window) drawArea(p canvasview.Phase, x, y float64, remove bool) {
	switch p {
	case canvasview.StrokeBegin:
		w.c.Area.Press(x, y, w.c.How(remove, 1/w.canvas.View().Scale()))
		if modifiers()&fyne.KeyModifierAlt != 0 {
			w.keepMenuShut()
		}
	case canvasview.StrokeMove:
		w.c.Area.Move(x, y)
	case canvasview.StrokeEnd:
		w.c.Area.Release()
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

// keepMenuShut undoes what the toolkit (2.8) does when Alt is let go: it opens the
// menu, although the key was held for a click.
func (w *Window) keepMenuShut() {
	if w.altHeld != nil {
		return
	}
	w.altHeld = fyne.NewAnimation(time.Hour, func(float32) {
		if modifiers()&fyne.KeyModifierAlt != 0 || w.altHeld == nil {
			return
		}
		w.altHeld.Stop()
		w.altHeld = nil
		if c := w.win.Canvas(); c.Focused() != nil { // the menu has the focus
			c.Unfocus()
			w.menu.main.Refresh()
		}
	})
	w.altHeld.Start()
}

func (w *Window) dropped(_ fyne.Position, uris []fyne.URI) {
	if len(uris) > 0 && uris[0].Scheme() == "file" {
		w.Open(uris[0].Path())
	}
}
