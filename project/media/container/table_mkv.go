package container

import (
	"context"
	"encoding/binary"
	"io"
	"os"
)

// More element IDs of Matroska (see mkv.go).
const (
	mkvInfo       = 0x1549a966
	mkvScale      = 0x2ad7b1
	mkvNumber     = 0xd7
	mkvCodec      = 0x86
	mkvTrackScale = 0x23314f
	mkvCluster    = 0x1f43b675
	mkvTime       = 0xe7
	mkvSimple     = 0xa3
	mkvGroup      = 0xa0
	mkvBlock      = 0xa1
)

// mkvReader goes through the elements of a Matroska file and notes the times of
// one track's blocks. It reads their heads only.
type mkvReader struct {
	r       io.ReaderAt
	end     int64
	scale   uint64 // nanoseconds a tick
	track   uint64 // number of the track to be shown
	cluster int64  // time of the cluster
	ticks   []int64
	near    []byte // bytes of the file from nearAt on
	nearAt  int64
}

// nearBytes is how much of the file is read at a time: small blocks lie close
// together, large ones far apart.
const nearBytes = 8 << 10

// head returns the bytes at an offset, enough of them for the head of an element.
func (m *mkvReader) head(at int64) []byte {
	const need = 32
	if at < m.nearAt || at+need > m.nearAt+int64(len(m.near)) {
		if m.near == nil {
			m.near = make([]byte, nearBytes)
		}
		n, _ := m.r.ReadAt(m.near[:cap(m.near)], at)
		m.near, m.nearAt = m.near[:n], at
	}
	b := m.near[at-m.nearAt:]
	return b[:min(need, len(b))]
}

// mkvTable reads the times of all blocks of the track to be shown.
func mkvTable(ctx context.Context, path string) (t Table, ok bool) {
	f, err := os.Open(path)
	if err != nil {
		return t, false
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return t, false
	}
	m := &mkvReader{r: f, end: info.Size(), scale: 1e6}
	for at, n := int64(0), 0; at < m.end; n++ {
		if ctx.Err() != nil || n > 4*maxTable {
			return t, false
		}
		if at, ok = m.element(at); !ok {
			return t, false
		}
	}
	// The decoder's unit is a fraction in lowest terms: usually 1/1000.
	num, den := reduced(m.scale, 1e9)
	return Table{Ticks: m.ticks, Unit: float64(num) / float64(den)}, m.track != 0
}

func reduced(a, b uint64) (uint64, uint64) {
	x, y := a, b
	for y != 0 {
		x, y = y, x%y
	}
	if x == 0 {
		return a, b
	}
	return a / x, b / x
}

// element takes note of the element at an offset and returns where the next one
// begins: the first within it, where it holds others that matter.
func (m *mkvReader) element(at int64) (next int64, ok bool) {
	b := m.head(at)
	id, start, size := mkvElement(b, 0)
	if id == 0 {
		return 0, false
	}
	next = at + int64(start)
	head := b[start:]
	switch id {
	case mkvSegment, mkvCluster, mkvGroup, mkvInfo:
		return next, true
	case mkvTracks:
		if size > maxMKVHead || !m.tracks(next, int(size)) {
			return 0, false
		}
	case mkvScale:
		m.scale = mkvUint(head, size)
	case mkvTime:
		m.cluster = int64(mkvUint(head, size))
	case mkvSimple, mkvBlock:
		if !m.block(head) {
			return 0, false
		}
	}
	if size < 0 || size > m.end-next {
		return 0, false // cut off, or of unknown size where that cannot be
	}
	return next + size, len(m.ticks) <= maxTable
}

// block notes the time of a block whose head is given. Several pictures in one
// block have no times of their own; one that is not to be shown is left out.
func (m *mkvReader) block(head []byte) bool {
	n := mkvLength(head, 0)
	if n == 0 || len(head) < n+3 {
		return false
	}
	number := uint64(head[0]) & (1<<(8-n) - 1)
	for _, b := range head[1:n] {
		number = number<<8 | uint64(b)
	}
	if number != m.track {
		return true
	}
	const invisible, lacing = 0x08, 0x06
	flags := head[n+2]
	if flags&lacing != 0 {
		return false
	}
	if flags&invisible == 0 {
		m.ticks = append(m.ticks, m.cluster+int64(int16(binary.BigEndian.Uint16(head[n:]))))
	}
	return true
}

// tracks finds the number of the track to be shown: the first video track that
// is, else the first.
func (m *mkvReader) tracks(at int64, size int) bool {
	data := make([]byte, size)
	if _, err := m.r.ReadAt(data, at); err != nil {
		return false
	}
	found := false
	for p := 0; p < len(data) && !found; {
		id, start, n := mkvElement(data, p)
		if id == 0 || n > int64(len(data)-start) {
			return false
		}
		entry := data[start : start+int(n)]
		if id == mkvEntry {
			if typeAt, shown := mkvTrack(entry); typeAt > 0 && (shown || m.track == 0) {
				number, plain := mkvPlain(entry)
				if !plain {
					return false
				}
				m.track, found = number, shown
			}
		}
		p = start + int(n)
	}
	return m.track != 0
}

// mkvPlain returns the number of a track; plain is false where its blocks do not
// tell when pictures are shown.
func mkvPlain(entry []byte) (number uint64, plain bool) {
	plain = true
	for p := 0; p < len(entry); {
		id, start, size := mkvElement(entry, p)
		if id == 0 || size > int64(len(entry)-start) {
			return number, false
		}
		switch value := entry[start : start+int(size)]; id {
		case mkvNumber:
			number = mkvUint(value, size)
		case mkvCodec: // as in AVI files, the times are those of decoding
			plain = plain && !(len(value) >= 4 && string(value[:4]) == "V_MS")
		case mkvTrackScale:
			plain = false
		}
		p = start + int(size)
	}
	return number, plain && number != 0
}

// mkvUint reads a number of some bytes, 0 if they are not there.
func mkvUint(data []byte, size int64) (v uint64) {
	if size < 0 || size > 8 || size > int64(len(data)) {
		return 0
	}
	for _, b := range data[:size] {
		v = v<<8 | uint64(b)
	}
	return v
}
