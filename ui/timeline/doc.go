// Package timeline is the widget under the canvas: one lane per object, solid
// where its mask is not empty, with keyframes, confidence, accepted frames,
// occlusion, scene cuts, the in/out range and a playhead to drag.
//
// All lanes are one raster that is drawn for the visible frames only, so that
// 20,000 frames cost no more than 200. The playhead is an object of its own:
// moving it draws nothing anew.
package timeline
