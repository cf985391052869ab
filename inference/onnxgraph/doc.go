// Package onnxgraph builds the four ONNX graphs of a SAM 2.1, SAM 2 or EdgeTAM
// model, and the constants that the host needs beside them, from the tensors
// of an official checkpoint. It is pure Go.
//
// It exists because labelers' machines have no Python, because ready-made
// graphs lack the prior mask, the single-mask output or a dynamic memory, and
// because a builder can choose the operators that ONNX Runtime runs fastest.
package onnxgraph
