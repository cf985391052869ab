package container

import "testing"

// Raw streams are told from MPEG ones, which begin alike, and from noise.
func TestRawStreams(t *testing.T) {
	for head, want := range map[string]string{
		"\x00\x00\x00\x01\x67\x64\x00\x1f": "h264",
		"\x00\x00\x01\x27\x42":             "h264",
		"\x00\x00\x00\x01\x09\xf0":         "h264",
		"\x00\x00\x00\x01\x40\x01\x0c":     "hevc",
		"\x00\x00\x01\x46\x01\x50":         "hevc",
		"\x00\x00\x01\xba\x44":             "mpeg",
		"\x00\x00\x01\xb3\x16":             "mpegvideo",
		"\x00\x00\x01\x07\x16":             "",
		"\x00\x01\x67\x64":                 "",
		"\x00\x00\x00\x00\x00\x01\x67":     "",
		"\x00\x00\x00\x01":                 "",
	} {
		if got, ok := Demuxer([]byte(head)); ok != (want != "") || ok && got != want {
			t.Errorf("%q: %q, %v, want %q", head, got, ok, want)
		}
	}
}
