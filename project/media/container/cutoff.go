package container

import (
	"encoding/binary"
	"io"
	"os"
)

// maxBoxes bounds how many parts of a file CutOff goes through: hours of a
// fragmented recording have some ten thousand.
const maxBoxes = 1 << 20

// partSize returns how many bytes the top-level part of a file at an offset
// has; ok is false where that cannot be told.
type partSize func(r io.ReaderAt, at int64) (bytes int64, ok bool)

// CutOff reports whether a video file ends before its container says it does,
// as a recording or a download does that was interrupted. The numbers of frames
// and seconds in headers do not tell that: sound may be longer than the
// pictures, frames may be left out, an edit may begin later. Formats that do
// not say where they end are never found to be cut off.
func CutOff(path string) bool {
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
		size = riffPart
	case string(head[:4]) == "\x1a\x45\xdf\xa3":
		size = ebmlPart
	case string(head[4:8]) == "ftyp" || string(head[4:8]) == "moov" || string(head[4:8]) == "mdat" || string(head[4:8]) == "wide":
		size = isoPart
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

// isoPart returns the length of the box at an offset.
func isoPart(r io.ReaderAt, at int64) (int64, bool) {
	_, _, n, ok := isoBox(r, at)
	return n, ok
}

// ebmlPart returns the length of the element at an offset.
func ebmlPart(r io.ReaderAt, at int64) (int64, bool) {
	var b [12]byte
	n, _ := r.ReadAt(b[:], at)
	id, start, size := mkvElement(b[:n], 0)
	return int64(start) + size, id != 0 && size != unknownSize-int64(start)
}

// riffPart returns the length of the chunk at an offset, with its padding.
func riffPart(r io.ReaderAt, at int64) (int64, bool) {
	var b [8]byte
	if _, err := r.ReadAt(b[:], at); err != nil || string(b[:4]) != "RIFF" {
		return 0, false
	}
	n := int64(binary.LittleEndian.Uint32(b[4:]))
	return 8 + n, n >= 4
}
