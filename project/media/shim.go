package media

/*
#cgo pkg-config: opencv4
#cgo CXXFLAGS: -std=c++11 -O2
#include <stdlib.h>
#include "shim.h"
*/
import "C"

import (
	"fmt"
	"sync"
	"unsafe"

	"gocv.io/x/gocv"
)

// quiet keeps the libraries from writing to standard error: what is wrong with
// a file is said once, by an error of this package.
var quiet = sync.OnceFunc(func() { C.masklet_quiet() })

// captureOptions sets the options that OpenCV gives to FFmpeg for the next
// capture it opens. It is C's own environment that OpenCV reads.
func captureOptions(options string) {
	c := C.CString(options)
	defer C.free(unsafe.Pointer(c))
	C.masklet_capture_options(c)
}

// decodePicture decodes an encoded picture into dst as 8-bit BGR.
func decodePicture(data []byte, dst *gocv.Mat) error {
	if len(data) == 0 {
		return fmt.Errorf("%w: it is empty", ErrFrame)
	}
	if C.masklet_decode((*C.uchar)(unsafe.Pointer(&data[0])), C.int(len(data)), unsafe.Pointer(dst.Ptr())) != 0 {
		return fmt.Errorf("%w: its data cannot be decoded", ErrFrame)
	}
	return nil
}
