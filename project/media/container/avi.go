package container

import (
	"bytes"
	"encoding/binary"
)

// The decoder stops at the number of frames in an AVI header, even where the
// file holds more. An AVI file is therefore opened through FFmpeg's concat and
// subfile protocols: a copy of its first bytes, with the largest possible
// number of frames, and the rest of the file as it is.
//
// Source: the AVISTREAMHEADER structure, Microsoft AVI RIFF file reference.
const (
	aviHeadBytes = 1 << 20
	aviLengthAt  = 8 + 32 // dwLength, from the start of the strh chunk
	aviMany      = 0x7ffffff
)

// AVI returns what to open instead of an AVI file of size bytes, the number of
// frames that its header claims, and what removes a temporary file at the end.
// Of a file that cannot be shown so it returns src itself, 0 and nil.
func AVI(src Source, size int64) (view Source, claimed int, remove func()) {
	head := firstBytes(src.View, aviHeadBytes)
	at := videoLength(head)
	if at < 0 {
		return src, 0, nil
	}
	claimed = int(binary.LittleEndian.Uint32(head[at:]))
	binary.LittleEndian.PutUint32(head[at:], aviMany)
	view, remove = src.replaced(head[:at+4], 0, size)
	return view, claimed, remove
}

// videoLength returns the offset of the first video stream's number of frames,
// or -1 if there is none.
func videoLength(head []byte) int {
	if len(head) < 12 || string(head[:4]) != "RIFF" || string(head[8:12]) != "AVI " {
		return -1
	}
	for p := 12; ; {
		i := bytes.Index(head[p:], []byte("strh"))
		if i < 0 || p+i+aviLengthAt+4 > len(head) {
			return -1
		}
		p += i
		if string(head[p+8:p+12]) == "vids" {
			return p + aviLengthAt
		}
		p += 4
	}
}
