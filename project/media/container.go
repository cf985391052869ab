package media

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// containers are the first bytes of the formats that are opened. Others are
// refused before a decoder sees them: among what FFmpeg reads are play lists,
// which name other files and network addresses.
var containers = []struct {
	offset int
	magic  string
}{
	{4, "ftyp"}, {4, "moov"}, {4, "mdat"}, {4, "free"}, {4, "skip"}, {4, "wide"}, {4, "pnot"}, // mp4, mov
	{0, "\x1a\x45\xdf\xa3"},     // Matroska, WebM
	{8, "AVI "},                 // AVI
	{0, "\x00\x00\x01\xba"},     // MPEG program stream
	{0, "\x00\x00\x01\xb3"},     // MPEG video
	{0, "OggS"},                 // Ogg
	{0, "FLV\x01"},              // Flash video
	{0, "\x30\x26\xb2\x75\x8e"}, // ASF, WMV
	{0, "GIF8"},                 // GIF
	{0, "YUV4MPEG2 "},           // raw frames
}

// checkContainer reports an error if the file does not start like a video.
func checkContainer(path string, info os.FileInfo) error {
	if !info.Mode().IsRegular() {
		return fmt.Errorf("%w: %s is no file", ErrNotVideo, path)
	}
	if info.Size() == 0 {
		return fmt.Errorf("%w: %s is empty", ErrNotVideo, path)
	}
	head, err := firstBytes(path)
	if err != nil {
		return err
	}
	for _, c := range containers {
		if len(head) >= c.offset && bytes.HasPrefix(head[c.offset:], []byte(c.magic)) {
			return nil
		}
	}
	if transportStream(head, 0, 188) || transportStream(head, 4, 192) { // as broadcast; as camcorders write it
		return nil
	}
	return fmt.Errorf("%w: %s is of no known video format (mp4, mov, avi, mkv, webm or a folder of JPEG or PNG frames)",
		ErrNotVideo, filepath.Clean(path))
}

// transportStream reports whether MPEG transport packets of size bytes start at
// an offset.
func transportStream(head []byte, offset, size int) bool {
	return len(head) > offset+size && head[offset] == 0x47 && head[offset+size] == 0x47
}

func firstBytes(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, openError(path, err)
	}
	defer f.Close()
	head, err := io.ReadAll(io.LimitReader(f, 256))
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return head, nil
}

func isAVI(path string) bool {
	head, err := firstBytes(path)
	return err == nil && len(head) >= 12 && string(head[:4]) == "RIFF" && string(head[8:12]) == "AVI "
}
