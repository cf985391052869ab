// Package classic is the engine that needs no model: optical flow, colour and
// motion models and graph cuts. It exists so that Masklet works the minute it
// is installed.
//
// Phase 1 computes what depends on the video alone: a small copy of each frame
// and its dense motion to both neighbours. Phase 2 carries masks from frame to
// frame (package track); clicks and boxes become masks in package click; both
// stand on package vision, which alone touches OpenCV.
//
// Mean J on ten DAVIS 2016 training clips (make davis): 0.808 from the true mask
// of the first frame, 0.735 from one click, 0.699 from its box; 0.827, 0.731 and
// 0.707 from the middle frame, tracked both ways. The confidence tells frames
// below 0.5 IoU with an area of 0.854 under the ROC curve.
//
// A wrong mask is
// meant to be a doubted one: the confidence falls with the agreement of the
// motion, with the likeness to the keyframe, and for as long as an object may
// have been taken for a look-alike that touched it.
//
// Results follow from the prompts, the masks that stand and the request alone:
// a run that was stopped, in this session or another, gives the masks and
// confidences of one that was not. In another session its trackers are brought
// back by tracking the finished frames that lead to the open ones once more,
// without decoding or refining them. Where those are more than 1500 (counted by
// object and pass) the trackers start from the last 120 masks instead: masks are
// kept at the video's size, trackers go on with masks at working size, and so
// the frames that follow may differ by a few pixels on the border.
package classic
