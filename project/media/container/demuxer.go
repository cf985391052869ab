package container

import "bytes"

// Format is a format of video files.
type Format struct {
	Offset  int    // where Magic stands in the file
	Magic   string // what every file of the format has there
	Demuxer string // FFmpeg's name of the one demuxer that is to read it
}

// Formats are what is opened, besides MPEG transport streams. Others are refused
// before a decoder sees them: among what FFmpeg reads are play lists, which name
// other files and network addresses.
var Formats = []Format{
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
	{0, "\x06\x0e\x2b\x34\x02\x05\x01\x01\x0d\x01\x02", "mxf"},
}

// HeadBytes is how many of the first bytes of a file tell its format.
const HeadBytes = 256

// Demuxer returns FFmpeg's name of the demuxer for a file that starts with head;
// ok is false if it does not start like a video.
func Demuxer(head []byte) (name string, ok bool) {
	for _, f := range Formats {
		if len(head) >= f.Offset && bytes.HasPrefix(head[f.Offset:], []byte(f.Magic)) {
			return f.Demuxer, true
		}
	}
	if name, ok := rawStream(head); ok {
		return name, true
	}
	// As broadcast; as camcorders write it.
	return "mpegts", transportStream(head, 0, 188) || transportStream(head, 4, 192)
}

// rawStream returns the demuxer of H.264 and H.265 without a container: a start
// code, then a delimiter or what describes the stream.
//
// Source: ITU-T H.264 and H.265, annex B and the tables of NAL unit types.
func rawStream(head []byte) (name string, ok bool) {
	nal, found := bytes.CutPrefix(bytes.TrimLeft(head, "\x00"), []byte{1})
	if zeros := len(head) - len(nal) - 1; !found || zeros < 2 || zeros > 3 || len(nal) < 2 {
		return "", false
	}
	switch nal[0] >> 1 & 63 {
	case 32, 35: // video parameter set, delimiter; of the base layer
		if nal[0]&0x81 == 0 && nal[1] == 1 {
			return "hevc", true
		}
	}
	switch kind := nal[0] & 31; {
	case nal[0]&0x80 != 0:
	case kind == 7 && nal[0]>>5 > 0, kind == 9 && nal[0]>>5 == 0: // sequence parameter set, delimiter
		return "h264", true
	}
	return "", false
}

// transportStream reports whether MPEG transport packets of size bytes start at
// an offset.
func transportStream(head []byte, offset, size int) bool {
	return len(head) > offset+size && head[offset] == 0x47 && head[offset+size] == 0x47
}
