package media

import (
	"bytes"
	"fmt"
	"image"
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

// jpegSize returns the size of a JPEG picture of any coding: the frame header is
// read here because the standard library refuses what the decoder can read
// (arithmetic coding, unusual sampling).
//
// Source: ITU-T T.81, B.2.2 "Frame header syntax".
func jpegSize(data []byte) (image.Config, error) {
	for p := 2; ; {
		marker, at := nextMarker(data, p)
		if at < 0 || at+7 > len(data) {
			return image.Config{}, fmt.Errorf("%w: it has no frame header", ErrFrame)
		}
		// 0xc0 to 0xcf are frame headers but for 0xc4, 0xc8 and 0xcc.
		if marker >= 0xc0 && marker <= 0xcf && marker%4 != 0 || marker == 0xc0 {
			return image.Config{Height: int(data[at+3])<<8 | int(data[at+4]), Width: int(data[at+5])<<8 | int(data[at+6])}, nil
		}
		if p = at; !standalone(marker) {
			p = at + max(2, int(data[at])<<8|int(data[at+1]))
		}
	}
}
