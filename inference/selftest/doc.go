// Package selftest finds the execution providers of ONNX Runtime that work on
// this machine for a model. A provider comes with drivers and hardware that
// nobody here has seen, and one that computes something else gives masks that
// are merely bad. So each is asked, with inputs of the model's own sizes, what
// the CPU is asked, and is refused where it answers something else.
package selftest
