// Package cli is the command line of Masklet: the same engines, files and
// exporters as the window, for scripts, batches and benchmarks.
//
// It exists so that every job can be done and measured without a display. Each
// command lies in a file of its own name, which says how it is called, what its
// options mean and what it does; help and shell completion follow from that.
// Errors are one line on standard error; the exit code is 0 done, 1 failed,
// 2 wrong usage, 130 interrupted.
package cli
