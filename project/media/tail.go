package media

/*
#cgo pkg-config: libavformat libavcodec libavutil
#include <stdlib.h>
#include "tail.h"
*/
import "C"

import (
	"slices"
	"unsafe"

	"github.com/masklet/masklet/project/media/container"
)

// maxTail is more than any decoder holds back.
const maxTail = 4096

// packetTimes returns the presentation times in milliseconds of all frames
// later than after, in order, as the container has them; nil if they cannot be
// read.
func packetTimes(s container.Source, after float64) []float64 {
	c := sourceForC(s)
	defer c.free()
	out := make([]float64, maxTail)
	n := C.masklet_tail(c.view, c.demuxer, c.protocols, C.double(after), (*C.double)(unsafe.Pointer(&out[0])), maxTail)
	if n < 0 || n == maxTail {
		return nil
	}
	out = out[:n]
	slices.Sort(out)
	return out
}
