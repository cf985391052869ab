package media

import (
	"encoding/binary"
	"io"
	"os"
)

// isoTrack is a video track of an mp4 or mov file.
type isoTrack struct {
	at      int64    // offset of the content of its box
	enabled bool     // it is to be shown
	matrix  [4]int32 // a, b, c, d of the display matrix, 16.16 fixed point
}

// isoFile is what is needed of an mp4 or mov file before it is decoded.
//
// Source: ISO/IEC 14496-12, 8.3.2 "Track header box" and 8.4.3 "Handler box".
type isoFile struct {
	tracks []isoTrack // of video, in order
	others int        // tracks that are no video
}

// maxMoov bounds how much of a file's description is read.
const maxMoov = 64 << 20

// readISO reads the tracks of an mp4 or mov file; ok is false for files of other
// kinds and for those that cannot be understood, which the decoder may still
// read.
func readISO(path string) (iso isoFile, ok bool) {
	f, err := os.Open(path)
	if err != nil {
		return iso, false
	}
	defer f.Close()
	at, n := topBox(f, "moov")
	if n <= 0 || n > maxMoov {
		return iso, false
	}
	moov := make([]byte, n)
	if _, err := f.ReadAt(moov, at); err != nil {
		return iso, false
	}
	boxes(moov, func(kind string, start int, trak []byte) {
		if kind == "trak" {
			iso.add(trak, at+int64(start))
		}
	})
	return iso, true
}

// topBox finds a box at the top level of a file: where its content begins and
// its length.
func topBox(f io.ReaderAt, want string) (at, n int64) {
	var head [16]byte
	for at := int64(0); ; {
		if k, err := f.ReadAt(head[:], at); k < 8 || err != nil && k < len(head) && k < 8 {
			return 0, 0
		}
		size, header := int64(binary.BigEndian.Uint32(head[:])), int64(8)
		if size == 1 {
			size, header = int64(binary.BigEndian.Uint64(head[8:])), 16
		}
		if size < header {
			return 0, 0
		}
		if string(head[4:8]) == want {
			return at + header, size - header
		}
		at += size
	}
}

// boxes calls f for every box in data: its kind, where its content begins in
// data, and the content.
func boxes(data []byte, f func(kind string, start int, content []byte)) {
	for at := 0; at+8 <= len(data); {
		size := int(binary.BigEndian.Uint32(data[at:]))
		if size < 8 || size > len(data)-at {
			return
		}
		f(string(data[at+4:at+8]), at+8, data[at+8:at+size])
		at += size
	}
}

// add takes a track whose content begins at an offset of the file.
func (iso *isoFile) add(trak []byte, at int64) {
	t, video := isoTrack{at: at}, false
	boxes(trak, func(kind string, _ int, content []byte) {
		switch kind {
		case "tkhd":
			t.header(content)
		case "mdia":
			boxes(content, func(kind string, _ int, hdlr []byte) {
				video = video || kind == "hdlr" && len(hdlr) >= 12 && string(hdlr[8:12]) == "vide"
			})
		}
	})
	if video {
		iso.tracks = append(iso.tracks, t)
	} else {
		iso.others++
	}
}

func (t *isoTrack) header(tkhd []byte) {
	matrixAt := 40
	if len(tkhd) > 0 && tkhd[0] == 1 { // 64-bit times
		matrixAt = 52
	}
	if len(tkhd) < matrixAt+36 {
		return
	}
	t.enabled = tkhd[3]&1 != 0
	for i, offset := range [4]int{0, 4, 12, 16} {
		t.matrix[i] = int32(binary.BigEndian.Uint32(tkhd[matrixAt+offset:]))
	}
}

// chosen returns the track that is to be shown: the first enabled one.
func (iso isoFile) chosen() int {
	for i, t := range iso.tracks {
		if t.enabled {
			return i
		}
	}
	return 0
}

// upright says how decoded pictures are brought into display orientation.
type upright struct {
	mirror bool // first, left to right
	turn   int  // then, degrees clockwise: 0, 90, 180 or 270
}

// upright reads the display matrix; ok is false if it is no turn by a multiple
// of 90 degrees with or without a mirror.
func (t isoTrack) upright() (u upright, ok bool) {
	sign := func(v int32) int {
		switch {
		case v > 1<<14:
			return 1
		case v < -1<<14:
			return -1
		}
		return 0
	}
	a, b, c, d := sign(t.matrix[0]), sign(t.matrix[1]), sign(t.matrix[2]), sign(t.matrix[3])
	if a*b != 0 || c*d != 0 || a*c != 0 || a*d-b*c == 0 {
		return upright{}, a == 0 && b == 0 && c == 0 && d == 0
	}
	if a*d-b*c < 0 {
		u.mirror, a, b = true, -a, -b
	}
	u.turn = map[[2]int]int{{1, 0}: 0, {0, 1}: 90, {-1, 0}: 180, {0, -1}: 270}[[2]int{a, b}]
	return u, true
}

// hidden returns a file's description with the video tracks that are not to be
// shown marked as free space, and where it lies; nil if the first is shown.
func (iso isoFile) hidden(path string) (moov []byte, at int64) {
	chosen := iso.chosen()
	if chosen == 0 {
		return nil, 0
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0
	}
	defer f.Close()
	at, n := topBox(f, "moov")
	moov = make([]byte, n)
	if _, err := f.ReadAt(moov, at); err != nil {
		return nil, 0
	}
	for i, t := range iso.tracks {
		if i != chosen {
			copy(moov[t.at-at-4:], "free")
		}
	}
	return moov, at
}
