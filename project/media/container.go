package media

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// containers are the first bytes of the formats that are opened, with FFmpeg's
// name of the one demuxer that is to read them. Others are refused before a
// decoder sees them: among what FFmpeg reads are play lists, which name other
// files and network addresses.
var containers = []struct {
	offset  int
	magic   string
	demuxer string
}{
	{4, "ftyp", "mov"}, {4, "moov", "mov"}, {4, "mdat", "mov"}, {4, "free", "mov"}, {4, "skip", "mov"}, {4, "wide", "mov"}, {4, "pnot", "mov"},
	{0, "\x1a\x45\xdf\xa3", "matroska"}, // WebM too
	{8, "AVI ", "avi"},
	{0, "\x00\x00\x01\xba", "mpeg"}, // program stream
	{0, "\x00\x00\x01\xb3", "mpegvideo"},
	{0, "OggS", "ogg"},
	{0, "FLV\x01", "flv"},
	{0, "\x30\x26\xb2\x75\x8e", "asf"}, // WMV
	{0, "GIF8", "gif"},
	{0, "YUV4MPEG2 ", "yuv4mpegpipe"}, // raw frames
}

// containerOf returns the demuxer for a file, or an error if it does not start
// like a video.
func containerOf(path string, info os.FileInfo) (demuxer string, err error) {
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%w: %s is no file", ErrNotVideo, path)
	}
	if info.Size() == 0 {
		return "", fmt.Errorf("%w: %s is empty", ErrNotVideo, path)
	}
	head, err := firstBytes(path)
	if err != nil {
		return "", err
	}
	for _, c := range containers {
		if len(head) >= c.offset && bytes.HasPrefix(head[c.offset:], []byte(c.magic)) {
			return c.demuxer, nil
		}
	}
	if transportStream(head, 0, 188) || transportStream(head, 4, 192) { // as broadcast; as camcorders write it
		return "mpegts", nil
	}
	return "", fmt.Errorf("%w: %s is of no known video format (mp4, mov, avi, mkv, webm or a folder of JPEG or PNG frames)",
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
