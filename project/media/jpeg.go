package media

import (
	"bytes"
	"fmt"
)

// markerEOI ends a JPEG picture. Source: ITU-T T.81, table B.1.
const markerEOI = 0xd9

// jpegComplete reports an error if a JPEG file ends before its end marker.
// The decoder fills what is missing with grey and says nothing. Scan data needs
// no decoding for that: in it 0xff is followed by 0x00 or a restart marker, so
// looking for the next marker passes over it.
func jpegComplete(data []byte) error {
	p := 2
	for {
		marker, at := nextMarker(data, p)
		if at < 0 {
			return fmt.Errorf("%w: it ends before the picture does", ErrFrame)
		}
		if marker == markerEOI {
			return nil
		}
		if standalone(marker) {
			p = at
			continue
		}
		if at+2 > len(data) {
			return fmt.Errorf("%w: it ends inside a header", ErrFrame)
		}
		p = at + max(2, int(data[at])<<8|int(data[at+1]))
		if p > len(data) {
			return fmt.Errorf("%w: it ends inside a header", ErrFrame)
		}
	}
}

// nextMarker finds the first marker at or after p: its code and the offset
// behind it, or a negative offset if there is none.
func nextMarker(data []byte, p int) (code byte, at int) {
	for {
		i := bytes.IndexByte(data[min(p, len(data)):], 0xff)
		if i < 0 || p+i+1 >= len(data) {
			return 0, -1
		}
		p += i + 1
		if c := data[p]; c != 0x00 && c != 0xff {
			return c, p + 1
		}
	}
}

// standalone reports whether a marker has no length and no data: TEM, the
// restart markers and SOI.
func standalone(code byte) bool {
	return code == 0x01 || code >= 0xd0 && code <= 0xd8
}
