// Package stride lets an engine track only every nth frame and moves the masks
// of the frames between with the picture, by optical flow from both sides.
//
// It exists because encoding a frame is the dear part of neural engines: with
// every third frame tracked, Phase 1 costs a third and Phase 2 little more. A
// Session wraps the engine's own and keeps its contract; the engine only has to
// leave out the frames that a request skips. The optical flow comes from the
// caller (Motion), so that nothing here needs more than the standard library.
//
// Which frames are tracked: keyframes, the ends of the range, and the frames
// whose number is a multiple of n, whatever the range, so that a later run over
// another range finds the same frames encoded.
package stride
