package container

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/masklet/masklet/project/atomicfile"
)

// Source is what a decoder opens, and all that it may use for it.
type Source struct {
	View      string // a file, or a concatenation of parts of it and others
	Demuxer   string // FFmpeg's name of the only demuxer
	Protocols string // FFmpeg's names of the only protocols
}

// File is a file that is read as it is.
func File(path, demuxer string) Source { return Source{path, demuxer, "file"} }

// FirstShown returns what to open instead of a file of size bytes whose first
// video track is not the one to be shown, and what removes a temporary file at
// the end. The decoder takes the first track, so a copy of the part of the file
// that describes them, in which the others are hidden, is put in its place. Of
// any other file it returns src itself and nil.
func FirstShown(src Source, size int64, tracks Tracks) (view Source, remove func()) {
	part, at := tracks.hidden()
	if part == nil {
		part = mkvHidden(src.View)
	}
	return src.replaced(part, at, size)
}

// replaced returns a source that has part at an offset instead of the bytes of a
// file of size bytes, and what removes the temporary file that holds part. It
// returns s itself and nil where there is no part or that cannot be done.
func (s Source) replaced(part []byte, at, size int64) (view Source, remove func()) {
	path := s.View
	if part == nil || strings.Contains(path, "|") {
		return s, nil
	}
	dir, remove, err := atomicfile.TempDir(os.TempDir())
	if err != nil {
		return s, nil
	}
	name := filepath.Join(dir, "part")
	if err := os.WriteFile(name, part, 0o600); err != nil {
		remove()
		return s, nil
	}
	piece := func(from, to int64) string { return fmt.Sprintf("subfile,,start,%d,end,%d,,:%s", from, to, path) }
	pieces := []string{name}
	if at > 0 {
		pieces = append([]string{piece(0, at)}, pieces...)
	}
	if end := at + int64(len(part)); end < size {
		pieces = append(pieces, piece(end, size))
	}
	return Source{"concat:" + strings.Join(pieces, "|"), s.Demuxer, "concat,subfile,file"}, remove
}

// firstBytes reads the first n bytes of a file, all if it has fewer, none if it
// cannot be read.
func firstBytes(path string, n int64) []byte {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, n))
	if err != nil {
		return nil
	}
	return head
}
