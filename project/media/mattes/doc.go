// Package mattes writes and reads videos of masks: ProRes 4444 and VP9 with an
// alpha channel, FFV1 of grey pictures, and H.264 as a preview.
//
// It exists for editors and compositors, which take mattes as videos. The
// encoders are those of the FFmpeg libraries that OpenCV brings; what they lack
// is told by ErrCodec. Alpha is exact in all of them. Times are exact in mov and
// mp4; Matroska and WebM hold milliseconds.
package mattes

import (
	"errors"
	"fmt"
	"math"
)

// Errors that can be told apart with errors.Is.
var (
	// ErrCodec: the libraries have no such encoder.
	ErrCodec = errors.New("cannot be encoded here")
	// ErrVideo: a video cannot be read.
	ErrVideo = errors.New("cannot be read as a matte")
)

// Kind is one way to write a matte.
type Kind string

// The kinds.
const (
	ProRes Kind = "prores" // ProRes 4444 in mov: colours and alpha
	VP9    Kind = "vp9"    // VP9 in WebM: colours and alpha
	FFV1   Kind = "ffv1"   // FFV1 in Matroska: alpha as grey pictures
	H264   Kind = "h264"   // H.264 in mp4: colours alone
)

// Extension returns the extension of the kind's files.
func (k Kind) Extension() string {
	return map[Kind]string{ProRes: ".mov", VP9: ".webm", FFV1: ".mkv", H264: ".mp4"}[k]
}

// Colours reports whether a kind holds the pictures of the video.
func (k Kind) Colours() bool { return k != FFV1 }

// ticks returns the times in seconds as whole numbers of 1/unit seconds, for the
// smallest unit of those in use that holds them to the microsecond.
func ticks(times []float64) (unit int, out []int64, err error) {
	for _, unit = range []int{24000, 25000, 30000, 12800, 90000, 1_000_000} {
		exact := true
		out = out[:0]
		for i, t := range times {
			n := math.Round(t * float64(unit))
			if math.IsNaN(t) || math.IsInf(t, 0) || i > 0 && int64(n) <= out[i-1] {
				if unit == 1_000_000 {
					return 0, nil, fmt.Errorf("frame %d comes at %v s, not after the one before it", i, t)
				}
				exact = false
				break
			}
			exact = exact && math.Abs(t-n/float64(unit)) < 1e-6
			out = append(out, int64(n))
		}
		if exact {
			return unit, out, nil
		}
	}
	return unit, out, nil
}
