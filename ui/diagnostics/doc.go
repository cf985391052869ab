// Package diagnostics keeps what is needed to find out, afterwards and on the
// user's own machine, what Masklet did: a log file of bounded size, crash
// reports, and a text about the system that the user can hand on. Nothing of it
// leaves the machine by itself.
//
// Crashes end the process wherever they happen: a panic on any goroutine, a
// fault in OpenCV, FFmpeg or ONNX Runtime, an abort. No deferred function and
// no recover sees all of them, only the Go runtime does. So every process holds
// a report open from its start, in which its latest log lines are kept, and
// gives it to the runtime (runtime/debug.SetCrashOutput), which adds why and
// where it ended. A process that ends well removes its report.
//
// Nothing here is global: loggers are handed on.
package diagnostics
