package container

import (
	"encoding/binary"
	"os"
)

// movTable reads the sample table of an mp4 or mov file.
//
// Source: ISO/IEC 14496-12, 8.6 "Track time structures", 8.7 "Track data layout
// structures".
func movTable(path string) (t Table, ok bool) {
	info, err := os.Stat(path)
	if err != nil {
		return t, false
	}
	tracks := ReadTracks(path)
	shown, ok := tracks.Shown()
	if !ok {
		return t, false
	}
	timescale := movTimescale(tracks.moov)
	m := movSamples{}
	m.read(shown.box)
	ticks, ok := m.ticks()
	if !ok || m.scale == 0 || !m.whole(info.Size()) || !m.unedited(ticks, timescale) {
		return t, false
	}
	return Table{Ticks: ticks, Unit: 1 / float64(m.scale)}, true
}

// movTimescale returns the ticks a second of the movie, in which edits are told.
func movTimescale(moov []byte) (scale uint32) {
	boxes(moov, func(kind string, _ int, b []byte) {
		at := 12
		if kind == "mvhd" && len(b) > 0 && b[0] == 1 {
			at = 20
		}
		if kind == "mvhd" && len(b) >= at+4 {
			scale = binary.BigEndian.Uint32(b[at:])
		}
	})
	return scale
}

// movSamples are the boxes of a track that list its samples.
type movSamples struct {
	scale                              uint32 // ticks a second
	stts, ctts, stsz, stsc, stco, elst []byte
	wide                               bool // stco holds 64-bit offsets
}

func (m *movSamples) read(box []byte) {
	boxes(box, func(kind string, _ int, b []byte) {
		switch kind {
		case "edts", "mdia", "minf", "stbl":
			m.read(b)
		case "mdhd":
			at := 12
			if len(b) > 0 && b[0] == 1 {
				at = 20
			}
			if len(b) >= at+4 {
				m.scale = binary.BigEndian.Uint32(b[at:])
			}
		case "stts":
			m.stts = b
		case "ctts":
			m.ctts = b
		case "stsz":
			m.stsz = b
		case "stsc":
			m.stsc = b
		case "stco":
			m.stco = b
		case "co64":
			m.stco, m.wide = b, true
		case "elst":
			m.elst = b
		}
	})
}

// entries returns what follows the count of a box that is a list of entries of a
// size; ok is false if it is not all there.
func entries(b []byte, size int) (list []byte, n int, ok bool) {
	if len(b) < 8 {
		return nil, 0, false
	}
	n = int(binary.BigEndian.Uint32(b[4:]))
	if n > (len(b)-8)/size {
		return nil, 0, false
	}
	return b[8 : 8+n*size], n, true
}

// ticks returns the presentation times of the samples, in the order in which they
// are stored.
func (m movSamples) ticks() ([]int64, bool) {
	list, n, ok := entries(m.stts, 8)
	if !ok {
		return nil, false
	}
	var out []int64
	at := int64(0)
	for i := range n {
		count, step := binary.BigEndian.Uint32(list[8*i:]), binary.BigEndian.Uint32(list[8*i+4:])
		if len(out)+int(count) > maxTable {
			return nil, false
		}
		for range count {
			out = append(out, at)
			at += int64(step)
		}
	}
	if len(out) != m.count() {
		return nil, false
	}
	if m.ctts == nil {
		return out, true
	}
	if list, n, ok = entries(m.ctts, 8); !ok {
		return nil, false
	}
	s := 0
	for i := range n {
		count, offset := int(binary.BigEndian.Uint32(list[8*i:])), int32(binary.BigEndian.Uint32(list[8*i+4:]))
		if count > len(out)-s {
			return nil, false
		}
		for range count {
			out[s] += int64(offset)
			s++
		}
	}
	return out, s == len(out)
}

// count returns the number of samples.
func (m movSamples) count() int {
	if len(m.stsz) < 12 {
		return 0
	}
	return int(binary.BigEndian.Uint32(m.stsz[8:]))
}

// size returns the bytes of a sample, 0 where that is not told.
func (m movSamples) size(i int) int64 {
	if same := binary.BigEndian.Uint32(m.stsz[4:]); same != 0 {
		return int64(same)
	}
	if at := 12 + 4*i; at+4 <= len(m.stsz) {
		return int64(binary.BigEndian.Uint32(m.stsz[at:]))
	}
	return 0
}

// whole reports whether all samples lie in a file of so many bytes, and none is
// empty.
func (m movSamples) whole(end int64) bool {
	wide := 4
	if m.wide {
		wide = 8
	}
	chunks, n, ok := entries(m.stco, wide)
	runs, nruns, ok2 := entries(m.stsc, 12)
	if !ok || !ok2 || nruns == 0 {
		return false
	}
	run, s := 0, 0
	for c := range n {
		for run+1 < nruns && int(binary.BigEndian.Uint32(runs[12*(run+1):])) <= c+1 {
			run++
		}
		at := int64(binary.BigEndian.Uint32(chunks[wide*c:]))
		if m.wide {
			at = int64(binary.BigEndian.Uint64(chunks[wide*c:]))
		}
		for range binary.BigEndian.Uint32(runs[12*run+4:]) {
			size := int64(0)
			if s < m.count() {
				size = m.size(s)
			}
			if at += size; size < 1 || at < 0 || at > end {
				return false
			}
			s++
		}
	}
	return s == m.count()
}

// unedited reports whether the edit list, where there is one, only moves the
// pictures: an empty edit, then one that shows all of them at their own speed.
func (m movSamples) unedited(ticks []int64, timescale uint32) bool {
	if m.elst == nil {
		return true
	}
	version, size := m.elst[:min(1, len(m.elst))], 12
	if len(version) == 1 && version[0] == 1 {
		size = 20
	}
	list, n, ok := entries(m.elst, size)
	if !ok || n == 0 {
		return ok
	}
	edit := func(i int) (duration, start int64, rate uint32) {
		e := list[size*i:]
		if size == 20 {
			return int64(binary.BigEndian.Uint64(e)), int64(binary.BigEndian.Uint64(e[8:])), binary.BigEndian.Uint32(e[16:])
		}
		return int64(binary.BigEndian.Uint32(e)), int64(int32(binary.BigEndian.Uint32(e[4:]))), binary.BigEndian.Uint32(e[8:])
	}
	if _, start, _ := edit(0); start == -1 {
		if n == 1 {
			return false
		}
		list, n = list[size:], n-1
	}
	duration, start, rate := edit(0)
	if n != 1 || rate != 1<<16 || timescale == 0 {
		return false
	}
	first, last := ticks[0], ticks[0]
	for _, t := range ticks {
		first, last = min(first, t), max(last, t)
	}
	end := start + int64(float64(duration)/float64(timescale)*float64(m.scale)+0.5)
	return start <= first && (duration == 0 || end > last)
}
