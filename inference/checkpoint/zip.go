package checkpoint

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
)

// Limits of the zip directory; the largest official checkpoint has about 1000
// entries in 100 KB.
const (
	maxZipEntries   = 1 << 17
	maxZipDirectory = 32 << 20
)

// zipEntry is one file of a zip, with where its bytes lie.
type zipEntry struct {
	name         string
	header       int64 // offset of its local header
	offset, size int64 // of its bytes
	crc          uint32
	compressed   bool
}

// readZip reads the directory of a zip and checks that every entry lies inside
// the file and that no two overlap. PyTorch stores entries without compression
// and reads them in place, and so does this package; the standard library's
// reader gives neither bounds on the directory nor offsets that are checked.
// Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT.
func readZip(r io.ReaderAt, size int64) (map[string]*zipEntry, error) {
	dir, err := findDirectory(r, size)
	if err != nil {
		return nil, err
	}
	if dir.entries > maxZipEntries || dir.size > maxZipDirectory {
		return nil, fmt.Errorf("%w: its zip directory lists %d entries in %d bytes", ErrUnsafe, dir.entries, dir.size)
	}
	if dir.offset < 0 || dir.size < 0 || dir.offset > dir.end-dir.size || dir.entries*46 > dir.size {
		return nil, fmt.Errorf("%w: its zip directory (%d entries, %d bytes at %d) lies outside the file", ErrDamaged, dir.entries, dir.size, dir.offset)
	}
	buf := make([]byte, dir.size)
	if _, err := r.ReadAt(buf, dir.offset); err != nil {
		return nil, fmt.Errorf("read its zip directory: %w", err)
	}
	entries := make(map[string]*zipEntry, dir.entries)
	order := make([]*zipEntry, 0, dir.entries)
	for range dir.entries {
		e, rest, err := parseCentral(buf)
		if err != nil {
			return nil, err
		}
		if err := e.locate(r, dir.offset); err != nil {
			return nil, err
		}
		if _, dup := entries[e.name]; dup {
			return nil, fmt.Errorf("%w: its zip directory lists %q twice", ErrDamaged, e.name)
		}
		entries[e.name] = e
		order = append(order, e)
		buf = rest
	}
	return entries, checkOverlap(order)
}

type zipDirectory struct {
	entries, size, offset int64
	end                   int64 // where the end record begins
}

// findDirectory reads the end record, and the zip64 one where it is used.
func findDirectory(r io.ReaderAt, size int64) (zipDirectory, error) {
	truncated := fmt.Errorf("%w: it has no zip directory at its end, so it is truncated", ErrDamaged)
	tail := make([]byte, min(size, 22+1<<16))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return zipDirectory{}, fmt.Errorf("read its end: %w", err)
	}
	at := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if at < 0 || len(tail)-at < 22 {
		return zipDirectory{}, truncated
	}
	le := binary.LittleEndian
	rec := tail[at:]
	d := zipDirectory{
		entries: int64(le.Uint16(rec[10:])),
		size:    int64(le.Uint32(rec[12:])),
		offset:  int64(le.Uint32(rec[16:])),
		end:     size - int64(len(tail)) + int64(at),
	}
	if d.entries != 0xffff && d.size != 0xffffffff && d.offset != 0xffffffff {
		return d, nil
	}
	bad := fmt.Errorf("%w: its zip64 end record is wrong", ErrDamaged)
	loc := make([]byte, 20)
	if _, err := r.ReadAt(loc, max(0, d.end-20)); err != nil || string(loc[:4]) != "PK\x06\x07" {
		return d, bad
	}
	pos := int64(le.Uint64(loc[8:]))
	if pos < 0 || pos > d.end-20-56 {
		return d, bad
	}
	rec = make([]byte, 56)
	if _, err := r.ReadAt(rec, pos); err != nil || string(rec[:4]) != "PK\x06\x06" {
		return d, bad
	}
	d = zipDirectory{int64(le.Uint64(rec[32:])), int64(le.Uint64(rec[40:])), int64(le.Uint64(rec[48:])), pos}
	if d.entries < 0 {
		return d, bad
	}
	return d, nil
}

// parseCentral takes one entry off the front of the directory.
func parseCentral(buf []byte) (*zipEntry, []byte, error) {
	bad := fmt.Errorf("%w: its zip directory is corrupt", ErrDamaged)
	if len(buf) < 46 || string(buf[:4]) != "PK\x01\x02" {
		return nil, nil, bad
	}
	le := binary.LittleEndian
	nameLen, extraLen, commentLen := int(le.Uint16(buf[28:])), int(le.Uint16(buf[30:])), int(le.Uint16(buf[32:]))
	if len(buf) < 46+nameLen+extraLen+commentLen {
		return nil, nil, bad
	}
	name := string(buf[46 : 46+nameLen])
	if le.Uint16(buf[8:])&1 != 0 {
		return nil, nil, fmt.Errorf("%w: its zip entry %q is encrypted", ErrFormat, name)
	}
	stored := int64(le.Uint32(buf[20:]))
	e := &zipEntry{
		name:   name,
		crc:    le.Uint32(buf[16:]),
		size:   int64(le.Uint32(buf[24:])),
		header: int64(le.Uint32(buf[42:])),
	}
	for _, v := range []*int64{&e.size, &stored, &e.header} {
		if *v == 0xffffffff {
			*v = -1
		}
	}
	readZip64(buf[46+nameLen:46+nameLen+extraLen], &e.size, &stored, &e.header)
	if e.size < 0 || stored < 0 || e.header < 0 {
		return nil, nil, fmt.Errorf("%w: zip entry %q has an impossible size or place", ErrDamaged, name)
	}
	e.compressed = le.Uint16(buf[10:]) != 0
	if !e.compressed && stored != e.size {
		return nil, nil, fmt.Errorf("%w: zip entry %q has two sizes, %d and %d", ErrDamaged, name, stored, e.size)
	}
	if e.compressed {
		e.size = stored
	}
	return e, buf[46+nameLen+extraLen+commentLen:], nil
}

// readZip64 fills the values that are -1 from the zip64 extra field.
func readZip64(extra []byte, values ...*int64) {
	le := binary.LittleEndian
	for len(extra) >= 4 {
		id, n := le.Uint16(extra), int(le.Uint16(extra[2:]))
		extra = extra[4:]
		if n > len(extra) {
			return
		}
		field := extra[:n]
		extra = extra[n:]
		if id != 1 {
			continue
		}
		for _, v := range values {
			if *v == -1 && len(field) >= 8 {
				*v = int64(le.Uint64(field))
				field = field[8:]
			}
		}
	}
}

// locate reads the local header, which says where the bytes begin. They must
// end before limit.
func (e *zipEntry) locate(r io.ReaderAt, limit int64) error {
	bad := fmt.Errorf("%w: zip entry %q does not lie where the directory says", ErrDamaged, e.name)
	h := make([]byte, 30+len(e.name))
	if e.header > limit-int64(len(h)) {
		return bad
	}
	if _, err := r.ReadAt(h, e.header); err != nil {
		return fmt.Errorf("read zip entry %q: %w", e.name, err)
	}
	nameLen, extraLen := int(binary.LittleEndian.Uint16(h[26:])), int(binary.LittleEndian.Uint16(h[28:]))
	if string(h[:4]) != "PK\x03\x04" || nameLen != len(e.name) || string(h[30:]) != e.name {
		return bad
	}
	e.offset = e.header + int64(len(h)+extraLen)
	if e.size > limit || e.offset > limit-e.size {
		return fmt.Errorf("%w: zip entry %q ends beyond the entries", ErrDamaged, e.name)
	}
	return nil
}

func checkOverlap(entries []*zipEntry) error {
	slices.SortFunc(entries, func(a, b *zipEntry) int {
		return cmp.Compare(a.header, b.header)
	})
	for i := 1; i < len(entries); i++ {
		a, b := entries[i-1], entries[i]
		if a.offset+a.size > b.header {
			return fmt.Errorf("%w: zip entries %q and %q overlap", ErrDamaged, a.name, b.name)
		}
	}
	return nil
}
