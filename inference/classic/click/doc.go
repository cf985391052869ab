// Package click turns clicks and a box on one frame into a mask, without any
// learned weights. It exists apart from the tracker because it answers a person
// who waits: everything that does not depend on the clicks is computed once per
// frame (Prepare), and a click (Scene.Segment) only cuts a small graph of
// regions and then refines the outline pixel by pixel.
//
// It needs the frame and, if there are any, dense flows to other frames of the
// video. Coordinates are video pixels, x to the right
// and y down; pixel (x, y) covers [x, x+1) by [y, y+1).
package click
