// Package drawing is what is drawn by hand into a frame: strokes of brush and eraser, and
// areas with the polygon and the lasso. Each becomes the mask of the frame, as one step of
// the history.
//
// It exists so that drawing is known to the controller by a few calls only. Its types are
// used on the UI goroutine; what a press or move of the mouse costs does not depend on the
// size of the frame. Positions are video pixels.
package drawing

import (
	"image"

	"github.com/masklet/masklet/annotate"
)

// Host is what is drawn into.
type Host interface {
	// Picture returns the frame that is on the screen, nil if there is none yet or it is
	// not the current one.
	Picture() *image.RGBA
	// Size returns the width and height of the frames.
	Size() (w, h int)
	// Key names the selected object, 0 if there is none, on the current frame.
	Key() annotate.FrameKey
	// Make returns Key; where no object is selected, it makes and selects one.
	Make() annotate.FrameKey
	// Mask returns the mask that stands on a frame, nil if there is none.
	Mask(annotate.FrameKey) annotate.MaskRef
	// Paint makes m the mask and prompt of a frame; name is that of the step.
	Paint(name string, key annotate.FrameKey, m annotate.Mask)
	// Mend changes the mask of the selected object on the current frame in the background.
	Mend(name string, f func(annotate.Mask) annotate.Mask)
	// Begin ends whatever else goes on in the picture.
	Begin()
	Say(text string)
	Fail(what string, err error)
	// Changed is called when Stroke has changed, AreaChanged when Outline has.
	Changed()
	AreaChanged()
}
