// Package vision holds the image operations under the classic engine: colour
// conversion, dense optical flow, binary graph cuts, filters. It exists so
// that OpenCV is touched in one place: every size and length is checked before
// a call, every C++ exception comes back as a Go error, and the packages above
// work on plain Go slices.
//
// Operations that gocv binds and that run on small images go through gocv. The
// rest goes through this package's own C++ files, which work on the caller's
// memory without a copy and catch all exceptions (gocv catches none).
//
// All images are row-major. Coordinates are pixels of the image at hand, (0, 0)
// is the centre of the top left pixel.
package vision
