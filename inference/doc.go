// Package inference turns prompts into masks: it declares what an engine is
// (Engine, Session, Propagation), runs engines in the background (Runner) and
// keeps what they compute per frame (FeatureCache).
//
// It exists so that the window and the command line drive every engine in the
// same way: Phase 1 encodes frames, Phase 2 propagates masks, both with
// progress from the first second, and a click is answered between two frames.
// It knows nothing of OpenCV, ONNX Runtime, files or windows.
//
// A setting is described once, in Described. Its option, environment variables,
// range, stored form, run record and row in the window follow from there, so
// that a new one touches two files: settings.go and the engine that heeds it
// (see the example of Described).
package inference
