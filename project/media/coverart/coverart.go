// Package coverart finds out whether all that a file has to show is a picture
// that is attached to its sound. It exists because decoders take such a picture
// for a video of one frame.
package coverart

/*
#cgo pkg-config: libavformat libavcodec libavutil
#cgo CXXFLAGS: -std=c++11 -O2
#include <stdlib.h>
#include "coverart.h"
*/
import "C"

import "unsafe"

// Only reports whether a file that one of FFmpeg's demuxers reads holds cover art
// and no other video. It is known of the formats whose header says so.
func Only(path, demuxer string) bool {
	switch demuxer {
	case "matroska", "ogg":
	default:
		return false
	}
	name, kind := C.CString(path), C.CString(demuxer)
	defer C.free(unsafe.Pointer(name))
	defer C.free(unsafe.Pointer(kind))
	return C.masklet_only_cover_art(name, kind) != 0
}
