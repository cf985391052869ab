// Package packengine makes a model pack into an engine: it gives the graphs of
// a pack (inference/modelpack), run by ONNX Runtime (inference/ort), to the
// session logic of SAM 2 (inference/sam2).
//
// It exists so that those three do not know each other, and so that everything
// that may be wrong with a pack is found when it is opened and not on the first
// frame.
package packengine
