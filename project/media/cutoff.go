package media

import (
	"encoding/binary"
	"io"
	"os"
)

// maxBoxes bounds how many parts of a file cutOff goes through: hours of a
// fragmented recording have some ten thousand.
const maxBoxes = 1 << 20

// partSize returns how many bytes the top-level part of a file at an offset
// has; ok is false where that cannot be told.
type partSize func(r io.ReaderAt, at int64) (bytes int64, ok bool)

// cutOff reports whether a video file ends before its container says it does,
// as a recording or a download does that was interrupted. The numbers of frames
// and seconds in headers do not tell that: sound may be longer than the
// pictures, frames may be left out, an edit may begin later. Formats that do
// not say where they end are never found to be cut off.
func cutOff(path string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return false
	}
	var head [12]byte
	if _, err := f.ReadAt(head[:], 0); err != nil {
		return false
	}
	var size partSize
	switch {
	case string(head[:4]) == "RIFF":
		size = riffChunk
	case string(head[:4]) == "\x1a\x45\xdf\xa3":
		size = ebmlElement
	case string(head[4:8]) == "ftyp" || string(head[4:8]) == "moov" || string(head[4:8]) == "mdat" || string(head[4:8]) == "wide":
		size = isoBox
	default:
		return false
	}
	return endsWithin(f, info.Size(), size)
}

// endsWithin goes from one top-level part to the next and reports whether the
// last one reaches beyond the end of the file.
func endsWithin(r io.ReaderAt, end int64, size partSize) bool {
	at := int64(0)
	for range maxBoxes {
		n, ok := size(r, at)
		if !ok {
			return false
		}
		if at += n; at >= end {
			break
		}
	}
	return at > end
}

// isoBox returns the length of the box at an offset.
//
// Source: ISO/IEC 14496-12, section 4.2.
func isoBox(r io.ReaderAt, at int64) (int64, bool) {
	var b [16]byte
	if n, _ := r.ReadAt(b[:], at); n < 8 {
		return 0, false
	}
	n := int64(binary.BigEndian.Uint32(b[:]))
	if n == 1 {
		n = int64(binary.BigEndian.Uint64(b[8:]))
	}
	return n, n >= 8 // 0: up to the end of the file
}

// ebmlElement returns the length of the element at an offset.
//
// Source: RFC 8794, sections 4 to 6.
func ebmlElement(r io.ReaderAt, at int64) (int64, bool) {
	var b [12]byte
	n, _ := r.ReadAt(b[:], at)
	id, ok := vintLength(b[:n])
	if !ok || id > 4 {
		return 0, false
	}
	length, ok := vintLength(b[id:n])
	if !ok {
		return 0, false
	}
	data := int64(b[id]) &^ (1 << (8 - length))
	unknown := data == 1<<(8-length)-1
	for _, v := range b[id+1 : id+length] {
		unknown = unknown && v == 0xff
		data = data<<8 | int64(v)
	}
	return int64(id+length) + data, !unknown && data >= 0
}

// vintLength returns how many bytes the variable-size integer at the start of
// b has.
func vintLength(b []byte) (n int, ok bool) {
	if len(b) == 0 || b[0] == 0 {
		return 0, false
	}
	for n = 1; b[0]>>(8-n) == 0; n++ {
	}
	return n, n <= len(b)
}

// riffChunk returns the length of the chunk at an offset, with its padding.
func riffChunk(r io.ReaderAt, at int64) (int64, bool) {
	var b [8]byte
	if _, err := r.ReadAt(b[:], at); err != nil || string(b[:4]) != "RIFF" {
		return 0, false
	}
	n := int64(binary.LittleEndian.Uint32(b[4:]))
	return 8 + n, n >= 4
}
