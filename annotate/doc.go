// Package annotate is the domain of Masklet: masks, prompts, objects, and the
// document that holds them, with the history that can undo every change.
//
// It exists so that the window, the command line, the project file and the
// exporters share one model of a labeler's work that can be tested without any
// of them. It imports only the standard library and never touches a file.
//
// Coordinates are video pixels: x to the right, y down, the top-left corner of
// the top-left pixel is (0, 0) and its centre is (0.5, 0.5). Frames are counted
// from 0; frame N is the Nth decoded frame.
package annotate
