package media

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/masklet/masklet/project/atomicfile"
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

// aviView returns what to open instead of the AVI file path, the number of
// frames that its header claims, and what removes a temporary file at the end.
// Of a file that cannot be shown so it returns the path itself.
func aviView(path string) (view source, claimed int, remove func()) {
	abs, err := filepath.Abs(path)
	if err != nil || strings.Contains(abs, "|") {
		return fileSource(path, "avi"), 0, nil
	}
	head, size, err := readHead(abs)
	if err != nil {
		return fileSource(path, "avi"), 0, nil
	}
	at := videoLength(head)
	if at < 0 {
		return fileSource(path, "avi"), 0, nil
	}
	claimed = int(binary.LittleEndian.Uint32(head[at:]))
	binary.LittleEndian.PutUint32(head[at:], aviMany)
	head = head[:at+4]
	dir, remove, err := atomicfile.TempDir(os.TempDir())
	if err != nil {
		return fileSource(path, "avi"), 0, nil
	}
	name := filepath.Join(dir, "head")
	if err := os.WriteFile(name, head, 0o600); err != nil {
		remove()
		return fileSource(path, "avi"), 0, nil
	}
	view = source{
		view:      fmt.Sprintf("concat:%s|subfile,,start,%d,end,%d,,:%s", name, len(head), size, abs),
		demuxer:   "avi",
		protocols: "concat,subfile,file",
	}
	return view, claimed, remove
}

func readHead(path string) (head []byte, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, 0, err
	}
	head, err = io.ReadAll(io.LimitReader(f, aviHeadBytes))
	return head, info.Size(), err
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
