package container

import (
	"bytes"
	"encoding/binary"
	"io"
	"os"
	"slices"
)

// Track is a video track of an mp4 or mov file.
type Track struct {
	at      int      // where the content of its box begins in the description
	box     []byte   // that content
	enabled bool     // it is to be shown
	matrix  [4]int32 // a, b, c, d of the display matrix, 16.16 fixed point
}

// Tracks is what is needed of an mp4 or mov file before it is decoded; of files
// of other kinds it is empty.
//
// Source: ISO/IEC 14496-12, 8.3.2 "Track header box" and 8.4.3 "Handler box".
type Tracks struct {
	video  []Track // in order
	others int     // tracks that are no video
	moov   []byte  // the file's description
	moovAt int64   // where it lies in the file
}

// maxMoov bounds how much of a file's description is read.
const maxMoov = 64 << 20

// ReadTracks reads the tracks of an mp4 or mov file. It finds none in files of
// other kinds and in those that cannot be understood, which the decoder may
// still read.
func ReadTracks(path string) (ts Tracks) {
	ts.moov, ts.moovAt = readMoov(path)
	boxes(ts.moov, func(kind string, start int, trak []byte) {
		if kind == "trak" {
			ts.add(trak, start)
		}
	})
	return ts
}

// readMoov reads a file's description; at is where it lies. It is nil if there
// is none.
func readMoov(path string) (moov []byte, at int64) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0
	}
	defer f.Close()
	at, n := topBox(f, "moov")
	if n <= 0 || n > maxMoov {
		return nil, 0
	}
	moov = make([]byte, n)
	if _, err := f.ReadAt(moov, at); err != nil {
		return nil, 0
	}
	return moov, at
}

// topBox finds a box at the top level of a file: where its content begins and
// its length.
func topBox(f io.ReaderAt, want string) (at, n int64) {
	for at := int64(0); ; {
		kind, header, size, ok := isoBox(f, at)
		if !ok {
			return 0, 0
		}
		if kind == want {
			return at + header, size - header
		}
		at += size
	}
}

// isoBox reads the head of the box at an offset: its kind, the length of the head
// and of the whole box. ok is false where it does not say how long it is.
//
// Source: ISO/IEC 14496-12, section 4.2.
func isoBox(r io.ReaderAt, at int64) (kind string, header, size int64, ok bool) {
	var b [16]byte
	if n, _ := r.ReadAt(b[:], at); n < 8 {
		return "", 0, 0, false
	}
	header, size = 8, int64(binary.BigEndian.Uint32(b[:]))
	if size == 1 {
		header, size = 16, int64(binary.BigEndian.Uint64(b[8:]))
	}
	return string(b[4:8]), header, size, size >= header // 0: up to the end of the file
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

// add takes a track whose content begins at an offset of the description.
func (ts *Tracks) add(trak []byte, at int) {
	t, video := Track{at: at, box: trak}, false
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
		ts.video = append(ts.video, t)
	} else {
		ts.others++
	}
}

func (t *Track) header(tkhd []byte) {
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

// NoVideo reports whether there are tracks, and none of them is of video.
func (ts Tracks) NoVideo() bool { return len(ts.video) == 0 && ts.others > 0 }

// Shown returns the track that is to be shown: the first enabled one, else the
// first; ok is false if there is none.
func (ts Tracks) Shown() (t Track, ok bool) {
	if len(ts.video) == 0 {
		return t, false
	}
	return ts.video[ts.shown()], true
}

func (ts Tracks) shown() int {
	return max(0, slices.IndexFunc(ts.video, func(t Track) bool { return t.enabled }))
}

// Upright says how decoded pictures are brought into display orientation.
type Upright struct {
	Mirror bool // first, left to right
	Turn   int  // then, degrees clockwise: 0, 90, 180 or 270
}

// Upright reads the display matrix; ok is false if it is no turn by a multiple
// of 90 degrees with or without a mirror.
func (t Track) Upright() (u Upright, ok bool) {
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
		return Upright{}, a == 0 && b == 0 && c == 0 && d == 0
	}
	if a*d-b*c < 0 {
		u.Mirror, a, b = true, -a, -b
	}
	u.Turn = map[[2]int]int{{1, 0}: 0, {0, 1}: 90, {-1, 0}: 180, {0, -1}: 270}[[2]int{a, b}]
	return u, true
}

// hidden returns the file's description with the video tracks that are not to be
// shown marked as free space, and where it lies; nil if the first is shown.
func (ts Tracks) hidden() (moov []byte, at int64) {
	shown := ts.shown()
	if shown == 0 {
		return nil, 0
	}
	moov = bytes.Clone(ts.moov)
	for i, t := range ts.video {
		if i != shown {
			copy(moov[t.at-4:], "free")
		}
	}
	return moov, ts.moovAt
}
