// Package ort runs ONNX graphs with the ONNX Runtime library. It finds and
// checks the shared library, loads graphs, runs them with named tensors and can
// stop a running graph when a context ends.
//
// It exists so that one package alone knows the binding and its rules: the
// library is loaded once per process, one goroutine creates, runs and frees
// every session, and memory that a graph reads is freed only after its run
// returned.
package ort
