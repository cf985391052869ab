package mattes

/*
#cgo pkg-config: libavformat libavcodec libavutil
#cgo CXXFLAGS: -std=c++11 -O2
#include <stdlib.h>
#include "mattes.h"
*/
import "C"

import (
	"fmt"
	"image"
	"io"
	"os"
	"runtime"
	"syscall"
	"unsafe"

	"github.com/masklet/masklet/project/media/container"
)

// Writer writes one matte. It belongs to one goroutine.
type Writer struct {
	c       unsafe.Pointer
	kind    Kind
	w, h    int
	written int
	frames  int
}

func (k Kind) number() C.int {
	return map[Kind]C.int{ProRes: C.MASKLET_PRORES, VP9: C.MASKLET_VP9, FFV1: C.MASKLET_FFV1, H264: C.MASKLET_H264}[k]
}

// Check returns ErrCodec where a kind cannot be written.
func (k Kind) Check() error {
	if lacks := C.masklet_matte_lacks(k.number()); lacks != nil {
		return fmt.Errorf("%s %w: FFmpeg has no %s", k, ErrCodec, C.GoString(lacks))
	}
	return nil
}

// Create creates the file of a matte of w by h pixels with a frame at each of
// the times, in seconds.
func Create(path string, k Kind, w, h int, times []float64) (*Writer, error) {
	if err := k.Check(); err != nil {
		return nil, err
	}
	unit, pts, err := ticks(times)
	if err != nil || len(pts) == 0 {
		return nil, fmt.Errorf("write %s: the frames have no times that a video can have: %w", path, err)
	}
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	var code C.int
	c := C.masklet_matte_create(name, k.number(), C.int(w), C.int(h), C.int(unit), (*C.int64_t)(&pts[0]), C.int(len(pts)),
		C.int(runtime.GOMAXPROCS(0)), &code)
	if c == nil {
		return nil, fmt.Errorf("write %s as %s: %w", path, k, avError(code))
	}
	return &Writer{c: c, kind: k, w: w, h: h, frames: len(pts)}, nil
}

// Write adds the next frame. colour is nil for a kind without colours, alpha (one
// byte for each pixel, 255 on the object) for one without alpha.
func (m *Writer) Write(colour *image.RGBA, alpha []uint8) error {
	var rgba, a *C.uint8_t
	if m.kind.Colours() {
		if colour == nil || colour.Rect != image.Rect(0, 0, m.w, m.h) || colour.Stride != 4*m.w {
			return fmt.Errorf("frame %d is no picture of %dx%d", m.written, m.w, m.h)
		}
		rgba = (*C.uint8_t)(&colour.Pix[0])
	}
	if m.kind != H264 {
		if len(alpha) != m.w*m.h {
			return fmt.Errorf("frame %d has %d alpha values for %dx%d pixels", m.written, len(alpha), m.w, m.h)
		}
		a = (*C.uint8_t)(&alpha[0])
	}
	if code := C.masklet_matte_write(m.c, rgba, a); code < 0 {
		return fmt.Errorf("frame %d: %w", m.written, avError(code))
	}
	m.written++
	return nil
}

// Close ends the file. All frames must have been written.
func (m *Writer) Close() error {
	if m.c == nil {
		return nil
	}
	defer m.Discard()
	if m.written != m.frames {
		return fmt.Errorf("%d of %d frames were written", m.written, m.frames)
	}
	if code := C.masklet_matte_finish(m.c); code < 0 {
		return avError(code)
	}
	return nil
}

// Discard frees what Close would; the file is of no use then. After Close it does
// nothing.
func (m *Writer) Discard() {
	if m.c != nil {
		C.masklet_matte_free(m.c)
		m.c = nil
	}
}

// avError returns an error of FFmpeg: the system's, where it is one.
func avError(code C.int) error {
	if code > -4096 {
		return fmt.Errorf("FFmpeg: %w", syscall.Errno(-code))
	}
	var text [256]C.char
	C.masklet_av_error(code, &text[0], C.int(len(text)))
	return fmt.Errorf("FFmpeg: %s", C.GoString(&text[0]))
}

// Reader reads the alpha of a matte. It belongs to one goroutine.
type Reader struct {
	c    unsafe.Pointer
	W, H int
	path string
	at   int
}

// Open opens a video that holds alpha, or grey pictures.
func Open(path string) (*Reader, error) { return open(path, 0) }

// OpenAny is Open for any video: of one without alpha the lightness is read.
func OpenAny(path string) (*Reader, error) { return open(path, 1) }

func open(path string, lightness C.int) (*Reader, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	head := make([]byte, container.HeadBytes)
	n, _ := io.ReadFull(f, head) // a short file is told by what it holds
	f.Close()
	demuxer, ok := container.Demuxer(head[:n])
	if !ok || demuxer != "mov" && demuxer != "matroska" {
		return nil, fmt.Errorf("%s %w: it is no mov, mp4, mkv or webm file", path, ErrVideo)
	}
	name, kind := C.CString(path), C.CString(demuxer)
	defer C.free(unsafe.Pointer(name))
	defer C.free(unsafe.Pointer(kind))
	var w, h C.int
	c := C.masklet_alpha_open(name, kind, lightness, &w, &h)
	if c == nil {
		return nil, fmt.Errorf("%s %w: it holds no video that can be decoded", path, ErrVideo)
	}
	return &Reader{c: c, W: int(w), H: int(h), path: path}, nil
}

// Next decodes the next frame into alpha, which has a byte for each pixel, and
// returns its time in seconds; ok is false at the end.
func (r *Reader) Next(alpha []uint8) (seconds float64, ok bool, err error) {
	if len(alpha) != r.W*r.H {
		return 0, false, fmt.Errorf("%d bytes for %dx%d pixels", len(alpha), r.W, r.H)
	}
	var t C.double
	switch code := C.masklet_alpha_next(r.c, (*C.uint8_t)(&alpha[0]), &t); {
	case code == 0:
		return 0, false, nil
	case code < 0:
		return 0, false, fmt.Errorf("%s %w: frame %d has no alpha and is not grey, or is damaged", r.path, ErrVideo, r.at)
	}
	r.at++
	return float64(t), true, nil
}

// Close frees the decoder.
func (r *Reader) Close() {
	if r.c != nil {
		C.masklet_alpha_close(r.c)
		r.c = nil
	}
}
