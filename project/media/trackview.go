package media

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/masklet/masklet/project/atomicfile"
)

// trackView returns what to open instead of a file whose first video track is
// not the one to be shown, and what removes a temporary file at the end. The
// decoder takes the first track, so a copy of the part of the file that
// describes them, in which the others are hidden, is put in its place. Of any
// other file it returns src itself.
func trackView(src source, size int64, iso isoFile) (view source, remove func()) {
	path := src.view
	part, at := iso.hidden(path)
	if part == nil {
		part = mkvHidden(path)
	}
	if part == nil || strings.Contains(path, "|") {
		return src, nil
	}
	dir, remove, err := atomicfile.TempDir(os.TempDir())
	if err != nil {
		return src, nil
	}
	name := filepath.Join(dir, "tracks")
	if err := os.WriteFile(name, part, 0o600); err != nil {
		remove()
		return src, nil
	}
	piece := func(from, to int64) string { return fmt.Sprintf("subfile,,start,%d,end,%d,,:%s", from, to, path) }
	pieces := []string{name}
	if at > 0 {
		pieces = append([]string{piece(0, at)}, pieces...)
	}
	if end := at + int64(len(part)); end < size {
		pieces = append(pieces, piece(end, size))
	}
	return source{"concat:" + strings.Join(pieces, "|"), src.demuxer, "concat,subfile,file"}, remove
}
