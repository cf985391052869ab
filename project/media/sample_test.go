package media

import (
	"encoding/binary"
	"testing"
)

// sampleAt finds a sample of an mp4 file with one track whose chunks lie one after
// the other.
func sampleAt(t *testing.T, file []byte, sample int) (at, size int) {
	t.Helper()
	box := func(kind string) []byte {
		for i := 4; i+4 < len(file); i++ {
			if string(file[i:i+4]) == kind {
				return file[i+4:]
			}
		}
		t.Fatalf("no box %s", kind)
		return nil
	}
	u32 := func(b []byte, i int) int { return int(binary.BigEndian.Uint32(b[i:])) }
	stsz, stco := box("stsz"), box("stco")
	at = u32(stco, 8)
	for i := range sample {
		at += u32(stsz, 12+4*i)
	}
	return at, u32(stsz, 12+4*sample)
}
