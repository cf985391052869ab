package media

/*
#include <stdlib.h>
#include "sizes.h"
*/
import "C"

import (
	"image"
	"unsafe"

	"github.com/masklet/masklet/project/media/container"
)

// sizeWatch reads a video file ahead of the decoder and finds out where the
// size of its pictures changes. It belongs to one goroutine.
type sizeWatch struct{ c unsafe.Pointer }

// cSource is a source as C has it.
type cSource struct{ view, demuxer, protocols *C.char }

func sourceForC(s container.Source) cSource {
	return cSource{C.CString(s.View), C.CString(s.Demuxer), C.CString(s.Protocols)}
}

func (c cSource) free() {
	for _, p := range []*C.char{c.view, c.demuxer, c.protocols} {
		C.free(unsafe.Pointer(p))
	}
}

// watchSizes starts at the beginning of what OpenCV opens, too.
func watchSizes(s container.Source) sizeWatch {
	c := sourceForC(s)
	defer c.free()
	return sizeWatch{C.masklet_sizes_open(c.view, c.demuxer, c.protocols)}
}

// ahead reads on by some packets and reports a change of size among them.
func (w sizeWatch) ahead(packets int) (from, to image.Point, changed bool) {
	if w.c == nil {
		return from, to, false
	}
	var a, b [2]C.int
	changed = C.masklet_sizes_read(w.c, C.int(packets), &a[0], &b[0]) != 0
	return image.Pt(int(a[0]), int(a[1])), image.Pt(int(b[0]), int(b[1])), changed
}

func (w *sizeWatch) close() {
	if w.c != nil {
		C.masklet_sizes_close(w.c)
		w.c = nil
	}
}
