// Package classic is the engine that needs no model: optical flow, colour and
// motion models and graph cuts. It exists so that Masklet works the minute it
// is installed.
//
// Phase 1 computes what depends on the video alone: a small copy of each frame
// and its dense motion to both neighbours. Phase 2 carries masks from frame to
// frame (package track); clicks and boxes become masks in package click; both
// stand on package vision, which alone touches OpenCV.
package classic
