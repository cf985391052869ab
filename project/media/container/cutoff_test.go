package container

import (
	"bytes"
	"testing"
)

// FuzzCutOff: whatever a file holds, its structure is read without a panic and
// without an end that moves back.
func FuzzCutOff(f *testing.F) {
	f.Add([]byte("\x00\x00\x00\x10ftypisom\x00\x00\x00\x00\x00\x00\x00\x01mdat\xff\xff\xff\xff\xff\xff\xff\xff"))
	f.Add([]byte("\x1a\x45\xdf\xa3\x84abcd\x18\x53\x80\x67\x01\xff\xff\xff\xff\xff\xff\xff"))
	f.Add([]byte("RIFF\xff\xff\xff\xffAVI "))
	f.Fuzz(func(t *testing.T, data []byte) {
		r := bytes.NewReader(data)
		for _, size := range []partSize{isoPart, ebmlPart, riffPart} {
			for at := range int64(len(data)) {
				if n, ok := size(r, at); ok && n < 1 {
					t.Fatalf("a part of %d bytes at %d", n, at)
				}
			}
			endsWithin(r, int64(len(data)), size)
		}
	})
}
