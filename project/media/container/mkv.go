package container

import "math/bits"

// Element IDs of Matroska. Sources: RFC 9559, section 5, and
// RFC 8794, sections 4 to 6.
const (
	mkvSegment  = 0x18538067
	mkvTracks   = 0x1654ae6b
	mkvEntry    = 0xae
	mkvType     = 0x83 // 1: video
	mkvDefault  = 0x88 // 1, also where it is missing: to be shown
	mkvSubtitle = 17   // a type of track that the decoder passes over
	maxMKVHead  = 16 << 20
	unknownSize = 1<<63 - 1
)

// mkvHidden returns the first bytes of a Matroska file up to the end of its list
// of tracks, with the video tracks before the one to be shown marked as
// subtitles, and nil if the first is that one or the file cannot be understood.
func mkvHidden(path string) []byte {
	head := firstBytes(path, maxMKVHead)
	segment, _ := mkvFind(head, 0, mkvSegment)
	if segment < 0 {
		return nil
	}
	at, end := mkvFind(head, segment, mkvTracks)
	if at < 0 || end > len(head) {
		return nil
	}
	hide, found := []int{}, false
	for p := at; p < end && !found; {
		id, start, size := mkvElement(head, p)
		if id == 0 || size > int64(end-start) {
			return nil
		}
		if id == mkvEntry {
			typeAt, shown := mkvTrack(head[start : start+int(size)])
			switch {
			case typeAt > 0 && shown:
				found = true
			case typeAt > 0:
				hide = append(hide, start+typeAt)
			}
		}
		p = start + int(size)
	}
	if !found || len(hide) == 0 {
		return nil
	}
	head = head[:end]
	for _, p := range hide {
		head[p] = mkvSubtitle
	}
	return head
}

// mkvTrack returns where the type of a video track is written, 0 for another
// track, and whether it is to be shown.
func mkvTrack(entry []byte) (typeAt int, shown bool) {
	shown = true
	for p := 0; p < len(entry); {
		id, start, size := mkvElement(entry, p)
		if id == 0 || size > int64(len(entry)-start) {
			return typeAt, shown
		}
		last := start + int(size) - 1
		switch {
		case size == 0:
		case id == mkvType && entry[last] == 1:
			typeAt = last
		case id == mkvDefault:
			shown = entry[last] != 0
		}
		p = last + 1
	}
	return typeAt, shown
}

// mkvFind finds an element among those that begin at p: its content's bounds.
func mkvFind(data []byte, p int, want uint32) (start, end int) {
	for p < len(data) {
		id, start, size := mkvElement(data, p)
		if id == 0 {
			return -1, -1
		}
		if id == want {
			return start, int(min(int64(start)+size, int64(maxMKVHead)+1))
		}
		if size > int64(len(data)-start) {
			return -1, -1
		}
		p = start + int(size)
	}
	return -1, -1
}

// mkvElement reads the head of the element at p: its ID (0 at the end of the
// data), where its content begins, and how long it is.
func mkvElement(data []byte, p int) (id uint32, start int, size int64) {
	n := mkvLength(data, p)
	if n == 0 || n > 4 {
		return 0, 0, 0
	}
	for _, b := range data[p : p+n] {
		id = id<<8 | uint32(b)
	}
	p += n
	if n = mkvLength(data, p); n == 0 {
		return 0, 0, 0
	}
	size = int64(data[p]) & (1<<(8-n) - 1)
	ones := size == 1<<(8-n)-1
	for _, b := range data[p+1 : p+n] {
		size = size<<8 | int64(b)
		ones = ones && b == 0xff
	}
	if ones {
		size = unknownSize - int64(p+n)
	}
	return id, p + n, size
}

// mkvLength returns the length of the number at p, 0 if it is not all there.
func mkvLength(data []byte, p int) int {
	if p >= len(data) {
		return 0
	}
	n := bits.LeadingZeros8(data[p]) + 1
	if n > 8 || p+n > len(data) {
		return 0
	}
	return n
}
