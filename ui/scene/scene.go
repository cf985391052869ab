// Package scene holds what the canvas shows of one frame, as plain values, and
// turns masks into pixels. It exists between the controller, which decides
// what is shown and may not know the toolkit, and the canvas, which draws it;
// the work on pixels can so run, and be tested, on any goroutine.
//
// Coordinates are video pixels.
package scene

import (
	"image"

	"github.com/masklet/masklet/annotate"
	"github.com/masklet/masklet/annotate/edges"
)

// Scene is all that the canvas shows. Nothing in it is changed after it was
// handed over.
type Scene struct {
	W, H    int         // video size; 0 while nothing is open
	Frame   int         // the frame that is wanted
	Picture *image.RGBA // the frame that is shown; nil: none yet
	Shown   int         // number of the frame that Picture is
	Layers  []Layer     // masks of the frame that is shown, bottom first
	Markers []Marker
	Boxes   []BoxMark
	Cursor  *annotate.Point // keyboard cursor, nil if off
	Tone    Tone            // of the picture
	Brush   float64         // brush radius, 0 if the tool has none
}

// Layer is one mask with the way it is drawn.
type Layer struct {
	Mask    annotate.MaskRef // nil: empty
	Strokes []Stroke         // painted over the mask
	// Matte, if not nil, has the layer show how much of each pixel belongs to the mask, in
	// grey over the whole frame, in place of colour. It is called on another goroutine.
	Matte func(annotate.Mask) edges.Alpha
	Color annotate.Color
	Fill  float64 // opacity of the inside, 0..1
	Line  float64 // opacity of the outline, 0..1
}

// Stroke is a line drawn with a round brush.
type Stroke struct {
	Erase  bool
	Radius float64
	Points []Pt
	Dabs   []edges.Patch // of a brush that stops at edges: what it covers, in place of the line
}

// Pt is a position.
type Pt = annotate.Pt

// Outline is an area that is being drawn.
type Outline struct {
	Points   []Pt // of the outline, as far as it stands
	Tip      []Pt // from its end to the pointer
	Vertices []Pt // that the user set
	Subtract bool // it will be taken away from the mask
	Color    annotate.Color
}

// Marker is a point prompt.
type Marker struct {
	annotate.Point
	Color    annotate.Color // of its object
	Selected bool
}

// BoxMark is a box prompt or a box that is being drawn.
type BoxMark struct {
	annotate.Box
	Color    annotate.Color
	Drawing  bool
	Selected bool
}
