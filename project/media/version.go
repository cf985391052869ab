package media

import "gocv.io/x/gocv"

// OpenCVVersion returns the version of the OpenCV library that decodes videos.
func OpenCVVersion() string { return gocv.OpenCVVersion() }
