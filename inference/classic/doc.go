// Package classic is the embedded engine: optical flow, colour and motion models
// and graph cuts, which need no model ("classic"), and with them, where ONNX
// Runtime is there, a small network ("builtin"). It exists so that Masklet works
// the minute it is installed.
//
// Phase 1 computes what depends on the video alone: a small copy of each frame
// and its dense motion to both neighbours. Phase 2 carries masks from frame to
// frame (package track); clicks and boxes become masks in package click, or of
// the network in package ask; all stand on package vision, which alone touches
// OpenCV.
//
// In Phase 2 the network has a vote beside flow and colours. It is asked about
// two crops around the place where the flow puts the mask, with the object's
// nearest keyframe as its memory: neither what was tracked nor the mask itself is
// shown to it, so that it cannot confirm the tracker in its mistakes.
//
// Mean J on ten DAVIS 2016 training clips (make davis), tracked from the true
// mask of the first, the middle (both ways) and the last frame: classic 0.808,
// 0.827 and 0.822, builtin 0.874, 0.871 and 0.858 (mean F 0.836, 0.834 and 0.819).
// From one click on the first frame, and from its box: classic 0.735 and 0.699,
// builtin 0.863 and 0.870 (mean F 0.812 and 0.827).
// With poles drawn in front of seven of the clips: classic 0.592, builtin 0.808,
// 0.781 where its masks may not jump to what the network sees. With a twin that
// passes behind the object on six: classic 0.646, builtin 0.743.
//
// A simulated annotator who clicks once on the worst frame again and again gets
// these mean Js after one to four clicks: on horsejump-low 0.741, 0.811, 0.821 and
// 0.828, on scooter-gray 0.801, 0.806, 0.806 and 0.808. Where passes started from
// poor keyframes too, and corrections were taken from one crop, the second and later
// clicks made both clips worse (0.782, 0.750, 0.782 and 0.770, 0.730, 0.713).
//
// A wrong mask is meant to be a doubted one. The confidence of builtin is the IoU
// to expect (see track), off by 0.07 in the mean; over the 30 runs from masks the
// evidence behind it tells frames below 0.5 IoU with an area of 0.994 under the ROC
// curve, those below 0.7 with 0.967. That of classic falls with the agreement of the motion, with the likeness
// to the keyframe, and for as long as an object may have been taken for a
// look-alike that touched it; its area for 0.5 is 0.854.
//
// Known to fail: fast deformation, parts finer than a few pixels of the working
// size, a look-alike of the same pose that passes behind the object, and an object
// that comes back elsewhere after more than about a second.
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
